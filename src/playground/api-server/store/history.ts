import type { KubeObject } from '../../../model/object.ts'

/** One write, as watches tell of it. */
export interface StoredEvent {
  readonly resourceVersion: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly storageKey: string
  readonly key: string
  /** The new state; for DELETED the last one, with the resourceVersion of the deletion. */
  readonly object: KubeObject
  readonly previous?: KubeObject
}

/** The latest writes, for watches that begin in the past and for lists of the past. Bounded: older writes are forgotten. */
export class History {
  readonly #limit: number
  #events: StoredEvent[] = []
  #compacted = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Writes up to this resourceVersion are forgotten. */
  get compacted(): number {
    return this.#compacted
  }

  add(event: StoredEvent): void {
    this.#events.push(event)
    // Forgotten in large pieces, so that a write costs the same however long the history is.
    if (this.#events.length >= this.#limit * 2) {
      const forgotten = this.#events.splice(0, this.#events.length - this.#limit)
      this.#compacted = forgotten.at(-1)?.resourceVersion ?? this.#compacted
    }
  }

  /** The writes of one kind after a resourceVersion, oldest first; undefined when they are no longer known. */
  since(storageKey: string, resourceVersion: number): readonly StoredEvent[] | undefined {
    if (resourceVersion < this.#compacted) return undefined
    return this.#events.slice(this.#after(resourceVersion)).filter((event) => event.storageKey === storageKey)
  }

  compact(resourceVersion: number): void {
    this.#events = this.#events.slice(this.#after(resourceVersion))
    this.#compacted = Math.max(this.#compacted, resourceVersion)
  }

  /** The index of the first write after a resourceVersion. */
  #after(resourceVersion: number): number {
    let from = 0
    let to = this.#events.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#events[middle]?.resourceVersion ?? 0) <= resourceVersion) from = middle + 1
      else to = middle
    }
    return from
  }
}
