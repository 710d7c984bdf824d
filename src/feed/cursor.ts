import { WatchqlError } from '../base/errors.ts'

/** A part of a feed, given by its sequences, whose changes are told as one event per object, in the order of their latest changes. */
export interface Batch {
  readonly after: number
  readonly end: number
}

/** A position in one run of one cluster's change feed. */
export interface FeedPosition {
  readonly cluster: string
  /** Tells this run of the feed from earlier ones, whose numbers mean nothing here. */
  readonly run: string
  /** The sequence of the last change that came before the position; 0 before the first. */
  readonly sequence: number
  /** Where it lies within a batch: then what is told of it is all whose latest change came no later than `sequence`. */
  readonly batch?: Batch
}

/** Cursors are opaque to callers: base64url of a small JSON array. */
export function encodeCursor({ cluster, run, sequence, batch }: FeedPosition): string {
  return Buffer.from(JSON.stringify(['f1', cluster, run, sequence, ...(batch === undefined ? [] : [batch.after, batch.end])])).toString('base64url')
}

/** Throws INVALID_CURSOR for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): FeedPosition {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts[0] === 'f1') {
      const [, cluster, run, ...numbers] = parts as unknown[]
      const [sequence, after, end] = numbers.filter((value): value is number => Number.isSafeInteger(value) && Number(value) >= 0)
      const isWhole = numbers.length === 1 || (numbers.length === 3 && after !== undefined && end !== undefined)
      if (typeof cluster === 'string' && typeof run === 'string' && isWhole && sequence !== undefined)
        return { cluster, run, sequence, ...(after === undefined || end === undefined ? {} : { batch: { after, end } }) }
    }
  } catch {
    // Falls through to the one answer for whatever is wrong with it.
  }
  throw new WatchqlError('INVALID_CURSOR', 'This is not a change cursor; use the cursor of a subscription event or of `cache { cursor }` as it was given.')
}
