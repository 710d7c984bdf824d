import type { Change } from '../model/change.ts'
import type { Batch } from './cursor.ts'
import type { ChangeListener, Interests } from './routes.ts'

/** What came after a cursor. */
export interface Missed {
  /** Oldest first; from the beginning of the batch on, where the cursor lies within one. */
  readonly changes: readonly Change[]
  /** `told`: which of the batch the holder of the cursor knows, see `FeedPosition`. */
  readonly batch?: Batch & { readonly told: number }
}

/** All changes of one cluster's stores in one order, with a bounded ring of the latest for replay. */
export interface ChangeFeed {
  readonly cluster: string
  /** An opaque cursor for the position after the newest change. Names the cluster and this process's feed. */
  head(): string
  cursorOf(change: Change): string
  /** The cursor behind the change of this sequence, or behind its object's event of a batch. */
  cursorAt(sequence: number, batch?: Batch): string
  /**
   * The changes after a cursor, oldest first; `undefined` when they are no longer (or were never) in the ring.
   * Throws INVALID_CURSOR for text that is no cursor of this cluster.
   */
  since(cursor: string): readonly Change[] | undefined
  /** The same with what a cursor within a batch says. */
  missed(cursor: string): Missed | undefined
  /** Called synchronously with each change, or each that is of interest, in order. Must not throw and must not block. Returns the unsubscribe. */
  subscribe(listener: ChangeListener, interests?: Interests): () => void
  /** Called likewise with every so-many-th change from now on, after those who are told each. */
  every(count: number, listener: ChangeListener): () => void
}
