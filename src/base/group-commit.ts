/** Gathers what comes while a commit is under way into the next one. */
export class GroupCommit<T> {
  readonly #commit: (items: readonly T[]) => Promise<void>
  readonly #maxItems: number
  #waiting: { readonly item: T; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  #running = false

  constructor(commit: (items: readonly T[]) => Promise<void>, maxItems: number) {
    this.#commit = commit
    this.#maxItems = maxItems
  }

  /** Settles with the commit that the item is in. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    // What comes in this turn goes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#maxItems)
      try {
        await this.#commit(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#running = false
  }
}
