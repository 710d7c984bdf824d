import { Pool, ProxyAgent, buildConnector, type Dispatcher } from 'undici'
import { WatchqlError } from '../base/errors.ts'
import { endAbandonedStreams } from './abandoned-streams.ts'
import type { ApiRequest, ApiResponse, KubernetesClient } from './client.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { Connection, TlsOptions } from './credentials/connection.ts'
import { endWhenDead, looks } from './liveness.ts'

export interface TransportOptions {
  /** Offer HTTP/2; HTTP/1.1 is spoken where the server does not take it. */
  readonly http2: boolean
  readonly connectTimeoutMs: number
  /** Until the first byte of an answer, and between two pieces of a body. A watch names its own. */
  readonly idleTimeoutMs: number
  /** Silence, pings included, after which an HTTP/2 connection counts as dead. */
  readonly deadAfterMs: number
  readonly userAgent: string
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
  readonly #requests: ConnectionPool
  readonly #watches: ConnectionPool
  #tls: TlsOptions

  constructor(connection: Connection, options: TransportOptions) {
    endAbandonedStreams()
    const url = new URL(connection.server)
    this.server = connection.server
    this.#connection = connection
    this.#options = options
    this.#origin = url.origin
    this.#basePath = url.pathname.replace(/\/+$/, '')
    this.#tls = connection.tls
    this.#requests = new ConnectionPool(() => this.#dispatcher(requestConnections))
    this.#watches = new ConnectionPool(() => this.#dispatcher(undefined))
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#send(request)
    if (response.status !== 401) return response
    response.cancel()
    this.#connection.invalidate()
    return this.#send(request)
  }

  async close(): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#watches.destroy()])
  }

  async #send(request: ApiRequest): Promise<ApiResponse> {
    const headers: Record<string, string> = {
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(await this.#connection.authorize()),
    }
    if (request.body !== undefined) headers['content-type'] = 'application/json'
    this.#useCurrentCertificate()
    if (request.ifNoneMatch !== undefined) headers['if-none-match'] = request.ifNoneMatch
    try {
      const response = await (request.watch === true ? this.#watches : this.#requests).request({
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

  /** A renewed client certificate counts for new connections. */
  #useCurrentCertificate(): void {
    if (this.#tls === this.#connection.tls) return
    this.#tls = this.#connection.tls
    this.#requests.replace()
    this.#watches.replace()
  }

  #dispatcher(connections: number | undefined): Dispatcher {
    const { tls, proxyUrl } = this.#connection
    const { http2, connectTimeoutMs, deadAfterMs } = this.#options
    const options = {
      allowH2: http2,
      connectTimeout: connectTimeoutMs,
      h2Options: { pingInterval: Math.round(deadAfterMs / looks) },
      ...(connections === undefined ? {} : { connections }),
    }
    if (proxyUrl !== undefined) return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: { ...tls } })
    const connect = buildConnector({ ...tls, allowH2: http2, timeout: connectTimeoutMs })
    return new Pool(this.#origin, {
      ...options,
      connect: (target, done) => {
        connect(target, (error, socket) => {
          if (error !== null) return done(error, null)
          endWhenDead(socket, deadAfterMs)
          done(null, socket)
        })
      },
    })
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
