import { WatchqlError } from '../../base/errors.ts'
import type { OrderTerm } from '../../model/order.ts'
import { decodePageCursor, encodePageCursor } from './page-cursor.ts'
import { compareRowKeys, keyOfRow, type Row, type RowKey } from './rows.ts'

/** The paging arguments of Relay connections: https://relay.dev/graphql/connections.htm */
export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

export interface PageLimits {
  /** When neither `first` nor `last` is given. */
  readonly defaultSize: number
  readonly maxSize: number
}

export interface Page {
  readonly rows: readonly Row[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  cursorOf(row: Row): string
}

/** Cuts a page out of ordered rows. Throws INVALID_ARGUMENT or INVALID_CURSOR. */
export function cutPage(rows: readonly Row[], order: readonly OrderTerm[], page: PageArguments, limits: PageLimits): Page {
  const { size, fromEnd } = pageSize(page, limits)
  const from = page.after ? firstAfter(rows, order, decodePageCursor(page.after, order), true) : 0
  const to = page.before ? firstAfter(rows, order, decodePageCursor(page.before, order), false) : rows.length
  const start = fromEnd ? Math.max(from, to - size) : from
  const end = Math.max(start, fromEnd ? to : Math.min(to, from + size))
  return {
    rows: rows.slice(start, end),
    hasPreviousPage: start > 0,
    hasNextPage: end < rows.length,
    cursorOf: (row) => encodePageCursor(keyOfRow(row, order), order),
  }
}

function pageSize({ first, last }: PageArguments, limits: PageLimits): { size: number; fromEnd: boolean } {
  const given = first ?? last ?? undefined
  if (first !== undefined && first !== null && last !== undefined && last !== null)
    throw new WatchqlError('INVALID_ARGUMENT', 'Give either `first` or `last`, not both.')
  if (given === undefined) return { size: limits.defaultSize, fromEnd: false }
  const name = first === undefined || first === null ? 'last' : 'first'
  if (given < 0) throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` may not be negative; it is ${given}.`)
  if (given > limits.maxSize) throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` may be ${limits.maxSize} at most; it is ${given}. Page with \`after\` or \`before\` for more.`)
  return { size: given, fromEnd: name === 'last' }
}

/** The index of the first row that comes after the key, or with `past` false, not before it. */
function firstAfter(rows: readonly Row[], order: readonly OrderTerm[], key: RowKey, past: boolean): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const compared = compareRowKeys(keyOfRow(rows[middle] as Row, order), key, order)
    if (compared < 0 || (past && compared === 0)) low = middle + 1
    else high = middle
  }
  return low
}
