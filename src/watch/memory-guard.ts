import type { Clock } from '../base/clock.ts'
import type { Heap } from '../base/heap.ts'

export interface MemoryGuardOptions {
  readonly heap: Heap
  /** The share of the heap's limit that may be in use. */
  readonly percent: number
  readonly clock: Clock
  /** More is in use, and it is no garbage. Answers whether something could be given up. The message is for people. */
  readonly giveUp: (message: string) => boolean
}

/** Short against the time in which a list fills what the ceiling leaves of the heap. */
const checkMs = 50
/** Collecting stops everything: it is done again only when so much more is in use, or after a while. */
const growthToCollect = 0.03
const collectAgainMs = 10_000
/** What was given up is tried again when no more than this share of what may be held is. */
const roomyShare = 0.7

/** Sees to it that the process gives up a part of its caches rather than die of them. */
export class MemoryGuard {
  readonly #options: MemoryGuardOptions
  readonly #ceiling: number
  #cancel: () => void = () => undefined
  /** What the latest collection left, and when. */
  #left = 0
  #collectedAt = -Infinity

  constructor(options: MemoryGuardOptions) {
    this.#options = options
    this.#ceiling = (options.heap.limitBytes * options.percent) / 100
    this.#checkLater()
  }

  /** Whether there is room for what did not fit before. */
  get roomy(): boolean {
    return this.#options.heap.usedBytes() <= this.#ceiling * roomyShare
  }

  close(): void {
    this.#cancel()
  }

  #checkLater(): void {
    this.#cancel = this.#options.clock.after(checkMs, () => {
      this.#check()
      this.#checkLater()
    })
  }

  #check(): void {
    const { heap, clock, giveUp } = this.#options
    const used = heap.usedBytes()
    if (used <= this.#ceiling) return
    const now = clock.monotonic()
    if (used < this.#left + heap.limitBytes * growthToCollect && now - this.#collectedAt < collectAgainMs) return
    heap.collect()
    this.#collectedAt = now
    this.#left = heap.usedBytes()
    if (this.#left <= this.#ceiling) return
    const gaveUp = giveUp(
      `${megabytes(this.#left)} MB are in use, more than the ${megabytes(this.#ceiling)} MB that watch.memoryPercent allows of the heap. Watch less of the kind (a namespace, a selector), or give the process more memory (--max-old-space-size).`,
    )
    if (!gaveUp) return
    // It is garbage now; the next check counts without it.
    this.#left = 0
    this.#collectedAt = -Infinity
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
