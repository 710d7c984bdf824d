import type { Json } from './json.ts'
import type { Path } from './predicate.ts'

/** One `orderBy` term. Missing values come last in either direction. */
export interface OrderTerm {
  readonly path: Path
  readonly descending: boolean
}

const ranks = { boolean: 0, number: 1, string: 2, object: 3 } as const

function rank(value: Exclude<Json, null>): number {
  return Array.isArray(value) ? 4 : ranks[typeof value as keyof typeof ranks]
}

/**
 * A total order over JSON values: booleans, numbers, text (by code unit, as Kubernetes sorts
 * names), objects, lists; those by their JSON text. Negative, zero or positive.
 */
export function compareJson(a: Exclude<Json, null>, b: Exclude<Json, null>): number {
  const byRank = rank(a) - rank(b)
  if (byRank !== 0) return byRank
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'object') return compareText(JSON.stringify(a), JSON.stringify(b))
  return a === b ? 0 : a < b ? -1 : 1
}

/** The same with a direction; missing values and null come last either way. */
export function compareKeys(a: Json | undefined, b: Json | undefined, descending: boolean): number {
  const aMissing = a === undefined || a === null
  const bMissing = b === undefined || b === null
  if (aMissing || bMissing) return aMissing && bMissing ? 0 : aMissing ? 1 : -1
  return descending ? compareJson(b, a) : compareJson(a, b)
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
