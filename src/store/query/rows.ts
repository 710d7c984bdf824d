import type { Json } from '../../model/json.ts'
import type { KubeObject } from '../../model/object.ts'
import { compareKeys, compareText, type OrderTerm } from '../../model/order.ts'
import { readPath } from '../../model/path.ts'
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

/** What a row is ordered by; two rows with equal keys are the same object. */
export interface RowKey {
  /** The values of the `orderBy` terms; null where missing. */
  readonly values: readonly Json[]
  /** Cluster, group, kind, namespace, name, uid: makes the order total. */
  readonly identity: readonly string[]
}

export function keyOfRow({ lister, object }: Row, order: readonly OrderTerm[]): RowKey {
  const { group, kind } = lister.resource
  const { namespace = '', name, uid = '' } = object.metadata
  return {
    values: order.map((term) => readPath(object, term.path) ?? null),
    identity: [lister.cluster, group, kind, namespace, name, uid],
  }
}

export function compareRowKeys(a: RowKey, b: RowKey, order: readonly OrderTerm[]): number {
  for (const [i, term] of order.entries()) {
    const byValue = compareKeys(a.values[i], b.values[i], term.descending)
    if (byValue !== 0) return byValue
  }
  for (const [i, part] of a.identity.entries()) {
    const byIdentity = compareText(part, b.identity[i] as string)
    if (byIdentity !== 0) return byIdentity
  }
  return 0
}

/**
 * All rows in order. Without `orderBy` that is by kind and, within a kind, by namespace and
 * name, which is how listers answer: nothing is sorted.
 */
export function orderedRows(sources: readonly Source[], order: readonly OrderTerm[]): readonly Row[] {
  const inKindOrder = sources.toSorted((a, b) => compareSources(a.lister, b.lister))
  const rows = inKindOrder.flatMap(({ lister, predicate }) => lister.select(predicate).map((object) => ({ lister, object })))
  if (order.length === 0) return rows
  return rows
    .map((row) => ({ row, key: keyOfRow(row, order) }))
    .sort((a, b) => compareRowKeys(a.key, b.key, order))
    .map(({ row }) => row)
}

function compareSources(a: Lister, b: Lister): number {
  return compareText(a.cluster, b.cluster) || compareText(a.resource.group, b.resource.group) || compareText(a.resource.kind, b.resource.kind)
}
