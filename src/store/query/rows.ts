import type { KubeObject } from '../../model/object.ts'
import { compareText } from '../../model/order.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { Lister } from '../lister.ts'

/** One kind to be asked, and for which of its objects. */
export interface Source {
  readonly lister: Lister
  readonly predicate: Predicate
}

/** One object of an answer, with the kind and cluster that it belongs to. */
export interface Row {
  readonly lister: Lister
  readonly object: KubeObject
}

/**
 * Cluster, group, kind, namespace, name, uid: what tells a row from any other, and, part by
 * part, the default order of rows.
 */
export type RowIdentity = readonly string[]
export const identityLength = 6

export function identityOf({ lister, object }: Row): RowIdentity {
  const { group, kind } = lister.resource
  const { namespace = '', name, uid = '' } = object.metadata
  return [lister.cluster, group, kind, namespace, name, uid]
}

export function compareIdentities(a: RowIdentity, b: RowIdentity): number {
  for (let i = 0; i < identityLength; i += 1) {
    const compared = compareText(a[i] as string, b[i] as string)
    if (compared !== 0) return compared
  }
  return 0
}

/**
 * All rows that the sources' predicates hold for, in the default order: by kind and, within a
 * kind, by namespace and name, which is how listers answer, so that nothing is sorted. A kind
 * may be named by one source only.
 */
export function selectRows(sources: readonly Source[]): readonly Row[] {
  const inKindOrder = sources.toSorted((a, b) => compareSources(a.lister, b.lister))
  return inKindOrder.flatMap(({ lister, predicate }) => lister.select(predicate).map((object) => ({ lister, object })))
}

function compareSources(a: Lister, b: Lister): number {
  return compareText(a.cluster, b.cluster) || compareText(a.resource.group, b.resource.group) || compareText(a.resource.kind, b.resource.kind)
}
