import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { SortedEntries } from './sorted-entries.ts'

const none = new SortedEntries()

/** Which entries hold a value, kept up to date with every write of the store. An entry may hold several values. */
export class ValueIndex {
  readonly #valuesOf: (object: KubeObject) => readonly string[]
  readonly #buckets = new Map<string, SortedEntries>()

  constructor(valuesOf: (object: KubeObject) => readonly string[], entries: Iterable<Entry>) {
    this.#valuesOf = valuesOf
    for (const entry of entries) this.added(entry)
  }

  get(value: string): SortedEntries {
    return this.#buckets.get(value) ?? none
  }

  values(): IterableIterator<string> {
    return this.#buckets.keys()
  }

  added(entry: Entry): void {
    for (const value of this.#valuesOf(entry.object)) this.#put(value, entry)
  }

  /** The entry's object was replaced. */
  changed(entry: Entry, before: KubeObject): void {
    const olds = this.#valuesOf(before)
    const news = this.#valuesOf(entry.object)
    if (olds.length === news.length && olds.every((value, i) => value === news[i])) return
    for (const value of olds) if (!news.includes(value)) this.#take(value, entry)
    for (const value of news) if (!olds.includes(value)) this.#put(value, entry)
  }

  removed(entry: Entry): void {
    for (const value of this.#valuesOf(entry.object)) this.#take(value, entry)
  }

  #put(value: string, entry: Entry): void {
    const bucket = this.#buckets.get(value)
    if (bucket !== undefined) bucket.add(entry)
    else {
      const fresh = new SortedEntries()
      fresh.add(entry)
      this.#buckets.set(value, fresh)
    }
  }

  #take(value: string, entry: Entry): void {
    const bucket = this.#buckets.get(value)
    bucket?.remove(entry)
    if (bucket?.size === 0) this.#buckets.delete(value)
  }
}
