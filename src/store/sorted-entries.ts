import { compareEntries, type Entry } from './entry.ts'

/**
 * A set of entries that is read in order. Adding and removing are cheap; the order is made up
 * for at the next read, by merging what was added into what stood: linear, not a new sort.
 */
export class SortedEntries {
  readonly #members = new Set<Entry>()
  #view: readonly Entry[] = []
  #added: Entry[] = []
  #removed = false

  get size(): number {
    return this.#members.size
  }

  has(entry: Entry): boolean {
    return this.#members.has(entry)
  }

  add(entry: Entry): void {
    if (this.#members.has(entry)) return
    this.#members.add(entry)
    this.#added.push(entry)
  }

  remove(entry: Entry): void {
    if (this.#members.delete(entry)) this.#removed = true
  }

  clear(): void {
    this.#members.clear()
    this.#view = []
    this.#added = []
    this.#removed = false
  }

  /** The members in order; the array is never changed afterwards. */
  view(): readonly Entry[] {
    if (this.#removed) {
      this.#view = this.#view.filter((entry) => this.#members.has(entry))
      // What was added, removed and added again since the last read stands in the list twice.
      this.#added = [...new Set(this.#added)].filter((entry) => this.#members.has(entry))
      const standing = new Set(this.#view)
      this.#added = this.#added.filter((entry) => !standing.has(entry))
      this.#removed = false
    }
    if (this.#added.length > 0) {
      this.#view = merge(this.#view, this.#added.sort(compareEntries))
      this.#added = []
    }
    return this.#view
  }
}

function merge(a: readonly Entry[], b: readonly Entry[]): readonly Entry[] {
  if (a.length === 0) return b
  const merged: Entry[] = []
  let i = 0
  for (const entry of b) {
    for (; i < a.length && compareEntries(a[i] as Entry, entry) <= 0; i += 1) merged.push(a[i] as Entry)
    merged.push(entry)
  }
  for (; i < a.length; i += 1) merged.push(a[i] as Entry)
  return merged
}
