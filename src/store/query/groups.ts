import { WatchqlError } from '../../base/errors.ts'
import type { Json } from '../../model/json.ts'
import { compareOrderKeys, orderKey } from '../../model/order.ts'
import { readPath } from '../../model/path.ts'
import type { Path } from '../../model/predicate.ts'
import { addQuantity, amountOf, compareQuantities, quantityToNumber, type Quantity } from '../../model/quantity.ts'
import type { Row } from './rows.ts'

/** The rows that have the same values at the grouping paths. */
export interface Group {
  readonly keys: readonly Json[]
  readonly rows: readonly Row[]
}

const maxPaths = 10

/**
 * The largest groups first, equal ones by their keys; at most `limit`. Lists and objects group by
 * their whole value. By no path, all rows are one group. Throws INVALID_ARGUMENT for more than 10 paths.
 */
export function groupRows(rows: readonly Row[], by: readonly Path[], limit: number): readonly Group[] {
  if (by.length > maxPaths) throw new WatchqlError('INVALID_ARGUMENT', `Groups may be by ${maxPaths} paths; these are by ${by.length}.`)
  const groups = new Map<string, { keys: Json[]; rows: Row[] }>()
  for (const row of rows) {
    const keys = by.map((path) => readPath(row.object, path) ?? null)
    const id = JSON.stringify(keys)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { keys, rows: [row] })
    else group.rows.push(row)
  }
  return [...groups.values()].sort((a, b) => b.rows.length - a.rows.length || compareAll(a.keys, b.keys)).slice(0, limit)
}

/** The sum of the numbers and quantities at a path, added up exactly and rounded once; null where there is none. */
export function sumOf(rows: readonly Row[], path: Path): number | null {
  // A few values, mostly, are those of all rows: each is read as an amount once.
  const times = new Map<Json | undefined, number>()
  for (const { object } of rows) {
    const value = readPath(object, path)
    if (typeof value === 'string' || typeof value === 'number') times.set(value, (times.get(value) ?? 0) + 1)
  }
  let sum: Quantity | undefined
  for (const [value, count] of times) {
    const amount = amountOf(value)
    if (amount !== undefined) sum = addQuantity(sum ?? zero, amount, count)
  }
  return sum === undefined ? null : quantityToNumber(sum)
}

const zero: Quantity = { digits: 0n, exponent: 0 }

/**
 * The least (or with `largest` the greatest) value at a path; null where there is none. Numbers
 * and quantities compare by their amounts and are less than all else.
 */
export function extremeOf(rows: readonly Row[], path: Path, largest: boolean): Json {
  let extreme: Json = null
  let extremeAmount: Quantity | undefined
  for (const { object } of rows) {
    const value = readPath(object, path)
    if (value === undefined || value === null || value === extreme) continue
    const amount = amountOf(value)
    if (extreme === null || compareAmounts(value, amount, extreme, extremeAmount) * (largest ? 1 : -1) > 0) {
      extreme = value
      extremeAmount = amount
    }
  }
  return extreme
}

function compareAmounts(a: Json, aAmount: Quantity | undefined, b: Json, bAmount: Quantity | undefined): number {
  if (aAmount !== undefined && bAmount !== undefined) return compareQuantities(aAmount, bAmount)
  if (aAmount === undefined && bAmount === undefined) return compareOrderKeys(orderKey(a), orderKey(b), false)
  return aAmount === undefined ? 1 : -1
}

function compareAll(a: readonly Json[], b: readonly Json[]): number {
  for (const [i, key] of a.entries()) {
    const compared = compareOrderKeys(orderKey(key), orderKey(b[i]), false)
    if (compared !== 0) return compared
  }
  return 0
}
