import { WatchqlError } from '../base/errors.ts'

/** A position in one run of one cluster's change feed. */
export interface FeedPosition {
  readonly cluster: string
  /** Tells this run of the feed from earlier ones, whose numbers mean nothing here. */
  readonly run: string
  /** The sequence of the last change that came before the position; 0 before the first. */
  readonly sequence: number
}

/** Cursors are opaque to callers: base64url of a small JSON array. */
export function encodeCursor(position: FeedPosition): string {
  return Buffer.from(JSON.stringify(['f1', position.cluster, position.run, position.sequence])).toString('base64url')
}

/** Throws INVALID_CURSOR for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): FeedPosition {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 4 && parts[0] === 'f1') {
      const [, cluster, run, sequence] = parts as unknown[]
      if (typeof cluster === 'string' && typeof run === 'string' && Number.isSafeInteger(sequence) && Number(sequence) >= 0)
        return { cluster, run, sequence: Number(sequence) }
    }
  } catch {
    // Falls through to the one answer for whatever is wrong with it.
  }
  throw new WatchqlError('INVALID_CURSOR', 'This is not a change cursor; use the cursor of a subscription event or of `cache { cursor }` as it was given.')
}
