import type { Batch } from '../../feed/cursor.ts'
import { Coalescer, type Pending } from './coalesce.ts'
import type { ObjectChangeEvent } from './events.ts'


export interface BacklogOptions {
  /** Waiting changes at most. With more they are coalesced per object; more objects than that are too many. */
  readonly max: number
  /** Coalesces from the first change on; then `release` says when they may be told. */
  readonly throttled: boolean
  readonly cursorAt: (sequence: number, batch?: Batch) => string
}

/**
 * What one subscriber has yet to be told. In pace it is a queue. Past its limit, or throttled,
 * the changes become a batch, one event per object, which takes in nothing more once the first of
 * them is told: so a cursor between two of them says exactly what was told and what was not, and
 * resuming after it repeats nothing.
 */
export class Backlog {
  readonly #options: BacklogOptions
  /** What is told now, and how far that has come. */
  #current: Stretch = noStretch
  #at = 0
  #waiting: Pending[] = []
  #coalescer: Coalescer | undefined
  #overflowed = false

  constructor(options: BacklogOptions) {
    this.#options = options
    this.clear()
  }

  /** Whether too much came; what had to be told is gone then, and all that comes, until it is cleared. */
  get overflowed(): boolean {
    return this.#overflowed
  }

  /** Whether something waits that is not released yet. */
  get waits(): boolean {
    return this.#waiting.length > 0 || (this.#coalescer?.size ?? 0) > 0
  }

  clear(): void {
    this.#current = noStretch
    this.#waiting = []
    this.#coalescer = this.#options.throttled ? new Coalescer() : undefined
    this.#overflowed = false
  }

  /** Takes what a subscriber missed, however much that is; `batch` where it is the rest of one. */
  load(missed: readonly Pending[], batch?: Batch): void {
    this.#current = { events: missed, ...(batch === undefined ? {} : { batch }) }
    this.#at = 0
  }

  add(pending: Pending): void {
    if (this.#overflowed) return
    if (this.#coalescer === undefined) this.#waiting.push(pending)
    else this.#coalescer.add(pending)
    if (this.#waiting.length > this.#options.max) {
      this.#coalescer = new Coalescer()
      for (const waiting of this.#waiting) this.#coalescer.add(waiting)
      this.#waiting = []
    }
    if (this.#coalescer !== undefined && this.#coalescer.size > this.#options.max) {
      this.clear()
      this.#overflowed = true
    }
  }

  /** Lets go of what waits, behind what is told now. */
  release(): void {
    if (this.#at < this.#current.events.length) return
    this.#at = 0
    if (this.#coalescer === undefined) {
      this.#current = { events: this.#waiting }
      this.#waiting = []
      return
    }
    this.#current = { events: this.#coalescer.all(), batch: this.#coalescer.range }
    this.#coalescer = this.#options.throttled ? new Coalescer() : undefined
  }

  /** The next of what was released. */
  next(): ObjectChangeEvent | undefined {
    const { events, batch } = this.#current
    const pending = events[this.#at]
    if (pending === undefined) return undefined
    this.#at += 1
    const { event, to } = pending
    if (batch === undefined) return event
    // Behind the last one nothing is left untold, what cancelled itself included.
    return { ...event, cursor: this.#at === events.length ? this.#options.cursorAt(batch.end) : this.#options.cursorAt(to, batch) }
  }
}

interface Stretch {
  readonly events: readonly Pending[]
  readonly batch?: Batch
}

const noStretch: Stretch = { events: [] }
