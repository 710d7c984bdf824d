import { isIP } from 'node:net'
import { completeConnection } from './connection.ts'
import type { CompletionContext } from './context.ts'
import { completeDatabase } from './database.ts'
import { defaults } from './defaults.ts'
import { completeDelivery } from './delivery.ts'
import type { ConfigMistake } from './mistakes.ts'
import { checkWebhookUrls } from './notifiers.ts'
import type { Config } from './options.ts'
import { at } from './paths.ts'
import type { RawConfig } from './raw.ts'
import { completeRelations } from './relations.ts'
import { completeResources } from './resources.ts'

export interface Completion {
  /** Holds only if there are no mistakes. */
  readonly config: Config
  readonly mistakes: readonly ConfigMistake[]
  /** What works, but hardly as it was meant. */
  readonly warnings: readonly ConfigMistake[]
}

/** Fills in what a document leaves open, and finds what a schema cannot. */
export function completeConfig(raw: RawConfig, context: CompletionContext): Completion {
  const resources = completeResources(raw.initialWatchingResources)
  const relations = completeRelations(raw.relations ?? [])
  const address = raw.listenAddress || defaults.listenAddress
  const adminAddress = raw.admin?.listenAddress || defaults.admin.listenAddress
  const mistakes: ConfigMistake[] = [...checkAddress(address, raw.allowUnauthenticated ?? false), ...checkAdmin(raw, adminAddress), ...resources.mistakes, ...relations.mistakes]
  for (const key of ['globalWebhookUrls', 'initialWebHookUrls'] as const) mistakes.push(...checkWebhookUrls(raw[key] ?? [], key))
  mistakes.push(...checkHosts(raw.http?.allowedHosts ?? []), ...checkOrigins(raw.http?.allowedOrigins ?? []))
  const connection = completeConnection(raw.k8sClientConfig ?? {}, context, mistakes)
  const http = over(defaults.http, raw.http)
  const limits = over(defaults.limits, raw.limits)
  const watch = over(defaults.watch, raw.watch)
  if (limits.pageSizeDefault > limits.pageSizeMax) mistakes.push({ path: 'limits.pageSizeDefault', message: `may not be larger than limits.pageSizeMax, which is ${limits.pageSizeMax}` })
  if (watch.backoffInitialMs > watch.backoffMaxMs) mistakes.push({ path: 'watch.backoffInitialMs', message: `may not be larger than watch.backoffMaxMs, which is ${watch.backoffMaxMs}` })
  const globalWebhookUrls = [...new Set([...(raw.globalWebhookUrls ?? []), ...(raw.initialWebHookUrls ?? [])])]
  const { webhooks: _webhooks, kafka: _kafka, nats: _nats, ...deliverySettings } = raw.delivery ?? {}
  const delivery = over(defaults.delivery, deliverySettings)
  const sinks = completeDelivery(raw.delivery ?? {}, { declarations: resources.declarations, globalWebhookUrls, standard: delivery, limits, context, mistakes })
  const config: Config = {
    cluster: { name: raw.clusterName || defaults.clusterName, connection },
    listen: { address, port: raw.listenPort ?? defaults.listenPort },
    log: { level: raw.minLogLevel ?? defaults.minLogLevel, type: raw.logType ?? defaults.logType },
    watch: { ...watch, resources: resources.declarations },
    discovery: { sync: raw.enableSyncApiGroups ?? defaults.enableSyncApiGroups, intervalMs: (raw.apiGroupsSyncIntervalSecond ?? defaults.apiGroupsSyncIntervalSecond) * 1000 },
    feed: over(defaults.feed, raw.feed),
    database: completeDatabase(raw.database ?? {}, context, mistakes),
    transport: over(defaults.transport, raw.transport),
    limits,
    http,
    ...(typeof raw.admin?.listenPort === 'number' ? { admin: { address: adminAddress, port: raw.admin.listenPort } } : {}),
    rest: over(defaults.rest, raw.rest),
    graphql: over(defaults.graphql, raw.graphql),
    types: over(defaults.types, raw.types),
    relations: relations.relations,
    notifications: { globalWebhookUrls },
    delivery: { ...delivery, ...sinks },
    webhookUrls: sinks.webhooks.map(({ url }) => url),
  }
  const podWarnings = raw.listenAddress || typeof raw.admin?.listenPort === 'number' || !context.env['KUBERNETES_SERVICE_HOST'] ? [] : [unreachableInPod]
  return { config, mistakes, warnings: [...resources.warnings, ...podWarnings] }
}

const unreachableInPod: ConfigMistake = {
  path: 'listenAddress',
  message: `is not given, so that only the containers of this pod can connect (${defaults.listenAddress}), and neither probes of the kubelet nor other pods; for those, set listenAddress to 0.0.0.0 and allowUnauthenticated to true, and limit who may connect with a NetworkPolicy`,
}

type Filled<T> = { readonly [K in keyof T]: T[K] extends number ? number : T[K] extends boolean ? boolean : T[K] }

/** The schema has checked the types of what is given; null means the default. */
function over<T extends object>(standard: T, given: Readonly<Record<string, unknown>> | null | undefined): Filled<T> {
  return { ...standard, ...Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== null)) } as Filled<T>
}

/** What it tells is no secret, so that it may listen where it likes. */
function checkAdmin({ admin, listenPort }: RawConfig, address: string): ConfigMistake[] {
  if (address !== defaults.admin.listenAddress && typeof admin?.listenPort !== 'number') return [{ path: 'admin.listenAddress', message: 'needs an admin.listenPort beside it' }]
  const isTaken = admin?.listenPort === (listenPort ?? defaults.listenPort) && admin.listenPort !== 0
  return [...checkIp(address, 'admin.listenAddress'), ...(isTaken ? [{ path: 'admin.listenPort', message: 'is the port of the API; choose another' }] : [])]
}

function checkIp(address: string, path: string): ConfigMistake[] {
  return isIP(address) === 0 && address !== 'localhost' ? [{ path, message: `must be an IP address or localhost; it is ${JSON.stringify(address)}` }] : []
}

function checkAddress(address: string, allowUnauthenticated: boolean): ConfigMistake[] {
  const wrong = checkIp(address, 'listenAddress')
  if (wrong.length > 0) return wrong
  if (isLoopback(address) || allowUnauthenticated) return []
  return [{ path: 'listenAddress', message: `${address} can be reached from elsewhere, and everybody who reaches it may read every cached object; if that is meant, set allowUnauthenticated to true as well` }]
}

/** Compared with the Host header without its port. */
function checkHosts(hosts: readonly string[]): ConfigMistake[] {
  return hosts.flatMap((host, index) =>
    URL.canParse(`http://${host}`) && new URL(`http://${host}`).host === host && !/:\d+$/.test(host)
      ? []
      : [{ path: at('http.allowedHosts', index), message: `${JSON.stringify(host)} is no host name in lower case without a port; host names read like watchql.example.com` }],
  )
}

/** What browsers send as Origin: a scheme, a host and perhaps a port, nothing behind them. */
function checkOrigins(origins: readonly string[]): ConfigMistake[] {
  return origins.flatMap((origin, index) =>
    URL.canParse(origin) && new URL(origin).origin === origin ? [] : [{ path: at('http.allowedOrigins', index), message: `${JSON.stringify(origin)} is no origin; origins read like https://dashboard.example.com` }],
  )
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.')
}
