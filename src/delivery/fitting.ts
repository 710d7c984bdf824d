import type { Delivery } from './payload.ts'

/** Letters of the objects that one sink has in hand, on the average. */
const maxLetters = 16 * 2 ** 20
/** Of one delivery, before any is known: taken for large. */
const presumedLetters = 2 ** 18

/** How many deliveries to one sink memory should hold, by how large the latest are. */
export class Fitting {
  #letters = presumedLetters

  get most(): number {
    return Math.max(1, Math.floor(maxLetters / this.#letters))
  }

  saw(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return
    const letters = deliveries.reduce((sum, { object, oldObject }) => sum + object.length + (oldObject?.length ?? 0), 0)
    this.#letters = (this.#letters + letters / deliveries.length) / 2
  }
}
