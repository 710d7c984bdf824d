import { isDeepStrictEqual } from 'node:util'
import { WatchqlError } from '../base/errors.ts'
import { formatKind, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Cluster } from './cluster.ts'
import { findKind, type KindName } from './find-kind.ts'
import type { Informer } from './informer.ts'

export interface OpenKindOptions {
  /** Whether a kind that is asked for and not watched is watched from then on. */
  readonly onDemand: boolean
  /** How long to wait for the first list of a kind. */
  readonly syncTimeoutMs: number
}

/** The informer of one kind, its first list being in; begun where need be. Throws why there is none. */
export async function openKind(cluster: Cluster, kind: KindName, options: OpenKindOptions, signal: AbortSignal): Promise<Informer> {
  const resource = await findKind(cluster, kind, signal)
  const informer = cluster.informers.get(resource) ?? begin(cluster, resource, Boolean(kind.version), options)
  await informer.whenSynced(options.syncTimeoutMs, signal)
  return informer
}

/**
 * The informer to ask for a part of a kind: the one that watches the whole of it or exactly that
 * part, else a dedicated watch of the part. Throws as `openKind` does, and WATCH_LIMIT.
 */
export async function openPart(cluster: Cluster, kind: KindName, partOf: (resource: Resource) => WatchOptions, options: OpenKindOptions, signal: AbortSignal): Promise<Informer> {
  const resource = await findKind(cluster, kind, signal)
  const part = partOf(resource)
  const watched = cluster.informers.get(resource)
  if (Object.keys(part).length === 0 || (watched !== undefined && canAnswer(watched, part))) return openKind(cluster, kind, options, signal)
  if (!options.onDemand) throw notWatched(resource)
  const informer = cluster.dedicated.open(resource, part)
  await informer.whenSynced(options.syncTimeoutMs, signal)
  return informer
}

/** A part may fit into memory, or be allowed, where the whole is not. */
function canAnswer(informer: Informer, part: WatchOptions): boolean {
  const { options } = informer
  return ['SYNCING', 'LIVE', 'STALE'].includes(informer.status().state) && (Object.keys(options).length === 0 || isDeepStrictEqual(options, part))
}

function begin(cluster: Cluster, resource: Resource, pinned: boolean, { onDemand }: OpenKindOptions): Informer {
  if (onDemand) return cluster.informers.ensure(resource, 'DEMAND', {}, pinned)
  throw notWatched(resource)
}

function notWatched(resource: Resource): WatchqlError {
  return new WatchqlError('KIND_NOT_WATCHED', `${formatKind(resource)} is not watched; begin with startWatch, or declare it in the configuration.`, { details: { kind: formatKind(resource) } })
}
