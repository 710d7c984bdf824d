import type { Delivery } from './payload.ts'

/** Lanes held per request that may be under way: while one waits for its outcome to be recorded, others send. */
const lanesPerRequest = 12
/** Where that takes the way to a server and back. */
const lanesPerRequestShared = 24
/** Letters of the objects that all sinks have in hand, on the average. */
const maxLetters = 16 * 2 ** 20
/** Of one delivery, before any is known: taken for as large as there are. What is smaller has twice as many lanes with each claim. */
const presumedLetters = 2 ** 21

/**
 * How many lanes of one sink are in hand at most: enough for its requests, and its share of what
 * memory should hold, by how large the latest deliveries are. One lane always.
 */
export class Fitting {
  readonly #busy: Set<Fitting>
  #letters = presumedLetters

  /** `busy`: those of all sinks that have something in hand. */
  constructor(busy: Set<Fitting>) {
    this.#busy = busy
  }

  lanes(concurrency: number, shared: boolean): number {
    const wanted = concurrency * (shared ? lanesPerRequestShared : lanesPerRequest)
    const sharing = this.#busy.size + (this.#busy.has(this) ? 0 : 1)
    return Math.max(1, Math.min(wanted, Math.floor(maxLetters / sharing / this.#letters)))
  }

  /** These are in hand now. */
  took(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return
    this.#busy.add(this)
    const letters = deliveries.reduce((sum, { object, oldObject }) => sum + object.length + (oldObject?.length ?? 0), 0)
    this.#letters = (this.#letters + letters / deliveries.length) / 2
  }

  /** Nothing is in hand any more. */
  rests(): void {
    this.#busy.delete(this)
  }
}
