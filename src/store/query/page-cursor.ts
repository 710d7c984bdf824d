import { createHash } from 'node:crypto'
import { WatchqlError } from '../../base/errors.ts'
import type { Json } from '../../model/json.ts'
import type { OrderTerm } from '../../model/order.ts'
import { formatPath } from '../../model/path.ts'
import type { RowKey } from './rows.ts'

const identityParts = 6

/**
 * A place in an ordered list, as an opaque text: the key of the row before or after it. It
 * stays right when rows come and go, its own included, because it names where the row would
 * stand, not which number it had.
 */
export function encodePageCursor(key: RowKey, order: readonly OrderTerm[]): string {
  return Buffer.from(JSON.stringify(['p1', fingerprint(order), key.values, key.identity])).toString('base64url')
}

/** Throws INVALID_CURSOR for what is no cursor, or one of a list in another order. */
export function decodePageCursor(text: string, order: readonly OrderTerm[]): RowKey {
  const parts = parse(text)
  const [version, print, values, identity] = parts
  if (version !== 'p1' || !Array.isArray(values) || !isIdentity(identity))
    throw new WatchqlError('INVALID_CURSOR', 'This is not a page cursor; use `startCursor`, `endCursor` or an edge\'s `cursor` as it was given.')
  if (print !== fingerprint(order) || values.length !== order.length)
    throw new WatchqlError('INVALID_CURSOR', 'This cursor comes from a list with another orderBy; ask for the first page again.')
  return { values: values as Json[], identity }
}

function parse(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function isIdentity(parts: unknown): parts is string[] {
  return Array.isArray(parts) && parts.length === identityParts && parts.every((part) => typeof part === 'string')
}

function fingerprint(order: readonly OrderTerm[]): string {
  const text = order.map((term) => `${formatPath(term.path)} ${term.descending ? 'desc' : 'asc'}`).join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}
