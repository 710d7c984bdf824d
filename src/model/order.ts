import type { Json } from './json.ts'
import type { Path } from './predicate.ts'

/** One `orderBy` term. Missing values come last in either direction. */
export interface OrderTerm {
  readonly path: Path
  readonly descending: boolean
}

/**
 * What a value is ordered by, small enough to be carried in a page cursor. Text counts by its
 * first 256 characters; a list or an object, here in brackets, by those of its JSON.
 */
export type OrderKey = null | boolean | number | string | readonly [json: string]

const maxKeyLength = 256
const ranks = { boolean: 0, number: 1, string: 2, object: 3 } as const

export function orderKey(value: Json | undefined): OrderKey {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null
  if (typeof value === 'string') return value.length > maxKeyLength ? value.slice(0, maxKeyLength) : value
  // JSON has no infinity, but a number too large for a double is read as one.
  if (typeof value === 'number') return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE
  return [JSON.stringify(value).slice(0, maxKeyLength)]
}

/**
 * A total order: booleans, numbers, text (by code unit, as Kubernetes sorts names), lists,
 * objects; the other way round when descending, and null last either way. Negative, zero or positive.
 */
export function compareOrderKeys(a: OrderKey, b: OrderKey, descending: boolean): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return descending ? compare(b, a) : compare(a, b)
}

export function isOrderKey(value: unknown): value is OrderKey {
  if (Array.isArray(value)) return value.length === 1 && typeof value[0] === 'string'
  return value === null || typeof value !== 'object'
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function compare(a: Exclude<OrderKey, null>, b: Exclude<OrderKey, null>): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'object' && typeof b === 'object') return compareText(a[0], b[0])
  return rank(a) - rank(b) || Number(a) - Number(b)
}

function rank(key: Exclude<OrderKey, null>): number {
  return ranks[typeof key as keyof typeof ranks]
}
