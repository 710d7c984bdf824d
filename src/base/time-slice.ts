import { setImmediate } from 'node:timers/promises'

/** Lets long work on many small items give way to everything else, so that no one waits longer than a slice. */
export class TimeSlice {
  readonly #sliceMs: number
  #startedAt = performance.now()

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs
  }

  /** Returns at once within the slice; past it, after the event loop went round. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.#startedAt < this.#sliceMs) return
    await setImmediate()
    this.#startedAt = performance.now()
  }
}
