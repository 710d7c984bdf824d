import { randomUUID } from 'node:crypto'
import { authorize, type Authorizer } from './access/authorizer.ts'
import { answerReview } from './access/reviews.ts'
import { authenticate, type Tokens } from './access/users.ts'
import { answerDiscovery } from './discovery.ts'
import { Exchange, type Request, type Response } from './exchange.ts'
import { Faults } from './fault-rules.ts'
import { controlDefinitions } from './kinds/crd-controller.ts'
import { controlNamespaces, createSystemNamespaces } from './kinds/namespace-controller.ts'
import { Registry } from './kinds/registry.ts'
import { Listener, type TlsOptions } from './listener.ts'
import { answerOpenApi } from './openapi/openapi.ts'
import { answerList } from './reads/list.ts'
import { listOptions } from './reads/list-options.ts'
import { Watches } from './reads/watch.ts'
import { requestInfo, type RequestInfo } from './request-info.ts'
import { StatusError, noSuchPath, notAcceptable, unauthorized } from './status.ts'
import { ClusterStore } from './store/cluster-store.ts'
import { ObjectStore } from './store/object-store.ts'
import { answerWrite } from './writes/writes.ts'

export interface ApiServerOptions {
  /** Default: a free one. */
  readonly port?: number
  /** With a certificate the server speaks HTTP/2 and HTTP/1.1 over TLS; without, HTTP/1.1 in the clear. */
  readonly tls?: TlsOptions
  /** Streams that an HTTP/2 connection may have at once. Default 100, as kube-apiserver has. */
  readonly maxConcurrentStreams?: number
  /** Default true. */
  readonly aggregatedDiscovery?: boolean
  /** Default true. Without, `sendInitialEvents` is refused with 422. */
  readonly streamingLists?: boolean
  /** Default a minute, as Kubernetes has. */
  readonly bookmarkIntervalMs?: number
  /** Writes that watches and continued lists can still see. Default 10,000. */
  readonly history?: number
  /** Bearer tokens and whose they are. Without, everybody is an administrator. */
  readonly tokens?: Tokens
  /** Who may do what. Default: everybody everything. */
  readonly authorizer?: Authorizer
  /** Requests that are remembered. Default 10,000. */
  readonly requestLog?: number
  /** Whether `default` and the `kube-` namespaces are there from the start, as in every real cluster. Default false: nothing is. */
  readonly systemNamespaces?: boolean
  /** For timestamps, in milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number
}

export interface ApiServer {
  /** `http://127.0.0.1:34567`, or `https://…` with a certificate. */
  readonly url: string
  /** Direct, synchronous access to the objects, beside the API. */
  readonly store: ClusterStore
  /** What is served. */
  readonly registry: Pick<Registry, 'resources' | 'find'>
  readonly faults: Faults
  /** Lets something happen to the watches that are open now, of one plural or of all; returns how many there were. */
  disturbWatches(plural: string | undefined, action: (exchange: Exchange) => void): number
  /** The latest requests, the oldest first. */
  readonly requests: readonly RequestInfo[]
  /** From now on, this is who may do what. */
  setAuthorizer(authorizer: Authorizer): void
  /** How many connections clients hold now. */
  connections(): number
  /** Breaks every connection off. */
  cutConnections(): void
  /** Sends GOAWAY on every HTTP/2 connection. */
  goAway(): void
  /** Breaks every connection off and refuses new ones until `acceptConnections`. */
  refuseConnections(): Promise<void>
  /** Listens again, on the same port. */
  acceptConnections(): Promise<void>
  /** Forgets the past: open watches go on, but no watch or continued list can begin before now. */
  compact(): void
  close(): Promise<void>
}

const version = { major: '1', minor: '37', gitVersion: 'v1.37.2', gitCommit: '', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z', goVersion: '', compiler: '', platform: '' }

/** Starts an API server in memory, on loopback, that a client cannot tell from a small real one. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const objects = new ObjectStore({ history: options.history ?? 10_000, now: options.now ?? Date.now, uid: randomUUID, random: Math.random })
  const registry = new Registry(objects)
  controlDefinitions(objects)
  controlNamespaces(objects, registry)
  if (options.systemNamespaces === true) createSystemNamespaces(objects)
  const faults = new Faults()
  const requests: RequestInfo[] = []
  const maxRequests = options.requestLog ?? 10_000
  const watches = new Watches(objects, registry, {
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
    // Spread, so that watches begun together do not end together.
    defaultTimeoutSeconds: () => 1800 * (1 + Math.random()),
  })
  let authorizer: Authorizer = options.authorizer ?? (() => true)

  const answer = async (exchange: Exchange): Promise<void> => {
    const { info } = exchange
    const user = authenticate(exchange.header('authorization'), options.tokens)
    if (user === undefined) throw unauthorized()
    exchange.user = user
    authorize(user, info, authorizer)
    if (info.resource === undefined) return answerPath(exchange)
    const kind = registry.kindAt(info.group ?? '', info.version ?? '', info.resource)
    if (kind === undefined) return registry.groups().has(info.group ?? '') ? refuse(noSuchPath()) : notFoundPage(exchange)
    if ((info.namespace !== undefined && !kind.resource.namespaced) || (info.namespace === undefined && info.name !== undefined && kind.resource.namespaced)) throw noSuchPath()
    if (!acceptsJson(exchange)) throw notAcceptable()
    if (!kind.resource.verbs.includes('list')) return answerReview(exchange, { tokens: options.tokens, authorizer })
    const streamingLists = options.streamingLists ?? true
    if (info.verb === 'list') return answerList(exchange, objects, kind, listOptions(info.query, false, streamingLists))
    if (info.verb === 'watch') return watches.answer(exchange, kind, listOptions(info.query, true, streamingLists))
    return answerWrite(exchange, objects, kind)
  }

  const answerPath = (exchange: Exchange): void => {
    const { path } = exchange.info
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) exchange.plain(200, 'ok')
    else if (path === '/version') exchange.json(200, version)
    else if (!answerDiscovery(exchange, registry, options.aggregatedDiscovery ?? true) && !answerOpenApi(exchange, registry)) notFoundPage(exchange)
  }

  const handle = async (request: Request, response: Response): Promise<void> => {
    let exchange: Exchange | undefined
    try {
      const info = requestInfo(request.method ?? 'GET', request.url ?? '/')
      requests.push(info)
      if (requests.length > maxRequests) requests.shift()
      exchange = new Exchange(info, request, response)
      if (!(await faults.befall(exchange))) await answer(exchange)
    } catch (error) {
      const refusal = error instanceof StatusError ? error : new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`)
      exchange ??= new Exchange({ method: 'GET', path: '', query: new URLSearchParams(), verb: '' }, request, response)
      exchange.refuse(refusal)
    }
  }

  const listener = new Listener(
    { port: options.port ?? 0, tls: options.tls, maxConcurrentStreams: options.maxConcurrentStreams ?? 100 },
    (request, response) => void handle(request, response),
  )
  await listener.open()

  return {
    url: listener.url,
    store: new ClusterStore(objects, registry),
    registry,
    faults,
    disturbWatches: (plural, action) => faults.strike({ verb: 'watch', ...(plural === undefined ? {} : { resource: plural }) }, action),
    requests,
    setAuthorizer: (next) => {
      authorizer = next
    },
    connections: () => listener.connections,
    cutConnections: () => listener.cutAll(),
    goAway: () => listener.goAway(),
    refuseConnections: () => listener.close(),
    acceptConnections: () => listener.open(),
    compact: () => objects.compact(),
    close: () => listener.close(),
  }
}

function refuse(error: StatusError): never {
  throw error
}

/** What the server says of paths that it knows nothing of: no Status. */
function notFoundPage(exchange: Exchange): void {
  exchange.plain(404, '404 page not found\n')
}

function acceptsJson(exchange: Exchange): boolean {
  const accept = exchange.header('accept') ?? '*/*'
  return accept.split(',').some((type) => /^\s*(application\/json|application\/\*|\*\/\*)/.test(type))
}
