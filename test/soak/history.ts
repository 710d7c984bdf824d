/** One change as a reader of the gateway sees it. */
export interface SeenChange {
  readonly type: string
  readonly kind: string
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
}

/**
 * What one reader was told, held against what can be true: an object comes once, is modified
 * only while it is there and only forwards, and goes once, whatever happens on the way.
 */
export class History {
  readonly problems: string[] = []
  readonly #who: string
  readonly #alive = new Map<string, SeenChange>()
  readonly #gone = new Set<string>()
  counts: Record<string, number> = {}

  constructor(who: string) {
    this.#who = who
  }

  take(change: SeenChange): void {
    const { type, uid } = change
    this.counts[type] = (this.counts[type] ?? 0) + 1
    const known = this.#alive.get(uid)
    if (type === 'DELETED') {
      if (known === undefined) this.#problem(change, this.#gone.has(uid) ? 'is deleted twice' : 'is deleted, but never came')
      this.#alive.delete(uid)
      this.#gone.add(uid)
      return
    }
    if (type === 'ADDED' && known !== undefined) this.#problem(change, 'comes twice')
    if (type === 'MODIFIED' && known === undefined) this.#problem(change, 'is modified, but is not there')
    if (this.#gone.has(uid)) this.#problem(change, 'comes back after its end')
    if (known !== undefined && BigInt(change.resourceVersion) <= BigInt(known.resourceVersion)) this.#problem(change, `goes back from resourceVersion ${known.resourceVersion}`)
    this.#alive.set(uid, change)
  }

  /** A snapshot follows: what is there is told anew. */
  reset(): void {
    this.#alive.clear()
    // In a gap that no cursor bridges, things end unseen.
    this.#gone.clear()
  }

  /** What is there now, as `uid@resourceVersion`, in order. */
  alive(kind: string): string[] {
    return [...this.#alive.values()].filter((change) => change.kind === kind).map(({ uid, resourceVersion }) => `${uid}@${resourceVersion}`).toSorted()
  }

  #problem({ type, kind, name, uid, resourceVersion }: SeenChange, what: string): void {
    this.problems.push(`${this.#who}: ${type} ${kind} ${name} (${uid}@${resourceVersion}) ${what}`)
  }
}
