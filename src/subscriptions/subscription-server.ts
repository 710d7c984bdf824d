import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Authenticate } from '../access/authenticate.ts'
import { EventStreams } from './event-streams.ts'
import { Operations, type OperationsOptions } from './operations.ts'
import { createWebSocketServer } from './websocket-server.ts'

export interface SubscriptionServerOptions extends OperationsOptions {
  readonly authenticate: Authenticate
  readonly maxMessageBytes: number
}

/** Callers who do not show by then that they are still there have gone. */
const pingEveryMs = 12_000

export interface SubscriptionServer {
  readonly streams: EventStreams
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Operations that run now. */
  active(): number
  /** Tells every client to go and connect elsewhere; settles when all have gone or been cut off. */
  close(): Promise<void>
}

/** Live changes, over WebSockets and as event streams. */
export function createSubscriptionServer({ authenticate, maxMessageBytes, ...options }: SubscriptionServerOptions): SubscriptionServer {
  const operations = new Operations(options)
  const { logger, maxPerConnection: maxPerSocket } = options
  const sockets = createWebSocketServer({ operations, authenticate, maxMessageBytes, maxPerSocket, pingEveryMs, logger })
  const streams = new EventStreams({ operations, pingEveryMs, logger })
  return {
    streams,
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    active: () => operations.active,
    close: async () => void (await Promise.all([sockets.close(), streams.close()])),
  }
}
