import type { Clock } from '../../src/base/clock.ts'

/** A clock whose time the test lets pass. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>()

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timer by timer; after each, whatever it set going comes to rest. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    await rest()
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await rest()
    }
    this.#now = until
  }
}

/** Long enough for what a database in memory answers, which takes no time but some turns. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
