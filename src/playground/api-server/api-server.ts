import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { answerReview, authenticate, authorize, type AccessOptions } from './access.ts'
import { establishCrds } from './crds.ts'
import { answerDiscovery } from './discovery.ts'
import { Exchange, type RequestInfo } from './exchange.ts'
import { Faults } from './faults.ts'
import { Lists } from './list.ts'
import { ObjectStore } from './object-store.ts'
import { answerOpenApi } from './openapi.ts'
import { Registry } from './registry.ts'
import { requestInfo } from './request-info.ts'
import { StatusError, noSuchPath } from './status.ts'
import { Watches } from './watch.ts'
import { answerWrite, served } from './writes.ts'

export interface ApiServerOptions extends AccessOptions {
  /** Default: a free one. */
  readonly port?: number
  /** With a certificate the server speaks HTTP/2 and HTTP/1.1 over TLS; without, HTTP/1.1 in the clear. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Streams that an HTTP/2 connection may have at once. Default 100, as Kubernetes has. */
  readonly maxConcurrentStreams?: number
  /** Default true. */
  readonly aggregatedDiscovery?: boolean
  /** Default true. */
  readonly streamingLists?: boolean
  /** Default a minute, as Kubernetes has. */
  readonly bookmarkIntervalMs?: number
  /** Writes that watches can still see. Default 10,000. */
  readonly history?: number
}

export interface ApiServer {
  readonly url: string
  /** Direct access for setting things up, beside the API. */
  readonly store: ObjectStore
  readonly registry: Registry
  readonly faults: Faults
  /** The latest requests, oldest first; at most 10,000. */
  readonly requests: readonly RequestInfo[]
  /** Connections that clients hold now. */
  connections(): number
  /** Lets something happen to the watches that are open now; gives how many there were. */
  disturbWatches(plural: string | undefined, action: (exchange: Exchange) => void): number
  close(): Promise<void>
}

const maxRequests = 10_000

/** An API server in memory on loopback, which a client cannot tell from a small real one. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const store = new ObjectStore({ history: options.history ?? 10_000, now: () => Date.now() })
  const registry = new Registry(store)
  establishCrds(store)
  const faults = new Faults()
  const lists = new Lists(store)
  const watches = new Watches(store, {
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
    streamingLists: options.streamingLists ?? true,
    isServed: (resource) => registry.find(resource.group, resource.version, resource.plural) !== undefined,
  })
  const requests: RequestInfo[] = []

  const answer = async (exchange: Exchange): Promise<void> => {
    const { info } = exchange
    if (['/healthz', '/livez', '/readyz'].includes(info.path)) return plain(exchange, 'ok')
    if (info.path === '/version') return exchange.json(200, { major: '1', minor: '37', gitVersion: 'v1.37.2-playground' })
    if (!acceptsJson(exchange)) throw new StatusError(406, 'NotAcceptable', 'only the following media types are accepted: application/json')
    if (await answerReview(exchange, options)) return
    authorize(exchange, options)
    if (info.verb === 'get' && info.name === undefined && (answerDiscovery(exchange, registry, options.aggregatedDiscovery ?? true) || answerOpenApi(exchange, registry, store))) return
    const resource = info.resource === undefined ? undefined : registry.find(info.group ?? '', info.version ?? '', info.resource)
    if (resource === undefined) throw noSuchPath()
    if (info.verb === 'list') return lists.answer(exchange, resource, registry.isCustom(resource))
    if (info.verb === 'watch') return watches.answer(exchange, resource)
    if (info.verb === 'get') return exchange.json(200, served(store.get(resource, info.namespace, info.name ?? ''), resource))
    return answerWrite(exchange, store, resource)
  }

  const handle = async (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): Promise<void> => {
    const info = requestInfo(request.method ?? 'GET', request.url ?? '/')
    requests.push(info)
    if (requests.length > maxRequests) requests.shift()
    let exchange = new Exchange(info, { username: 'system:anonymous', groups: [] }, request, response)
    try {
      exchange = new Exchange(info, authenticate(request.headers.authorization, options), request, response)
      if (!(await faults.befall(exchange))) await answer(exchange)
    } catch (error) {
      exchange.refuse(error instanceof StatusError ? error : new StatusError(500, 'InternalError', String(error)))
    }
  }

  const sockets = new Set<Socket>()
  const server = listener(options, (request, response) => void handle(request, response))
  // With TLS, the encrypted connection stands for both.
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    store,
    registry,
    faults,
    requests,
    connections: () => sockets.size,
    disturbWatches: (plural, action) => watches.disturb(plural, action),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

type Handler = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void

function listener(options: ApiServerOptions, handler: Handler): Server | Http2SecureServer {
  if (options.tls === undefined) return createServer(handler)
  const settings = { maxConcurrentStreams: options.maxConcurrentStreams ?? 100 }
  return createSecureServer({ ...options.tls, allowHTTP1: true, settings }, handler)
}

function acceptsJson(exchange: Exchange): boolean {
  const accept = exchange.header('accept') ?? '*/*'
  return accept.includes('json') || accept.includes('*/*')
}

function plain(exchange: Exchange, text: string): void {
  exchange.contentType = 'text/plain'
  exchange.begin(200)
  exchange.write(Buffer.from(text))
  exchange.end()
}
