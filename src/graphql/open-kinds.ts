import { WatchqlError } from '../base/errors.ts'
import { formatKind, normaliseGroup, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Cluster } from '../watch/cluster.ts'
import type { Informer } from '../watch/informer.ts'
import type { KindName } from '../watch/find-kind.ts'
import { openKind as openInformer, openPart } from '../watch/open-kind.ts'
import type { GraphqlContext } from './context.ts'

/** Which part of a kind is enough; absent, the whole. */
type PartOf = (resource: Resource) => WatchOptions

/** A kind that cannot be answered, while others are. */
export interface KindFailure {
  readonly code: string
  readonly message: string
  readonly kind: string
}

export interface OpenKinds {
  readonly informers: readonly { readonly cluster: Cluster; readonly informer: Informer }[]
  readonly failures: readonly KindFailure[]
}

/** The informers of the kinds, each in every cluster, begun and awaited where need be. One that fails does not hold up the others. */
export async function openKinds(context: GraphqlContext, kinds: readonly KindName[], partOf?: PartOf): Promise<OpenKinds> {
  const { clusters, maxKindsPerQuery } = context.settings
  if (kinds.length > maxKindsPerQuery) throw new WatchqlError('INVALID_ARGUMENT', `A list may be of ${maxKindsPerQuery} kinds; this one is of ${kinds.length}.`)
  const wanted = clusters.flatMap((cluster) => kinds.map((kind) => ({ cluster, kind })))
  const settled = await Promise.allSettled(wanted.map(async ({ cluster, kind }) => ({ cluster, informer: await openKind(context, cluster, kind, partOf) })))
  const opened = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const rejected = settled.flatMap((result, i) => (result.status === 'rejected' ? [asFailure(result.reason, wanted[i]?.kind as KindName)] : []))
  // One may have been given up while another was waited for.
  const isRefused = ({ informer }: (typeof opened)[number]) => informer.status().state === 'REFUSED'
  const refused = opened.filter(isRefused).map(({ informer }) => ({ code: 'MEMORY_LIMIT', message: informer.status().lastError?.message ?? '', kind: formatKind(informer.resource) }))
  return {
    informers: withoutRepetition(opened.filter((kind) => !isRefused(kind))),
    failures: [...rejected, ...refused],
  }
}

/** The informer of one kind, or of the part of it that is wanted, its first list being in. Throws why there is none. */
export function openKind({ settings, signal }: GraphqlContext, cluster: Cluster, kind: KindName, partOf?: PartOf): Promise<Informer> {
  return partOf === undefined ? openInformer(cluster, kind, settings, signal) : openPart(cluster, kind, partOf, settings, signal)
}

/** Two names of one kind, or two versions of it, are one kind: the first named answers. */
function withoutRepetition(informers: OpenKinds['informers']): OpenKinds['informers'] {
  const seen = new Set<string>()
  return informers.filter(({ cluster, informer: { resource } }) => {
    const key = JSON.stringify([cluster.name, resource.group, resource.kind])
    return !seen.has(key) && seen.add(key)
  })
}

function asFailure(reason: unknown, { group, version, kind }: KindName): KindFailure {
  if (!(reason instanceof WatchqlError)) throw reason
  const named = [normaliseGroup(group), version, kind].filter((part) => part).join('/')
  const known = reason.details['kind']
  return { code: reason.code, message: reason.message, kind: typeof known === 'string' ? known : named }
}
