import type { Claim } from './outcomes.ts'

/** Larger objects of a delivery are not in hand while it waits: they are read when it is its turn. */
export const largeBytes = 64 * 2 ** 10

/** Lanes held per request that may be under way: while one waits for its outcome to be recorded, others send. */
const lanesPerRequest = 24
/** Of the objects that all sinks have in hand, on the average; and of those that all are sending. */
const maxBytes = 16 * 2 ** 20

/** One sink's share of the objects that memory should hold. */
export class Fitting {
  readonly #busy: Set<Fitting>
  /** Of one delivery; the first are taken for as large as may be in hand. What is smaller has up to twice as many lanes with each claim. */
  #bytes = largeBytes

  /** `busy`: those of all sinks that have something in hand. */
  constructor(busy: Set<Fitting>) {
    this.#busy = busy
  }

  /** How many lanes are in hand at most: enough for the requests, and no more than the share has room for, by how large the latest deliveries were. One always. */
  lanes(concurrency: number): number {
    return Math.max(1, Math.min(concurrency * lanesPerRequest, Math.floor(this.#share / this.#bytes)))
  }

  /** Whether objects may be sent beside those that are under way. Any may be by themselves. */
  fits(bytes: number, underWay: number): boolean {
    return underWay === 0 || underWay + bytes <= this.#share
  }

  /** These are in hand now. */
  took(claims: readonly Pick<Claim, 'objects' | 'bytes'>[]): void {
    if (claims.length === 0) return
    this.#busy.add(this)
    const inHand = claims.reduce((sum, { objects, bytes }) => sum + (objects === undefined ? 0 : bytes), 0)
    this.#bytes = (this.#bytes + inHand / claims.length) / 2
  }

  /** Nothing is in hand any more. */
  rests(): void {
    this.#busy.delete(this)
  }

  get #share(): number {
    return maxBytes / (this.#busy.size + (this.#busy.has(this) ? 0 : 1))
  }
}
