import { WatchqlError } from '../base/errors.ts'
import { formatKind, type Resource } from '../model/resource.ts'
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

function begin(cluster: Cluster, resource: Resource, pinned: boolean, { onDemand }: OpenKindOptions): Informer {
  if (onDemand) return cluster.informers.ensure(resource, 'DEMAND', {}, pinned)
  throw new WatchqlError('KIND_NOT_WATCHED', `${formatKind(resource)} is not watched; begin with startWatch, or declare it in the configuration.`, { details: { kind: formatKind(resource) } })
}
