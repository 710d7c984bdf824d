import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GraphQLError, execute, type ExecutionArgs } from 'graphql'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type ServerOptions, type SubscribePayload } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Scope } from '../access/scope.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import { checkOperation, type OperationRules } from '../graphql/check-operation.ts'
import type { GraphqlSettings } from '../graphql/context.ts'
import { formatGraphqlError } from '../graphql/errors.ts'
import type { Subscriptions } from '../graphql/live/subscriptions.ts'
import type { SchemaHolder } from '../graphql/schema-holder.ts'
import { RunningOperations } from './running-operations.ts'
import { sending } from './sending.ts'
import { sendText, serveSocket, type Connection } from './serve-socket.ts'

export interface SubscriptionServerOptions extends OperationRules {
  readonly schema: SchemaHolder
  readonly settings: GraphqlSettings
  readonly subscriptions: Subscriptions
  readonly scopeOf: (request: IncomingMessage) => Promise<Scope>
  readonly maxMessageBytes: number
  readonly maxPerSocket: number
  readonly maxInAll: number
  readonly logger: Logger
}

export interface SubscriptionServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Operations that run now. */
  active(): number
  /** Tells every client to go and connect elsewhere (1001). One that does not answer that soon is cut off. */
  close(): Promise<void>
}

const pingEveryMs = 12_000
/** How long a client may take to answer that its socket is being closed. */
const closeTimeoutMs = 2000
/** Answers that wait for one client beside those of its operations: pongs and refusals. */
const maxReplies = 100

/** graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Every operation passes the same checks as over HTTP. */
export function createSubscriptionServer(options: SubscriptionServerOptions): SubscriptionServer {
  const { schema, settings, logger } = options
  // The types of ws do not know closeTimeout yet.
  const socketOptions = { noServer: true, maxPayload: options.maxMessageBytes, closeTimeout: closeTimeoutMs, handleProtocols: (offered: Set<string>) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL }
  const sockets = new WebSocketServer(socketOptions)
  // A payload is one object from its subscribe message to its last hook; ids are the client's, who may use one again.
  const running = new RunningOperations<WebSocket, SubscribePayload>({ perSocket: options.maxPerSocket, inAll: options.maxInAll })
  const format = (error: GraphQLError) => formatGraphqlError(error.toJSON(), error, logger)

  const hooks: ServerOptions<Record<string, unknown>, Connection> = {
    onSubscribe: async ({ extra: { socket, request } }, id, payload) => {
      const limit = running.limitReached(socket)
      if (limit !== undefined) return [subscriptionLimit(limit)]
      const document = checkOperation(schema.schema, payload, options)
      if (!('kind' in document)) return document
      const signal = running.begin(socket, payload)
      try {
        const { operationName = null, variables } = payload
        const operation = { schema: schema.schema, document, operationName, variables: variables ?? {} }
        const caller = { scope: await options.scopeOf(request), signal }
        const prepared: Prepared = {
          ...operation,
          variableValues: operation.variables,
          contextValue: { settings, ...caller },
          subscribe: async () => {
            const opened = await options.subscriptions.open(operation, caller)
            return Symbol.asyncIterator in opened ? sending(opened, (text) => sendText(socket, nextMessage(id, text)), () => running.end(socket, payload)) : { errors: opened }
          },
        }
        return prepared
      } catch (error) {
        return [asGraphqlError(error as Error)]
      }
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) => (errors === undefined ? undefined : { ...(data === undefined ? {} : { data }), errors: errors.map((error) => format(error)) }),
    onError: ({ extra: { socket } }, _id, payload, errors) => {
      running.end(socket, payload)
      return errors.map((error) => format(error))
    },
    onComplete: ({ extra: { socket } }, _id, payload) => running.end(socket, payload),
    subscribe: (args) => (args as Prepared).subscribe(),
    execute: (args) => execute(args),
  }
  const server = makeServer(hooks)
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // Before all else: what runs for a socket that is gone must not wait for the last event.
    socket.once('close', () => running.endAll(socket))
    serveSocket(server, { socket, request }, { pingEveryMs, maxWaiting: options.maxPerSocket + maxReplies, logger })
  })

  return {
    upgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request)),
    active: () => running.active,
    close: async () => {
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()))
      for (const client of sockets.clients) client.close(1001, 'The service is shutting down; connect again.')
      await closed
    },
  }
}

/** What is known of an operation once it is checked. */
interface Prepared extends ExecutionArgs {
  readonly subscribe: () => Promise<AsyncGenerator<never, void, void> | { readonly errors: readonly GraphQLError[] }>
}

/** The result is text already, the same for many. */
function nextMessage(id: string, payload: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${payload}}`
}

function subscriptionLimit(limit: number): GraphQLError {
  return asGraphqlError(new WatchqlError('SUBSCRIPTION_LIMIT', `There are ${limit} subscriptions, which is the limit; end one first.`))
}

function asGraphqlError(error: Error): GraphQLError {
  return new GraphQLError(error.message, { originalError: error })
}
