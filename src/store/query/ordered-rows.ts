import { compareOrderKeys, orderKey, type OrderKey, type OrderTerm } from '../../model/order.ts'
import { readPath } from '../../model/path.ts'
import type { RowPlace } from './page-cursor.ts'
import { compareIdentities, identityOf, type RankTerm, type Row, type RowOrder } from './rows.ts'
import { smallest } from './smallest.ts'

/** What is cut out of an ordered list: rows after one place, before another, from one end, `size` at most. */
export interface Cut {
  readonly after: RowPlace | undefined
  readonly before: RowPlace | undefined
  readonly size: number
  readonly fromEnd: boolean
}

export interface CutRows {
  readonly rows: readonly Row[]
  /** Whether rows stand before those that were cut out, and after them. */
  readonly preceded: boolean
  readonly followed: boolean
}

export function keysOf({ object, rank }: Row, order: RowOrder): readonly OrderKey[] {
  return order.map((term) => ('rankOf' in term ? (rank ?? null) : orderKey(readPath(object, term.path))))
}

/** Cuts rows that stand in the default order, as they stand. */
export function cutDefaultOrder(rows: readonly Row[], { after, before, size, fromEnd }: Cut): CutRows {
  const from = after === undefined ? 0 : firstIndex(rows, (row) => compareIdentities(identityOf(row), after.identity) > 0)
  const to = before === undefined ? rows.length : firstIndex(rows, (row) => compareIdentities(identityOf(row), before.identity) >= 0)
  const start = fromEnd ? Math.max(from, to - size) : from
  const end = Math.max(start, fromEnd ? to : Math.min(to, from + size))
  return { rows: rows.slice(start, end), preceded: start > 0, followed: end < rows.length }
}

/**
 * Cuts rows that stand in the default order as if they were sorted by `order`, and rows of
 * equal keys in the default order. Only what is wanted is really sorted.
 */
export function cutInOrder(rows: readonly Row[], order: RowOrder, { after, before, size, fromEnd }: Cut): CutRows {
  const within: KeyedRow[] = []
  let preceded = false
  let followed = false
  for (const [index, row] of rows.entries()) {
    const keyed = { row, index, keys: keysOf(row, order) }
    if (after !== undefined && compareToPlace(keyed, after, order) <= 0) preceded = true
    else if (before !== undefined && compareToPlace(keyed, before, order) >= 0) followed = true
    else within.push(keyed)
  }
  // The place in the default order is cheaper to compare than the identity, and says the same.
  const ascending = (a: KeyedRow, b: KeyedRow) => compareKeys(a.keys, b.keys, order) || a.index - b.index
  const cut = fromEnd ? smallest(within, size, (a, b) => ascending(b, a)).reverse() : smallest(within, size, ascending)
  const more = cut.length < within.length
  return { rows: cut.map(({ row }) => row), preceded: preceded || (fromEnd && more), followed: followed || (!fromEnd && more) }
}

interface KeyedRow {
  readonly row: Row
  readonly index: number
  readonly keys: readonly OrderKey[]
}

function compareToPlace({ row, keys }: KeyedRow, place: RowPlace, order: RowOrder): number {
  return compareKeys(keys, place.keys, order) || compareIdentities(identityOf(row), place.identity)
}

function compareKeys(a: readonly OrderKey[], b: readonly OrderKey[], order: RowOrder): number {
  for (let i = 0; i < order.length; i += 1) {
    const term = order[i] as OrderTerm | RankTerm
    const compared = compareOrderKeys(a[i] as OrderKey, b[i] as OrderKey, 'descending' in term && term.descending)
    if (compared !== 0) return compared
  }
  return 0
}

/** The index of the first row that something holds for, which holds for all rows after it too. */
function firstIndex(rows: readonly Row[], holds: (row: Row) => boolean): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(rows[middle] as Row)) high = middle
    else low = middle + 1
  }
  return low
}
