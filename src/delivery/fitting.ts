import type { Delivery } from './payload.ts'

/** Lanes held per request that may be under way: while one waits for its outcome to be recorded, others send. */
const lanesPerRequest = 12
/** Where that takes the way to a server and back. */
const lanesPerRequestShared = 24
/** Letters of the objects that one sink has in hand, on the average. */
const maxLetters = 16 * 2 ** 20
/** Of one delivery, before any is known: taken for large. */
const presumedLetters = 2 ** 18

/** How many lanes of one sink are in hand at most: enough for its requests, and what memory should hold, by how large the latest deliveries are. */
export class Fitting {
  #letters = presumedLetters

  lanes(concurrency: number, shared: boolean): number {
    const wanted = concurrency * (shared ? lanesPerRequestShared : lanesPerRequest)
    return Math.max(1, Math.min(wanted, Math.floor(maxLetters / this.#letters)))
  }

  saw(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return
    const letters = deliveries.reduce((sum, { object, oldObject }) => sum + object.length + (oldObject?.length ?? 0), 0)
    this.#letters = (this.#letters + letters / deliveries.length) / 2
  }
}
