export interface GroupCommitOptions<Item, Result> {
  /** One result for each item. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>
  /** Whether so many items are worth a commit before their time. */
  readonly isEnough: (waiting: number) => boolean
  readonly maxItems: number
  /** How long the first item waits for others while they keep coming. */
  readonly gatherMs: number
  /** When none came for so long, none is waited for. */
  readonly quietMs: number
}

/** Commits items together: those that come while others are waiting or under way. */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>
  #waiting: { readonly item: Item; readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = []
  #running = false
  #gathered: () => void = () => undefined

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options
  }

  /** Settles with the commit that the item is in. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#isEnough()) this.#gathered()
      if (!this.#running) void this.#run()
    })
  }

  #isEnough(): boolean {
    const { maxItems, isEnough } = this.#options
    return this.#waiting.length >= maxItems || isEnough(this.#waiting.length)
  }

  async #run(): Promise<void> {
    const { commit, maxItems } = this.#options
    this.#running = true
    while (this.#waiting.length > 0) {
      await this.#gather()
      const batch = this.#waiting.splice(0, maxItems)
      try {
        const results = await commit(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, at) => resolve(results[at] as Result))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#running = false
  }

  async #gather(): Promise<void> {
    // What comes in this turn goes along.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#isEnough()) return
    const { gatherMs, quietMs } = this.#options
    const until = performance.now() + gatherMs
    await new Promise<void>((resolve) => {
      let seen = this.#waiting.length
      const timer = setInterval(() => {
        if (this.#waiting.length === seen || performance.now() >= until) this.#gathered()
        seen = this.#waiting.length
      }, quietMs)
      this.#gathered = () => {
        clearInterval(timer)
        resolve()
      }
    })
    this.#gathered = () => undefined
  }
}
