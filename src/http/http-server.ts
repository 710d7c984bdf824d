import type { AddressInfo, Socket } from 'node:net'
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { WatchqlError, toWatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import { guard, isAllowed, type GuardOptions } from './guard.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How errors of this route are written; default as GraphQL writes them. */
    errorBody?: (error: WatchqlError) => unknown
  }
}

export interface HttpServerOptions {
  readonly address: string
  readonly port: number
  readonly bodyBytes: number
  /** For a request to arrive whole; Node looks every half minute. */
  readonly requestTimeoutMs: number
  /** Open at once; more are refused. */
  readonly maxConnections: number
  readonly guard: GuardOptions
  readonly logger: Logger
  /** What is served, in order. */
  readonly routes: readonly ((app: FastifyInstance) => void)[]
  /** Takes WebSocket connections; undefined refuses them. */
  readonly onUpgrade?: (request: FastifyRequest['raw'], socket: import('node:stream').Duplex, head: Buffer) => void
}

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly url: string
  /** Takes no new connections, ends idle ones and waits for requests under way, but not longer than this. */
  close(drainMs: number): Promise<void>
}

/** Paths as k8s-generic-watcher's callers may write them. */
const routerOptions = { ignoreTrailingSlash: true, caseSensitive: false }

/** Starts listening. Throws LISTEN_FAILED, saying why and what to do. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = fastify({ bodyLimit: options.bodyBytes, requestTimeout: options.requestTimeoutMs, forceCloseConnections: 'idle', trustProxy: false, routerOptions })
  app.server.maxConnections = options.maxConnections
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    guard(guarded(request.raw), options.guard)
    void reply.header('x-content-type-options', 'nosniff')
    if (origin !== undefined && isAllowed(origin, options.guard)) void reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
    done()
  })
  app.options('/*', (request, reply) => reply.code(204).headers(preflight(request, options.guard)).send())
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const known = asWatchqlError(error, options.bodyBytes)
    if (known.code === 'INTERNAL') options.logger.log('error', 'an HTTP request failed', { error, method: request.method, path: request.url.split('?')[0] })
    const write = request.routeOptions.config.errorBody ?? errorBody
    return reply.code(known.status).header('watchql-error', known.code).send(write(known))
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(new WatchqlError('NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0]} here; GET / names what there is.`))),
  )
  for (const route of options.routes) route(app)

  app.server.on('upgrade', (request, socket, head) => {
    try {
      guard(guarded(request), options.guard)
      if (options.onUpgrade === undefined || request.url?.split('?')[0] !== '/graphql') throw new WatchqlError('NOT_FOUND', 'WebSockets are served at /graphql.')
      options.onUpgrade(request, socket, head)
    } catch (error) {
      const { status, message } = toWatchqlError(error)
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`)
    }
  })

  try {
    await app.listen({ host: options.address, port: options.port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'something else listens there; choose another port' : message
    throw new WatchqlError('LISTEN_FAILED', `Cannot listen on ${options.address}:${options.port}: ${why}.`, { cause: error })
  }
  const connections = new Set<Socket>()
  app.server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  const { address, port, family } = app.server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async (drainMs) => {
      const forced = setTimeout(() => app.server.closeAllConnections(), drainMs)
      // Opened in advance, as browsers do: for Node these are not idle until their first request is over.
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
      await app.close().finally(() => clearTimeout(forced))
    },
  }
}

function guarded({ headers }: FastifyRequest['raw']) {
  const site = headers['sec-fetch-site']
  return { host: headers.host, origin: headers.origin, secFetchSite: typeof site === 'string' ? site : undefined }
}

function preflight(request: FastifyRequest, options: GuardOptions): Record<string, string> {
  if (request.headers.origin === undefined || !isAllowed(request.headers.origin, options)) return {}
  return { 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'content-type, authorization', 'access-control-max-age': '600' }
}

/** Errors have GraphQL's shape at every path, so that one client code reads them all. */
function errorBody({ message, code, details }: WatchqlError) {
  return { errors: [{ message, extensions: { code, ...details } }] }
}

function asWatchqlError(error: FastifyError | Error, bodyBytes: number): WatchqlError {
  if (error instanceof WatchqlError || !('code' in error)) return toWatchqlError(error)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new WatchqlError('BODY_TOO_LARGE', `A request body may have ${bodyBytes} bytes (limits.bodyBytes).`)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new WatchqlError('UNSUPPORTED_MEDIA_TYPE', 'Send JSON: content-type: application/json.')
    default:
      return error.statusCode !== undefined && error.statusCode < 500 ? new WatchqlError('BAD_REQUEST', error.message) : toWatchqlError(error)
  }
}
