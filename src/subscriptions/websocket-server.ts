import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ExecutionArgs, GraphQLError } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type ServerOptions } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { whenExpired, withConnectionParams, type Authenticate } from '../access/authenticate.ts'
import { toWatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import { formatGraphqlError } from '../graphql/errors.ts'
import type { BegunOperation, Operations } from './operations.ts'
import { ResultSender } from './result-sender.ts'
import { sending } from './sending.ts'
import { serveSocket, type Connection } from './serve-socket.ts'

export interface WebSocketServerOptions {
  readonly operations: Operations
  readonly authenticate: Authenticate
  readonly maxMessageBytes: number
  readonly maxPerSocket: number
  /** As `SocketOptions` has it. */
  readonly pingEveryMs: number
  readonly logger: Logger
}

export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every client to go and connect elsewhere (1001). One that does not answer that soon is cut off. */
  close(): Promise<void>
}

/** How long a client may take to answer that its socket is being closed. */
const closeTimeoutMs = 2000
/** Answers that wait for one client beside those of its operations: pongs and refusals. */
const maxReplies = 100

/** graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Every operation passes the same checks as over HTTP. */
export function createWebSocketServer({ operations, authenticate, maxMessageBytes, maxPerSocket, pingEveryMs, logger }: WebSocketServerOptions): SocketServer {
  // The types of ws do not know closeTimeout yet.
  const socketOptions = { noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes, closeTimeout: closeTimeoutMs, handleProtocols: (offered: Set<string>) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL }
  const sockets = new WebSocketServer(socketOptions)
  const format = (error: GraphQLError) => formatGraphqlError(error.toJSON(), error, logger)

  // A payload is one object from its subscribe message to its last hook; ids are the client's, who may use one again.
  const hooks: ServerOptions<Record<string, unknown>, Connection> = {
    onConnect: async ({ extra, connectionParams }) => {
      const { socket, request } = extra
      try {
        extra.caller = await authenticate(withConnectionParams(request.headers, connectionParams))
      } catch (error) {
        const refused = toWatchqlError(error)
        if (refused.code === 'INTERNAL') throw error
        socket.close(CloseCode.Forbidden, closeReason(refused.message))
        return false
      }
      if (socket.readyState !== socket.OPEN) return false
      socket.once('close', whenExpired(extra.caller, () => socket.close(CloseCode.Forbidden, 'The credentials have expired; connect again with new ones.')))
      return true
    },
    onSubscribe: ({ extra: connection }, id, payload) => {
      const { socket, caller } = connection
      if (caller === undefined) throw new Error('An operation came before its caller was known.')
      const begun = operations.begin(socket, payload, caller.scope)
      if (!('document' in begun)) return begun
      const subscribe = async () => {
        const sender = new ResultSender(connection, id)
        const opened = await begun.open(sender)
        return Symbol.asyncIterator in opened ? sending(opened, (payload) => sender.send(payload), () => begun.end()) : { errors: opened }
      }
      const prepared: Prepared = { ...begun, subscribe }
      return prepared
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) => (errors === undefined ? undefined : { ...(data === undefined ? {} : { data }), errors: errors.map((error) => format(error)) }),
    onError: ({ extra: { socket } }, _id, payload, errors) => {
      operations.end(socket, payload)
      return errors.map((error) => format(error))
    },
    onComplete: ({ extra: { socket } }, _id, payload) => operations.end(socket, payload),
    subscribe: (args) => (args as Prepared).subscribe(),
    execute: (args) => (args as Prepared).execute(),
  }
  const server = makeServer(hooks)
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // Before all else: what runs for a socket that is gone must not wait for the last event.
    socket.once('close', () => operations.endAll(socket))
    serveSocket(server, { socket, request }, { pingEveryMs, maxWaiting: maxPerSocket + maxReplies, logger })
  })

  return {
    upgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request)),
    close: async () => {
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()))
      for (const client of sockets.clients) client.close(1001, 'The service is shutting down; connect again.')
      await closed
    },
  }
}

/** What is known of an operation once it is checked. */
type Prepared = ExecutionArgs & Pick<BegunOperation, 'execute'> & { readonly subscribe: () => Promise<AsyncGenerator<never, void, void> | { readonly errors: readonly GraphQLError[] }> }

/** A close frame has room for 123 bytes. */
function closeReason(message: string): string {
  let reason = message.slice(0, 123)
  while (Buffer.byteLength(reason) > 123) reason = reason.slice(0, -1)
  return reason
}
