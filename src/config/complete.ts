import { isIP } from 'node:net'
import type { Environment } from '../base/environment.ts'
import { checkLabelValue, checkQualifiedName } from '../model/label-syntax.ts'
import { normaliseGroup } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import { completeConnection } from './connection.ts'
import { defaults } from './defaults.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { Config } from './options.ts'
import type { RawConfig, RawResource } from './raw.ts'

export interface CompletionContext {
  readonly env: Environment
  readonly home: string
}

/** Fills in what a valid document leaves open, and finds what a schema cannot. The config holds only if there are no mistakes. */
export function completeConfig(raw: RawConfig, context: CompletionContext): { readonly config: Config; readonly mistakes: readonly ConfigMistake[] } {
  const mistakes: ConfigMistake[] = []
  const resources = raw.initialWatchingResources ?? []
  const webhookUrls = [...(raw.globalWebhookUrls ?? []), ...(raw.initialWebHookUrls ?? []), ...resources.flatMap((resource) => (resource.notifiers ?? []).flatMap((notifier) => notifier.webhookUrls))]
  const address = raw.listenAddress || defaults.listenAddress
  mistakes.push(
    ...checkAddress(address, raw.allowUnauthenticated ?? false),
    ...resources.flatMap(checkResource),
    ...checkDuplicates(resources),
    ...webhookUrls.filter((url) => !isHttpUrl(url)).map((url) => ({ path: 'webhookUrls', message: `${JSON.stringify(url)} is no http or https URL` })),
  )
  const connection = completeConnection(raw.k8sClientConfig ?? {}, context, mistakes)
  const http = over(defaults.http, raw.http)
  const limits = over(defaults.limits, raw.limits)
  if (limits.pageSizeDefault > limits.pageSizeMax) mistakes.push({ path: 'limits.pageSizeDefault', message: `may not be larger than limits.pageSizeMax, which is ${limits.pageSizeMax}` })
  const config: Config = {
    cluster: { name: raw.clusterName || defaults.clusterName, connection },
    listen: { address, port: raw.listenPort ?? defaults.listenPort },
    log: { level: raw.minLogLevel ?? defaults.minLogLevel, type: raw.logType ?? defaults.logType },
    watch: {
      ...over(defaults.watch, raw.watch),
      resources: resources.map((resource) => ({
        kind: { group: normaliseGroup(resource.group), kind: resource.kind, ...(resource.version ? { version: resource.version } : {}) },
        options: watchOptions(resource.watchOptions),
      })),
    },
    discovery: { sync: raw.enableSyncApiGroups ?? defaults.enableSyncApiGroups, intervalMs: (raw.apiGroupsSyncIntervalSecond ?? defaults.apiGroupsSyncIntervalSecond) * 1000 },
    feed: over(defaults.feed, raw.feed),
    transport: over(defaults.transport, raw.transport),
    limits,
    http,
    graphql: over(defaults.graphql, raw.graphql),
    webhookUrls,
  }
  return { config, mistakes }
}

/** The schema has checked the types of what is given; null means the default. */
function over<T extends object>(standard: T, given: Readonly<Record<string, unknown>> | null | undefined): { [K in keyof T]: T[K] extends number ? number : T[K] extends boolean ? boolean : T[K] } {
  return { ...standard, ...Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== null)) } as never
}

function watchOptions(raw: RawResource['watchOptions']): WatchOptions {
  if (raw === undefined || raw === null) return {}
  return {
    ...(raw.namespace ? { namespace: raw.namespace } : {}),
    ...(raw.name ? { name: raw.name } : {}),
    ...(raw.fieldSelector ? { fieldSelector: raw.fieldSelector } : {}),
    ...(raw.labelSelector ? { labelSelector: raw.labelSelector } : {}),
    ...(raw.additionalK8sApiQueryParams ? { queryParameters: raw.additionalK8sApiQueryParams } : {}),
  }
}

function checkAddress(address: string, allowUnauthenticated: boolean): ConfigMistake[] {
  if (isIP(address) === 0 && address !== 'localhost') return [{ path: 'listenAddress', message: `must be an IP address or localhost; it is ${JSON.stringify(address)}` }]
  if (isLoopback(address) || allowUnauthenticated) return []
  return [{ path: 'listenAddress', message: `${address} can be reached from elsewhere, and everybody who reaches it may read every cached object; if that is meant, set allowUnauthenticated to true as well` }]
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.')
}

function checkResource(resource: RawResource, index: number): ConfigMistake[] {
  const path = `initialWatchingResources[${index}].watchOptions.labelSelector`
  return Object.entries(resource.watchOptions?.labelSelector ?? {}).flatMap(([key, value]) => {
    const wrong = checkQualifiedName(key) ?? checkLabelValue(value)
    return wrong === undefined ? [] : [{ path, message: `${JSON.stringify(`${key}=${value}`)} is no label: ${wrong}` }]
  })
}

function checkDuplicates(resources: readonly RawResource[]): ConfigMistake[] {
  const seen = new Map<string, number>()
  return resources.flatMap((resource, index) => {
    const kind = `${normaliseGroup(resource.group)}/${resource.version ?? ''}/${resource.kind}`
    const first = seen.get(kind)
    if (first === undefined) {
      seen.set(kind, index)
      return []
    }
    return [{ path: `initialWatchingResources[${index}]`, message: `declares the same kind as initialWatchingResources[${first}]` }]
  })
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
