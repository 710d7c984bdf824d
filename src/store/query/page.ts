import { WatchqlError } from '../../base/errors.ts'
import { cutDefaultOrder, cutInOrder, keysOf, type Cut } from './ordered-rows.ts'
import { pageCursors } from './page-cursor.ts'
import { identityOf, type Row, type RowOrder } from './rows.ts'

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
  readonly cursorOf: (row: Row) => string
}

/**
 * Cuts a page out of rows in the default order (see `selectRows`), as if they were sorted by
 * `order` first. Throws INVALID_ARGUMENT or INVALID_CURSOR.
 */
export function cutPage(rows: readonly Row[], order: RowOrder, page: PageArguments, limits: PageLimits): Page {
  const { size, fromEnd } = pageSize(page, limits)
  const cursors = pageCursors(order)
  const cursorOf = (row: Row) => cursors.encode({ keys: keysOf(row, order), identity: identityOf(row) })
  // Most lists that relations lead to: thousands in one answer.
  if (order.length === 0 && rows.length <= size && !page.after && !page.before) return { rows, hasPreviousPage: false, hasNextPage: false, cursorOf }
  const cut: Cut = {
    size,
    fromEnd,
    after: page.after ? cursors.decode(page.after) : undefined,
    before: page.before ? cursors.decode(page.before) : undefined,
  }
  const { rows: cutRows, preceded, followed } = order.length === 0 ? cutDefaultOrder(rows, cut) : cutInOrder(rows, order, cut)
  return {
    rows: cutRows,
    hasPreviousPage: preceded,
    hasNextPage: followed,
    cursorOf,
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
