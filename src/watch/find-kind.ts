import { setTimeout as sleep } from 'node:timers/promises'
import { WatchqlError } from '../base/errors.ts'
import { suggest } from '../base/suggest.ts'
import { formatKind, normaliseGroup, type Resource } from '../model/resource.ts'
import type { Cluster } from './cluster.ts'

/** How callers name a kind: the core group is empty or `core`; without a version the served one is meant. */
export interface KindName {
  readonly group?: string | null
  readonly version?: string | null
  readonly kind: string
}

/** A kind that is not known may have been installed this moment; so often at most the server is asked. */
const refreshEveryMs = 1000
const refreshes = new WeakMap<Cluster, { readonly at: number; readonly done: Promise<void> }>()
/** How long a caller waits for the server's answer. */
const refreshTimeoutMs = 5000

/**
 * The served resource that a caller names, or the one that is still watched though the cluster
 * has stopped serving it: its watch knows best how it stands. Throws UNKNOWN_KIND with what may have been meant,
 * or NOT_SYNCED while the API server has not told what it serves.
 */
export async function findKind(cluster: Cluster, name: KindName, signal: AbortSignal): Promise<Resource> {
  const wanted = { group: normaliseGroup(name.group), kind: name.kind, version: name.version || undefined }
  const found = cluster.discovery.find(wanted)
  if (found !== undefined) return found
  await refresh(cluster, signal)
  const appeared = cluster.discovery.find(wanted)
  if (appeared !== undefined) return appeared
  if (cluster.discovery.resources().length === 0)
    throw new WatchqlError('NOT_SYNCED', `The API server of the cluster ${cluster.name} has not told yet what it serves. Ask again shortly.`)
  const watched = cluster.informers.all().find(({ resource }) => resource.group === wanted.group && resource.kind === wanted.kind && (wanted.version ?? resource.version) === resource.version)
  if (watched !== undefined) return watched.resource
  throw unknownKind(cluster, wanted)
}

async function refresh(cluster: Cluster, signal: AbortSignal): Promise<void> {
  let latest = refreshes.get(cluster)
  if (latest === undefined || performance.now() - latest.at > refreshEveryMs) {
    // A server that cannot be reached is not the caller's mistake to be told of here.
    latest = { at: performance.now(), done: cluster.discovery.refresh().catch(() => undefined) }
    refreshes.set(cluster, latest)
  }
  const answered = new AbortController()
  const patience = sleep(refreshTimeoutMs, undefined, { signal: AbortSignal.any([signal, answered.signal]), ref: false }).catch(() => undefined)
  await Promise.race([latest.done, patience])
  answered.abort()
}

function unknownKind(cluster: Cluster, wanted: { group: string; kind: string; version: string | undefined }): WatchqlError {
  const resources = cluster.discovery.resources()
  const asked = [wanted.group, wanted.version, wanted.kind].filter((part) => part).join('/')
  const alike = resources.filter((resource) => resource.kind === wanted.kind || [resource.plural, resource.kind.toLowerCase(), ...resource.shortNames].includes(wanted.kind.toLowerCase()))
  const close = suggest(wanted.kind, new Set(resources.map(({ kind }) => kind)))
  const candidates = (alike.length > 0 ? alike : resources.filter(({ kind }) => kind === close)).map(formatKind)
  const hint = candidates.length === 0 ? 'Query `kinds` for what there is.' : `Did you mean ${candidates.join(' or ')}?`
  return new WatchqlError('UNKNOWN_KIND', `The cluster ${cluster.name} serves no kind ${asked}. ${hint}`, { details: { kind: asked, candidates } })
}
