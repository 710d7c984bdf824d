import type { Change } from '../model/change.ts'
import { maxBatchBytes } from './batch-size.ts'
import type { Followed } from './followed.ts'

export interface BacklogLimits {
  /** Changes that wait to be recorded at most; with more, a kind's are dropped and found again by comparison. */
  readonly maxWaiting: number
  /** The same of the lengths of their objects. */
  readonly maxWaitingBytes: number
  /** Changes in one transaction, unless their objects are large. */
  readonly batchSize: number
}

/** The changes of all kinds that wait to be recorded. */
export class Backlog {
  readonly #limits: BacklogLimits
  #count = 0
  #bytes = 0

  constructor(limits: BacklogLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#count
  }

  get isOver(): boolean {
    return this.#count > this.#limits.maxWaiting || this.#bytes > this.#limits.maxWaitingBytes
  }

  /** Whether one transaction cannot take more. */
  get isFull(): boolean {
    return this.#count >= this.#limits.batchSize || this.#bytes >= maxBatchBytes
  }

  add(followed: Followed, change: Change): void {
    followed.waiting.push(change)
    this.#count += 1
    this.#bytes += change.bytes
  }

  /** The first of a kind's changes do not wait any longer; without a number, none does. */
  drop(followed: Followed, count = followed.waiting.length): void {
    const dropped = followed.waiting.splice(0, count)
    this.#count -= dropped.length
    this.#bytes -= bytesOf(dropped)
  }

  /** The kind that takes the most of what may wait. */
  largest(kinds: Iterable<Followed>): Followed | undefined {
    const { maxWaiting, maxWaitingBytes } = this.#limits
    const share = ({ waiting }: Followed) => waiting.length / maxWaiting + bytesOf(waiting) / maxWaitingBytes
    return [...kinds].sort((a, b) => share(b) - share(a))[0]
  }

  /** What one transaction is to record; it waits until it is dropped. */
  batch(kinds: Iterable<Followed>): readonly { readonly followed: Followed; readonly changes: readonly Change[] }[] {
    const { batchSize } = this.#limits
    const taken: { readonly followed: Followed; readonly changes: readonly Change[] }[] = []
    let [room, bytes] = [batchSize, maxBatchBytes]
    for (const followed of kinds) {
      if (followed.phase !== 'following') continue
      const changes: Change[] = []
      for (const change of followed.waiting) {
        if (room === 0 || (bytes < change.bytes && room < batchSize)) break
        changes.push(change)
        room -= 1
        bytes -= change.bytes
      }
      if (changes.length > 0) taken.push({ followed, changes })
    }
    return taken
  }
}

function bytesOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { bytes }) => sum + bytes, 0)
}
