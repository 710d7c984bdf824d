import type { Json } from '../../model/json.ts'
import { compareKeys } from '../../model/order.ts'
import { readPath } from '../../model/path.ts'
import type { Path } from '../../model/predicate.ts'
import { parseQuantity, quantityToNumber } from '../../model/quantity.ts'
import type { Row } from './rows.ts'

/** The rows that have the same values at the grouping paths. */
export interface Group {
  readonly keys: readonly Json[]
  readonly rows: readonly Row[]
}

/** The largest groups first, equal ones by their keys; at most `limit`. Lists and objects group by their whole value. */
export function groupRows(rows: readonly Row[], by: readonly Path[], limit: number): readonly Group[] {
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

/** The sum of the numbers and quantities at a path; null where there is none. */
export function sumOf(rows: readonly Row[], path: Path): number | null {
  let sum: number | null = null
  for (const { object } of rows) {
    const amount = amountOf(readPath(object, path))
    if (amount !== undefined) sum = (sum ?? 0) + amount
  }
  return sum
}

/** The least (or with `largest` the greatest) value at a path, quantities by their amounts; null where there is none. */
export function extremeOf(rows: readonly Row[], path: Path, largest: boolean): Json {
  let extreme: Json = null
  for (const { object } of rows) {
    const candidate = readPath(object, path)
    if (candidate === undefined || candidate === null) continue
    if (extreme === null || compareAmounts(candidate, extreme) * (largest ? 1 : -1) > 0) extreme = candidate
  }
  return extreme
}

function compareAmounts(a: Json, b: Json): number {
  const x = amountOf(a)
  const y = amountOf(b)
  return x === undefined || y === undefined ? compareKeys(a, b, false) : x - y
}

function amountOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  const quantity = typeof value === 'string' ? parseQuantity(value) : undefined
  return quantity === undefined ? undefined : quantityToNumber(quantity)
}

function compareAll(a: readonly Json[], b: readonly Json[]): number {
  for (const [i, key] of a.entries()) {
    const compared = compareKeys(key, b[i], false)
    if (compared !== 0) return compared
  }
  return 0
}
