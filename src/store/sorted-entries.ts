import { compareEntries, type Entry } from './entry.ts'

/** Up to this share of the members, changes are put in place one by one; more are merged in one go. */
const fewChanges = 1 / 256

/**
 * A set of entries that is read in order. Adding and removing are cheap and idempotent; the
 * order is made up for at the next read.
 */
export class SortedEntries {
  #sorted: Entry[] = []
  /** Since the last read; none of the added is in `#sorted`, all of the removed are. */
  #added = new Set<Entry>()
  #removed = new Set<Entry>()

  get size(): number {
    return this.#sorted.length + this.#added.size - this.#removed.size
  }

  add(entry: Entry): void {
    if (this.#removed.delete(entry)) return
    if (this.#sorted[this.#place(entry)] !== entry) this.#added.add(entry)
  }

  remove(entry: Entry): void {
    if (this.#added.delete(entry)) return
    if (this.#sorted[this.#place(entry)] === entry) this.#removed.add(entry)
  }

  /** The members in order. Good until the next write: not to be kept. */
  view(): readonly Entry[] {
    const changes = this.#added.size + this.#removed.size
    if (changes === 0) return this.#sorted
    if (changes <= this.#sorted.length * fewChanges) {
      for (const entry of this.#removed) this.#sorted.splice(this.#place(entry), 1)
      for (const entry of this.#added) this.#sorted.splice(this.#place(entry), 0, entry)
    } else {
      const kept = this.#removed.size === 0 ? this.#sorted : this.#sorted.filter((entry) => !this.#removed.has(entry))
      this.#sorted = merge(kept, [...this.#added].sort(compareEntries))
    }
    this.#added = new Set()
    this.#removed = new Set()
    return this.#sorted
  }

  /** The index of the first member that is not before the entry. */
  #place(entry: Entry): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareEntries(this.#sorted[middle] as Entry, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function merge(a: Entry[], b: Entry[]): Entry[] {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const merged: Entry[] = []
  let i = 0
  for (const entry of b) {
    for (; i < a.length && compareEntries(a[i] as Entry, entry) <= 0; i += 1) merged.push(a[i] as Entry)
    merged.push(entry)
  }
  for (; i < a.length; i += 1) merged.push(a[i] as Entry)
  return merged
}
