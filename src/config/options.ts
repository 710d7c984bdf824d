import type { LogLevel } from '../base/logging.ts'
import type { SecretSource } from '../base/secret.ts'
import type { ChangeType } from '../model/change.ts'
import type { Json } from '../model/json.ts'
import type { GroupKind } from '../model/resource.ts'
import type { KafkaDefinition, NatsDefinition, TlsMaterial, WebhookDefinition, saslMechanisms } from '../model/sink.ts'
import type { WatchOptions } from '../model/watch-options.ts'

/** Everything the service can be told, complete and checked. Made by `completeConfig` only. */
export interface Config {
  readonly cluster: { readonly name: string; readonly connection: ConnectionOptions }
  readonly listen: { readonly address: string; readonly port: number }
  readonly log: { readonly level: LogLevel; readonly type: LogType }
  readonly watch: WatchConfig
  readonly discovery: { readonly sync: boolean; readonly intervalMs: number }
  readonly feed: { readonly replaySize: number; readonly replayBytes: number }
  readonly database: DatabaseConfig
  readonly transport: { readonly http2: boolean; readonly connectTimeoutMs: number; readonly idleTimeoutMs: number; readonly deadAfterMs: number }
  readonly limits: Limits
  readonly http: { readonly allowedHosts: readonly string[]; readonly allowedOrigins: readonly string[]; readonly drainMs: number }
  /** Where health and metrics are served beside the API; absent: only there. */
  readonly admin?: { readonly address: string; readonly port: number }
  readonly rest: {
    /** JSON texts of objects that were listed lately. */
    readonly textCacheBytes: number
  }
  readonly graphql: { readonly graphiql: boolean; readonly introspection: boolean }
  readonly types: TypesConfig
  /** Beside those that are built in. */
  readonly relations: readonly RelationConfig[]
  readonly delivery: DeliveryConfig
  /** Webhooks that receive every event of every declared kind; those of one kind stand with its declaration. */
  readonly notifications: { readonly globalWebhookUrls: readonly string[] }
  /** Of all webhooks together, in the order of the file. */
  readonly webhookUrls: readonly string[]
}

export interface DeliveryConfig {
  /** Those of `notifiers` and `globalWebhookUrls` are among them. */
  readonly webhooks: readonly WebhookDeclaration[]
  readonly kafka: readonly KafkaDeclaration[]
  readonly nats: readonly NatsDeclaration[]
  /** What sinks may choose by name, those made by API too. */
  readonly kafkaConnections: readonly Named<KafkaConnection>[]
  readonly natsConnections: readonly Named<NatsConnection>[]
  /** For sinks that say nothing else. */
  readonly concurrency: number
  readonly ratePerSecond: number
  readonly timeoutMs: number
  readonly maxBacklog: number
  /** Between the attempts at one delivery; after one more it is given up. */
  readonly retryWaitsSeconds: readonly number[]
  readonly maxWebhooks: number
  /** Whether webhooks made by API may be on loopback, link-local and metadata addresses. */
  readonly allowLocalTargets: boolean
  /** Whether the values in Secrets are left out. */
  readonly redactSecrets: boolean
  readonly maxBodyBytes: number
  readonly keepDelivered: number
  readonly keepDead: number
  readonly disableAfterHours: number
  readonly rotationHours: number
  readonly leaseSeconds: number
  readonly gatherMs: number
  readonly batchSize: number
  readonly maxWaiting: number
  readonly maxWaitingBytes: number
}

/** A webhook as a file declares it: its secrets are elsewhere. */
export interface WebhookDeclaration extends Omit<WebhookDefinition, 'keys' | 'tls'> {
  readonly secrets: readonly SecretSource[]
  /** Beside `headers`. */
  readonly secretHeaders: Readonly<Record<string, SecretSource>>
  readonly tlsFiles: TlsFiles
}

/** Either names a connection or has one of its own. */
export interface KafkaDeclaration extends KafkaDefinition {
  readonly own?: KafkaConnection
}

export interface NatsDeclaration extends NatsDefinition {
  readonly own?: NatsConnection
}

/** How a Kafka cluster is reached. */
export interface KafkaConnection {
  /** `host:port`. */
  readonly brokers: readonly string[]
  /** Whether topics that are missing are made. */
  readonly createTopics: boolean
  /** Over TLS, with `tlsFiles` where those say more. */
  readonly encrypted: boolean
  readonly sasl?: { readonly mechanism: (typeof saslMechanisms)[number]; readonly username: string; readonly password: SecretSource }
  readonly tlsFiles: TlsFiles
}

/** How a NATS system is reached. */
export interface NatsConnection {
  /** `nats://host:port` or `tls://host:port`. */
  readonly servers: readonly string[]
  readonly login?: { readonly username: string; readonly password: SecretSource } | { readonly token: SecretSource } | { readonly credentials: SecretSource }
  readonly tlsFiles: TlsFiles
}

export type Named<Connection> = Connection & {
  readonly name: string
  /** The only topics or subjects that sinks made by API may name: see `isAllowedDestination`. */
  readonly allowed?: readonly string[]
}

/** Where the parts of `TlsMaterial` are. */
export type TlsFiles = { readonly [part in keyof TlsMaterial]?: string }

/** At most one of `path` and `url`; with neither nothing is kept. */
export interface DatabaseConfig {
  readonly path?: string
  readonly url?: { readonly text: string } | SecretSource
  readonly connections: number
  readonly timeoutMs: number
}

export const logTypes = ['json', 'pretty', 'hidden'] as const
export type LogType = (typeof logTypes)[number]

/** See `ConnectionConfig` of the kubernetes layer, which takes this shape. */
export type ConnectionOptions = { readonly insecureSkipTlsVerify?: boolean } & (
  | { readonly type: 'auto' }
  | { readonly type: 'inCluster' }
  | { readonly type: 'kubeConfig'; readonly file?: string; readonly context?: string }
  | { readonly type: 'bearerToken'; readonly server: string; readonly tokenFile: string; readonly ca?: PemOptions }
  | { readonly type: 'clientCertificate'; readonly server: string; readonly cert: PemOptions; readonly key: PemOptions; readonly ca?: PemOptions }
  | { readonly type: 'anonymous'; readonly server: string; readonly ca?: PemOptions }
)

export type PemOptions = { readonly file: string } | { readonly pem: string }

/** A kind to watch from the start. Without a version: the one that the server prefers. */
export interface WatchDeclaration {
  readonly kind: GroupKind & { readonly version?: string }
  readonly options: WatchOptions
  readonly notifiers: readonly Notifier[]
}

export interface Notifier {
  readonly webhookUrls: readonly string[]
  /** All three where none were given. */
  readonly eventTypes: readonly ChangeType[]
  readonly filter: NotifierFilter
}

/** All conditions must hold; none means every object. */
export interface NotifierFilter {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly labels: readonly (readonly [key: string, value: string])[]
  readonly annotations: readonly (readonly [key: string, value: string])[]
  /** Paths as `parsePath` reads them, and what must stand there. */
  readonly fields: readonly (readonly [path: string, value: Json])[]
}

export interface WatchConfig {
  readonly resources: readonly WatchDeclaration[]
  /** Whether a query of a kind that is not watched begins to watch it. */
  readonly onDemand: boolean
  /** How long a query waits for the first list of a kind. */
  readonly syncTimeoutMs: number
  readonly maxKinds: number
  /** The share of the heap's limit that may be in use before a kind is given up. */
  readonly memoryPercent: number
  /** How soon a kind that was given up is tried again. */
  readonly refusedRetryMs: number
  /** Watches of parts of kinds, for queries that ask for one, at once. */
  readonly maxDedicated: number
  /** When one of them ends that nobody asks for. */
  readonly dedicatedIdleMs: number
  /** Asked for within this time, it does not make room for another. */
  readonly dedicatedProtectedMs: number
  readonly maxConcurrentLists: number
  /** Whether to ask for lists as the beginning of a watch, where the server knows how. */
  readonly streamingLists: boolean
  /** Objects per page of a list. */
  readonly pageSize: number
  readonly maxObjectBytes: number
  readonly timeoutSeconds: number
  /** Silence after which a watch counts as dead; API servers send a bookmark every minute. */
  readonly idleTimeoutMs: number
  readonly backoffInitialMs: number
  readonly backoffMaxMs: number
  /** How soon a forbidden or vanished kind is asked for again. */
  readonly absentRetryMs: number
}

/** Which kinds have GraphQL types of their own, and how much of that there may be. */
export interface TypesConfig {
  /** Patterns as `kindMatcher` reads them. A kind is typed when it is allowed and not denied. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  readonly maxTypes: number
  readonly maxTypesPerKind: number
  /** Objects in objects; what is deeper is JSON. */
  readonly maxDepth: number
  /** The largest OpenAPI document that is read. */
  readonly documentBytes: number
}

/** How objects of one kind say which objects of another they belong with. */
export interface RelationConfig {
  readonly name: string
  readonly from: GroupKind
  readonly to: GroupKind
  readonly inverse?: string
  readonly many: boolean
  readonly via: { readonly by: 'owner' } | { readonly by: 'reference' | 'selector'; readonly path: string } | { readonly by: 'label'; readonly key: string }
}

export interface Limits {
  readonly bodyBytes: number
  readonly queryTokens: number
  readonly queryDepth: number
  /** Fields, weighed with the sizes of the pages they are asked for. */
  readonly queryCost: number
  readonly aliases: number
  readonly pageSizeDefault: number
  readonly pageSizeMax: number
  readonly filterTerms: number
  readonly filterDepth: number
  readonly groups: number
  /** Objects that one operation may follow relations to at a stretch. */
  readonly relatedObjects: number
  /** Kinds in one `objects` list. */
  readonly kindsPerQuery: number
  readonly requestTimeoutMs: number
  /** Open at once, WebSockets included; more are refused. */
  readonly connections: number
  readonly subscriptionsPerSocket: number
  readonly subscriptions: number
  /** Changes that wait for one slow subscriber before it is told to begin anew. */
  readonly subscriptionBacklog: number
}
