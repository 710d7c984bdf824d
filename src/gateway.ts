import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { anybody, type Authenticate } from './access/authenticate.ts'
import { DeliveryMetrics } from './admin/delivery-metrics.ts'
import { healthRoutes } from './admin/health.ts'
import { Metrics } from './admin/metrics.ts'
import { systemClock } from './base/clock.ts'
import { processHeap, type Heap } from './base/heap.ts'
import type { Logger } from './base/logging.ts'
import { isLoopback } from './config/complete.ts'
import { isLasting } from './config/database.ts'
import type { Config } from './config/options.ts'
import type { GraphqlSettings } from './graphql/context.ts'
import { TypedSchema } from './graphql/generated/typed-schema.ts'
import { GraphqlServer } from './graphql/graphql-server.ts'
import { SchemaHolder } from './graphql/schema-holder.ts'
import { Subscriptions } from './graphql/live/subscriptions.ts'
import { staticSchema } from './graphql/static/build-schema.ts'
import { graphqlRoute } from './http/graphql-route.ts'
import { greeting } from './http/greeting.ts'
import { startHttpServer, type HttpServer } from './http/http-server.ts'
import { webPage } from './http/web-page.ts'
import type { WantedWatch } from './model/watch-options.ts'
import { connect, type Surroundings } from './kubernetes/credentials/connect.ts'
import { HttpKubernetesClient } from './kubernetes/http-client.ts'
import { openDatabase } from './database/database.ts'
import { databaseTarget } from './database/target.ts'
import { SavedWatches } from './database/saved-watches.ts'
import { recordedResources } from './journal/recorded-resources.ts'
import { startDelivery, type RunningDelivery } from './delivery/start-delivery.ts'
import { relationsWith } from './relations/configured.ts'
import { ObjectTexts } from './rest/object-texts.ts'
import { restRoutes } from './rest/routes.ts'
import { createSubscriptionServer } from './subscriptions/subscription-server.ts'
import type { Cluster } from './watch/cluster.ts'
import { startCluster } from './watch/start-cluster.ts'
import { noMemory } from './watch/wanted-watches.ts'

export interface GatewayOptions {
  readonly logger: Logger
  readonly surroundings: Surroundings
  /** Freezes cached objects, so that a reader that changes one fails loudly. For tests. Default false. */
  readonly freezeObjects?: boolean
  /** Default: that of the process. */
  readonly heap?: Heap
  /** Who callers are and what they may read. Default: anybody, everything. */
  readonly authenticate?: Authenticate
}

export interface Gateway {
  /** `http://127.0.0.1:3000` */
  readonly url: string
  /** Where health and metrics have a listener of their own. */
  readonly adminUrl?: string
  readonly clusters: readonly Cluster[]
  /** Takes up another configuration as far as that goes without a restart; answers which settings would need one. */
  reload(config: Config): Promise<readonly string[]>
  stop(): Promise<void>
}

const webFolder = fileURLToPath(new URL('../dist/web', import.meta.url))

/**
 * Builds the service from its parts, lowest first, and starts it. Health answers before the
 * caches fill. Throws when it cannot begin (credentials, port); afterwards nothing that the
 * cluster or the network does ends it.
 */
export async function startGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const { logger } = options
  const relations = relationsWith(config.relations)
  const connection = await connect(config.cluster.connection, options.surroundings)
  logger.log('info', 'connecting', { server: connection.server, as: connection.description })
  if (connection.tls.rejectUnauthorized === false) logger.log('warn', 'the API server is not verified: anybody in between can read and change what is exchanged')
  for (const warning of connection.warnings ?? []) logger.log('warn', warning)
  const declaredSinks = [...config.delivery.webhooks, ...config.delivery.kafka, ...config.delivery.nats].length
  if (declaredSinks > 0 && !isLasting(config.database)) logger.log('warn', 'without database.path or database.url, what is not delivered yet is forgotten by a restart, and what happens meanwhile is not seen', { sinks: declaredSinks })

  const database = await openDatabase(await databaseTarget(config.database, options.surroundings.env))
  const formerly = await recordedResources(database.tables, config.cluster.name).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  const client = new HttpKubernetesClient(connection, { ...config.transport, userAgent: 'watchql' })
  const backoff = { initialMs: config.watch.backoffInitialMs, maxMs: config.watch.backoffMaxMs, random: Math.random }
  const cluster = startCluster({
    name: config.cluster.name,
    client,
    declared: wantedOf(config),
    memory: !isLasting(config.database) ? noMemory : new SavedWatches(database.tables, config.cluster.name),
    sharedMemory: database.shared,
    formerly,
    discovery: config.discovery,
    reflector: {
      pageSize: config.watch.pageSize,
      watchTimeoutSeconds: config.watch.timeoutSeconds,
      watchIdleTimeoutMs: config.watch.idleTimeoutMs,
      maxObjectBytes: config.watch.maxObjectBytes,
    },
    backoff,
    absentRetryMs: config.watch.absentRetryMs,
    streamingLists: config.watch.streamingLists,
    maxKinds: config.watch.maxKinds,
    heap: options.heap ?? processHeap,
    memoryPercent: config.watch.memoryPercent,
    refusedRetryMs: config.watch.refusedRetryMs,
    dedicated: { max: config.watch.maxDedicated, idleMs: config.watch.dedicatedIdleMs, protectedMs: config.watch.dedicatedProtectedMs },
    maxConcurrentLists: config.watch.maxConcurrentLists,
    ...config.feed,
    clock: systemClock,
    logger,
    freezeObjects: options.freezeObjects ?? false,
  })
  const clusters = [cluster]

  const { limits } = config
  const filterLimits = { maxTerms: limits.filterTerms, maxDepth: limits.filterDepth }
  const deliveryMetrics = new DeliveryMetrics()
  let delivery: RunningDelivery
  try {
    delivery = await startDelivery({
      database,
      cluster,
      config: config.delivery,
      filterLimits,
      env: options.surroundings.env,
      onAttempt: (attempt, observedAt) => deliveryMetrics.attempted(attempt, observedAt),
      random: Math.random,
      clock: systemClock,
      logger,
    })
  } catch (error) {
    await cluster.stop()
    await database.close()
    throw error
  }
  deliveryMetrics.follow(() => delivery.sinks.all, delivery.journal)
  const settings: GraphqlSettings = {
    clusters,
    onDemand: config.watch.onDemand,
    syncTimeoutMs: config.watch.syncTimeoutMs,
    page: { defaultSize: limits.pageSizeDefault, maxSize: limits.pageSizeMax },
    filter: filterLimits,
    maxGroups: limits.groups,
    relations,
    maxRelatedObjects: limits.relatedObjects,
    maxKindsPerQuery: limits.kindsPerQuery,
    subscriptionBacklog: limits.subscriptionBacklog,
    delivery: { admin: delivery.deliveries, history: delivery.history, connections: { kafka: config.delivery.kafkaConnections, nats: config.delivery.natsConnections }, standard: webhookStandard(config.delivery) },
    // Often enough that a cursor is never too old while its subscriber listens.
    bookmarkEvery: Math.max(1, Math.floor(config.feed.replaySize / 4)),
  }
  const operationLimits = { maxDepth: limits.queryDepth, maxCost: limits.queryCost, maxAliases: limits.aliases, maxTokens: limits.queryTokens, defaultPageSize: limits.pageSizeDefault }
  const schema = new SchemaHolder(staticSchema())
  const typedSchema = new TypedSchema({
    client,
    discovery: cluster.discovery,
    schema,
    choice: config.types,
    limits: config.types,
    relations,
    intervalMs: config.discovery.sync ? config.discovery.intervalMs : undefined,
    backoff,
    logger: logger.child({ cluster: cluster.name }),
  })
  typedSchema.start()
  const authenticate = options.authenticate ?? anybody
  const subscriptions = createSubscriptionServer({
    schema,
    settings,
    subscriptions: new Subscriptions({ settings, logger }),
    authenticate,
    limits: operationLimits,
    introspection: config.graphql.introspection,
    maxMessageBytes: limits.bodyBytes,
    maxPerConnection: limits.subscriptionsPerSocket,
    maxInAll: limits.subscriptions,
    logger,
  })
  const texts = new ObjectTexts(config.rest.textCacheBytes)
  const metrics = new Metrics({ clusters, activeSubscriptions: () => subscriptions.active(), others: [deliveryMetrics.registry] })
  const graphql = await GraphqlServer.start({
    schema,
    limits: operationLimits,
    introspection: config.graphql.introspection,
    logger,
    onOperation: (operation) => metrics.operationFinished(operation),
  })

  const stopParts = async () => {
    await Promise.all([graphql.stop(), typedSchema.stop(), delivery.stop()])
    await cluster.stop()
    await database.close()
    metrics.close()
  }
  const administration = [(app: FastifyInstance) => healthRoutes(app, { clusters, typesSettled: () => typedSchema.settled }), (app: FastifyInstance) => metrics.route(app)]
  const listener = { bodyBytes: limits.bodyBytes, requestTimeoutMs: limits.requestTimeoutMs, maxConnections: limits.connections, logger }
  let admin: HttpServer | undefined
  try {
    if (config.admin !== undefined) admin = await startHttpServer({ ...listener, ...config.admin, guard: { ...config.http, loopback: isLoopback(config.admin.address) }, routes: administration })
    const http = await startHttpServer({
      ...listener,
      address: config.listen.address,
      port: config.listen.port,
      guard: { ...config.http, loopback: isLoopback(config.listen.address) },
      routes: [
        greeting,
        ...administration,
        ...(config.graphql.graphiql ? [(app: FastifyInstance) => webPage(app, webFolder, logger)] : []),
        (app) => graphqlRoute(app, { graphql, streams: subscriptions.streams, settings, authenticate, requestTimeoutMs: limits.requestTimeoutMs }),
        (app) => restRoutes(app, { cluster, scopeOf: async ({ headers }) => (await authenticate({ headers })).scope, onDemand: config.watch.onDemand, syncTimeoutMs: config.watch.syncTimeoutMs, requestTimeoutMs: limits.requestTimeoutMs, filter: settings.filter, texts, onAnswer: (answer) => metrics.restAnswered(answer) }),
      ],
      onUpgrade: (request, socket, head) => subscriptions.upgrade(request, socket, head),
    })
    return {
      url: http.url,
      ...(admin === undefined ? {} : { adminUrl: admin.url }),
      clusters,
      reload: async (next) => {
        await cluster.watches.declare(wantedOf(next))
        return changedSettings(config, next)
      },
      stop: async () => {
        // Callers first, so that none meets a service that is half gone.
        await subscriptions.close()
        await http.close(config.http.drainMs)
        // Probes are answered as long as anybody else is.
        await admin?.close(0)
        await stopParts()
      },
    }
  } catch (error) {
    await admin?.close(0)
    await stopParts()
    throw error
  }
}

function webhookStandard({ concurrency, ratePerSecond, timeoutMs, maxBacklog }: Config['delivery']): GraphqlSettings['delivery']['standard'] {
  return { concurrency, ratePerSecond, timeoutMs, maxBacklog }
}

/** What is declared, and what declared sinks are to be told of. */
function wantedOf({ watch, delivery }: Config): readonly WantedWatch[] {
  const declared = watch.resources.map(({ kind, options }) => ({ kind, options }))
  const told = [...delivery.webhooks, ...delivery.kafka, ...delivery.nats].flatMap(({ filter }) => filter.kinds ?? [])
  const missing = told.filter(
    (kind, index) =>
      !declared.some((other) => other.kind.group === kind.group && other.kind.kind === kind.kind && (other.kind.version ?? kind.version) === kind.version) &&
      told.findIndex((other) => isDeepStrictEqual(other, kind)) === index,
  )
  return [...declared, ...missing.map((kind) => ({ kind, options: {} }))]
}

/** By their path: all that differ but for the declared watches. */
function changedSettings(before: unknown, after: unknown, path = ''): readonly string[] {
  if (path === 'watch.resources' || isDeepStrictEqual(before, after)) return []
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(before) || !isObject(after)) return [path]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => changedSettings(before[key], after[key], path === '' ? key : `${path}.${key}`))
}
