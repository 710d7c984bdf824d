import type { Change } from '../model/change.ts'

/** All changes of one cluster's stores in one order, with a bounded ring of the latest for replay. */
export interface ChangeFeed {
  readonly cluster: string
  /** An opaque cursor for the position after the newest change. Names the cluster and this process's feed. */
  head(): string
  cursorOf(change: Change): string
  /**
   * The changes after a cursor, oldest first; `undefined` when they are no longer (or were never) in the ring.
   * Throws INVALID_CURSOR for text that is no cursor of this cluster.
   */
  since(cursor: string): readonly Change[] | undefined
  /** Called synchronously with each change, in order. Must not throw and must not block. Returns the unsubscribe. */
  subscribe(listener: (change: Change) => void): () => void
}
