/** Gathers what comes while a commit is under way into the next one. */
export class GroupCommit<Item, Result> {
  /** One result for each item. */
  readonly #commit: (items: readonly Item[]) => Promise<readonly Result[]>
  readonly #maxItems: number
  #waiting: { readonly item: Item; readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = []
  #running = false

  constructor(commit: (items: readonly Item[]) => Promise<readonly Result[]>, maxItems: number) {
    this.#commit = commit
    this.#maxItems = maxItems
  }

  /** Settles with the commit that the item is in. */
  add(item: Item): Promise<Result> {
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
        const results = await this.#commit(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, at) => resolve(results[at] as Result))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#running = false
  }
}
