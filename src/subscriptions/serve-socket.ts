import type { IncomingMessage } from 'node:http'
import { CloseCode, type Server } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Caller } from '../access/authenticate.ts'
import type { Logger } from '../base/logging.ts'
import { progressOf } from './progress.ts'

/** What the protocol's hooks know of a connection. */
export interface Connection {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  /** Who it is; known once the client has introduced itself. */
  caller?: Caller
}

export interface SocketOptions {
  /** A socket that neither answers a ping before the next is due nor takes what waits for it has lost its peer. */
  readonly pingEveryMs: number
  /** Messages that wait for a client that asks and does not read; with more, its socket is cut. */
  readonly maxWaiting: number
  readonly logger: Logger
}

/** Settles when the network took it. A message that cannot be sent any more belongs to a socket that is closing. */
function sendText({ socket }: Connection, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve()
  return new Promise((resolve) => socket.send(text, () => resolve()))
}

/**
 * Speaks the protocol on one WebSocket. What a client does wrong is logged at debug level: it
 * can do so as often as it likes.
 */
export function serveSocket(server: Server<Connection>, connection: Connection, { pingEveryMs, maxWaiting, logger }: SocketOptions): void {
  const { socket } = connection
  let waiting = 0
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: async (data) => {
        waiting += 1
        await sendText(connection, data)
        waiting -= 1
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on('message', (data: Buffer) => {
          if (waiting > maxWaiting) socket.terminate()
          else void handle(data.toString()).catch((error: unknown) => fail(error))
        }),
    },
    connection,
  )
  const fail = (error: unknown) => {
    logger.log('error', 'a WebSocket operation failed', { error })
    socket.close(CloseCode.InternalServerError, 'Internal server error')
  }

  let alive = true
  const progresses = progressOf(connection.request.socket)
  socket.on('pong', () => (alive = true))
  const ping = setInterval(() => {
    const takes = progresses()
    if (!alive && !takes) return socket.terminate()
    alive = false
    socket.ping()
  }, pingEveryMs)
  socket.on('error', (error) => logger.log('debug', 'a WebSocket broke', { message: error.message }))
  socket.once('close', (code, reason) => {
    clearInterval(ping)
    void closed(code, reason.toString()).catch((error: unknown) => logger.log('error', 'a WebSocket could not be cleared away', { error }))
  })
}
