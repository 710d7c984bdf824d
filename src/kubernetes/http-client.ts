import { Pool, ProxyAgent, type Dispatcher } from 'undici'
import { WatchqlError } from '../base/errors.ts'
import type { ApiRequest, ApiResponse, KubernetesClient } from './client.ts'
import type { Connection, TlsOptions } from './credentials/connection.ts'

export interface TransportOptions {
  /** Offer HTTP/2; HTTP/1.1 is spoken where the server does not take it. */
  readonly http2: boolean
  readonly connectTimeoutMs: number
  /** Until the first byte of an answer, and between two pieces of a body. A watch names its own. */
  readonly idleTimeoutMs: number
  readonly userAgent: string
}

interface Pools {
  readonly tls: TlsOptions
  readonly requests: Dispatcher
  readonly watches: Dispatcher
}

/** Connections for lists, probes and discovery; over HTTP/2 the first nearly always suffices. */
const requestConnections = 8

/**
 * The shared way to one API server. Watches have connections of their own, as many as the
 * server's announced streams per connection ask for, so that nothing short ever waits behind
 * them. A rejected credential is renewed and tried once more.
 */
export class HttpKubernetesClient implements KubernetesClient {
  readonly server: string
  readonly #connection: Connection
  readonly #options: TransportOptions
  readonly #origin: string
  readonly #basePath: string
  #pools: Pools
  readonly #retired = new Set<Pools>()

  constructor(connection: Connection, options: TransportOptions) {
    const url = new URL(connection.server)
    this.server = connection.server
    this.#connection = connection
    this.#options = options
    this.#origin = url.origin
    this.#basePath = url.pathname.replace(/\/+$/, '')
    this.#pools = this.#open()
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#send(request)
    if (response.status !== 401) return response
    response.cancel()
    this.#connection.invalidate()
    return this.#send(request)
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools, ...this.#retired].flatMap(({ requests, watches }) => [requests.destroy(), watches.destroy()]))
  }

  async #send(request: ApiRequest): Promise<ApiResponse> {
    const headers: Record<string, string> = {
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(await this.#connection.authorize()),
    }
    if (request.body !== undefined) headers['content-type'] = 'application/json'
    if (request.ifNoneMatch !== undefined) headers['if-none-match'] = request.ifNoneMatch
    const { requests, watches } = this.#current()
    try {
      const response = await (request.watch === true ? watches : requests).request({
        origin: this.#origin,
        path: this.#basePath + request.path + queryString(request.query),
        method: request.method ?? 'GET',
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: request.signal ?? null,
        headersTimeout: this.#options.idleTimeoutMs,
        bodyTimeout: request.idleTimeoutMs ?? this.#options.idleTimeoutMs,
      })
      // A body that nobody reads any more may still fail; that must not end the process.
      response.body.on('error', () => undefined)
      return {
        status: response.statusCode,
        headers: singleHeaders(response.headers),
        body: response.body,
        cancel: () => response.body.destroy(),
      }
    } catch (error) {
      request.signal?.throwIfAborted()
      throw new WatchqlError('UNREACHABLE', `No answer from the API server ${this.server}: ${causeOf(error)}.`, { cause: error })
    }
  }

  /** A renewed client certificate counts for new connections; what runs on the old ones runs to its end there. */
  #current(): Pools {
    const old = this.#pools
    if (old.tls === this.#connection.tls) return old
    this.#pools = this.#open()
    this.#retired.add(old)
    void Promise.all([old.requests.close(), old.watches.close()]).finally(() => this.#retired.delete(old))
    return this.#pools
  }

  #open(): Pools {
    return { tls: this.#connection.tls, requests: this.#dispatcher(requestConnections), watches: this.#dispatcher(undefined) }
  }

  #dispatcher(connections: number | undefined): Dispatcher {
    const { tls, proxyUrl } = this.#connection
    const options = {
      allowH2: this.#options.http2,
      connectTimeout: this.#options.connectTimeoutMs,
      ...(connections === undefined ? {} : { connections }),
    }
    return proxyUrl === undefined
      ? new Pool(this.#origin, { ...options, connect: { ...tls } })
      : new ProxyAgent({ ...options, uri: proxyUrl, requestTls: { ...tls } })
  }
}

function queryString(query: ApiRequest['query']): string {
  if (query === undefined) return ''
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value)
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function singleHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value[0] : value]))
}

/** The innermost reason, which names the refused address or the failed certificate. */
function causeOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) inner = inner.errors[0]
  return inner instanceof Error ? inner.message.replace(/\.$/, '') : String(inner)
}
