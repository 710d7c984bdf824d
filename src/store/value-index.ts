import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { SortedEntries } from './sorted-entries.ts'

const none: readonly Entry[] = []

/**
 * Which entries hold a value, kept up to date with every write of the store. An entry may hold
 * several values. A value that one entry alone holds, as most uids and names are, takes no
 * more than its place in the map.
 */
export class ValueIndex {
  readonly #valuesOf: (object: KubeObject) => readonly string[]
  readonly #holders = new Map<string, Entry | SortedEntries>()

  constructor(valuesOf: (object: KubeObject) => readonly string[]) {
    this.#valuesOf = valuesOf
  }

  /** How many entries hold the value. */
  size(value: string): number {
    const holders = this.#holders.get(value)
    return holders instanceof SortedEntries ? holders.size : holders === undefined ? 0 : 1
  }

  /** In order. Good until the next write: not to be kept. */
  get(value: string): readonly Entry[] {
    const holders = this.#holders.get(value)
    return holders instanceof SortedEntries ? holders.view() : holders === undefined ? none : [holders]
  }

  /** Also for an entry that is in already. */
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
    const holders = this.#holders.get(value)
    if (holders === entry) return
    if (holders === undefined) this.#holders.set(value, entry)
    else if (holders instanceof SortedEntries) holders.add(entry)
    else {
      const both = new SortedEntries()
      both.add(holders)
      both.add(entry)
      this.#holders.set(value, both)
    }
  }

  #take(value: string, entry: Entry): void {
    const holders = this.#holders.get(value)
    if (holders instanceof SortedEntries) {
      holders.remove(entry)
      if (holders.size === 0) this.#holders.delete(value)
    } else if (holders === entry) this.#holders.delete(value)
  }
}
