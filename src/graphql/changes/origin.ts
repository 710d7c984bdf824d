import type { ChangeFeed, Missed } from '../../feed/change-feed.ts'
import type { Row } from '../../store/query/rows.ts'
import type { Pending } from './coalesce.ts'

/** What hears of the changes that a filter's followers are to be told. */
export interface ChangeListener {
  readonly tell: (pending: Pending) => void
  /** Nothing can be told any more, and why. */
  readonly fail: (error: unknown) => void
}

/** Where the changes of a filter's objects come from. */
export interface ChangeOrigin {
  readonly feed: ChangeFeed
  /** After this nothing more comes; what came before is still told. */
  readonly last: AbortSignal
  /** Tells from now on; one listener at a time. Returns the end of it. */
  listen(listener: ChangeListener): () => void
  /** All objects there are, and the cursor of this moment. What was told before it is part of it. */
  snapshot(): { readonly rows: readonly Row[]; readonly cursor: string }
  /** What came after a cursor; undefined when that cannot be known. Throws INVALID_CURSOR. */
  missed(cursor: string): Missed | undefined
  /** What one change means; only for what `missed` gave. */
  pendingOf(change: Missed['changes'][number]): Pending | undefined
}
