import type { KubeObject } from '../../model/object.ts'
import { compareText, type OrderTerm } from '../../model/order.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { Lister } from '../lister.ts'
import { splitSearch } from './plan.ts'

/** One kind to be asked, and for which of its objects. */
export interface Source {
  readonly lister: Lister
  readonly predicate: Predicate
}

/** One object of an answer, with the kind and cluster that it belongs to. */
export interface Row {
  readonly lister: Lister
  readonly object: KubeObject
  /** How well it matches what was searched for: the least is the best. Absent where nothing was. */
  readonly rank?: number
}

/** Rows in the order of how well they match a search; its text tells the cursors of one search from those of another. */
export interface RankTerm {
  readonly rankOf: string
}

export type RowOrder = readonly (OrderTerm | RankTerm)[]

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
  return inKindOrder.flatMap(({ lister, predicate }): readonly Row[] =>
    splitSearch(predicate).words.length === 0
      ? lister.select(predicate).map((object) => ({ lister, object }))
      : lister.ranked(predicate).map(({ object, rank }) => ({ lister, object, rank })),
  )
}

/** What is listed: rows, or only how many there are. */
export interface RowSet {
  /** In the default order. */
  select(): readonly Row[]
  count(): number
}

export function rowsOf(sources: readonly Source[]): RowSet {
  return {
    select: () => selectRows(sources),
    count: () => sources.reduce((count, { lister, predicate }) => count + lister.count(predicate), 0),
  }
}

/** Does beforehand what takes long, giving way meanwhile; see `Lister.prepare`. */
export async function prepareRows(sources: readonly Source[]): Promise<void> {
  for (const { lister, predicate } of sources) await lister.prepare(predicate)
}

function compareSources(a: Lister, b: Lister): number {
  return compareText(a.cluster, b.cluster) || compareText(a.resource.group, b.resource.group) || compareText(a.resource.kind, b.resource.kind)
}
