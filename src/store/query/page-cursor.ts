import { createHash } from 'node:crypto'
import { WatchqlError } from '../../base/errors.ts'
import { isOrderKey, type OrderKey } from '../../model/order.ts'
import { formatPath } from '../../model/path.ts'
import { identityLength, type RowIdentity, type RowOrder } from './rows.ts'

/** Where a row stands in an ordered list. */
export interface RowPlace {
  /** Its keys for the `orderBy` terms. */
  readonly keys: readonly OrderKey[]
  readonly identity: RowIdentity
}

/** Writes and reads the cursors of lists in one order. */
export interface PageCursors {
  encode(place: RowPlace): string
  /** Throws INVALID_CURSOR for what is no cursor, or one of a list in another order. */
  decode(text: string): RowPlace
}

/**
 * A cursor is a place in an ordered list, as an opaque text: the keys of a row. It stays right
 * when rows come and go, its own included, because it names where the row would stand, not
 * which number it had.
 */
export function pageCursors(order: RowOrder): PageCursors {
  let made: string | undefined
  const fingerprint = () => (made ??= fingerprintOf(order))
  return {
    encode: ({ keys, identity }) => Buffer.from(JSON.stringify(['p1', fingerprint(), keys, identity])).toString('base64url'),
    decode: (text) => {
      const [version, print, keys, identity] = parse(text)
      if (version !== 'p1' || !areKeys(keys) || !isIdentity(identity))
        throw new WatchqlError('INVALID_CURSOR', "This is not a page cursor; use `startCursor`, `endCursor` or an edge's `cursor` as it was given.")
      if (print !== fingerprint() || keys.length !== order.length)
        throw new WatchqlError('INVALID_CURSOR', 'This cursor comes from a list with another orderBy or search; ask for the first page again.')
      return { keys, identity }
    },
  }
}

function parse(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function areKeys(parts: unknown): parts is readonly OrderKey[] {
  return Array.isArray(parts) && parts.every(isOrderKey)
}

function isIdentity(parts: unknown): parts is RowIdentity {
  return Array.isArray(parts) && parts.length === identityLength && parts.every((part) => typeof part === 'string')
}

function fingerprintOf(order: RowOrder): string {
  const text = order.map((term) => ('rankOf' in term ? `search ${term.rankOf}` : `${formatPath(term.path)} ${term.descending ? 'desc' : 'asc'}`)).join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}
