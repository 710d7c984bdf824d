import type { ChangeListener } from './routes.ts'

/** Those who are told every so many changes, each counted from when it came. */
export class Intervals {
  readonly #byCount = new Map<number, Map<number, Set<ChangeListener>>>()

  /** Returns the removal. */
  add(count: number, since: number, listener: ChangeListener): () => void {
    const byPhase = this.#byCount.get(count) ?? new Map<number, Set<ChangeListener>>()
    this.#byCount.set(count, byPhase)
    const phase = since % count
    const listeners = byPhase.get(phase) ?? new Set()
    byPhase.set(phase, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && byPhase.get(phase) === listeners) byPhase.delete(phase)
      if (byPhase.size === 0 && this.#byCount.get(count) === byPhase) this.#byCount.delete(count)
    }
  }

  each(sequence: number, call: (listener: ChangeListener) => void): void {
    for (const [count, byPhase] of this.#byCount) for (const listener of byPhase.get(sequence % count) ?? none) call(listener)
  }
}

const none: readonly ChangeListener[] = []
