import { TimeSlice } from '../../base/time-slice.ts'
import type { KubeObject } from '../../model/object.ts'
import type { SearchWord } from '../../model/search.ts'
import type { Entry } from '../entry.ts'
import type { SortedEntries } from '../sorted-entries.ts'
import { SearchIndex, type Found } from './search-index.ts'

export interface SearchPolicy {
  /** A kind with fewer objects is read through: that is as fast. */
  readonly minObjects: number
  /** An index that nobody asked in this time is dropped with the next write. */
  readonly idleMs: number
  /** An index that has grown to more than twice of what it was, and this, is dropped: much of it is of the past. */
  readonly spare: number
}

export const searchPolicy: SearchPolicy = { minObjects: 1000, idleMs: 10 * 60_000, spare: 20_000 }

/** Nobody waits longer than this for a search to be prepared. */
const sliceMs = 5

/**
 * The index by which one store is searched, built when it is first needed. `prepare` does what
 * takes long and gives way meanwhile; `find` then answers in one step about what the store holds
 * at that moment, whatever changed since.
 */
export class Search {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #sorted: SortedEntries
  readonly #policy: SearchPolicy
  #built: Built | undefined

  constructor(entries: ReadonlyMap<string, Entry>, sorted: SortedEntries, policy: SearchPolicy = searchPolicy) {
    this.#entries = entries
    this.#sorted = sorted
    this.#policy = policy
  }

  /** Builds the index where there is none, and looks the words up in it. */
  async prepare(words: readonly SearchWord[]): Promise<void> {
    if (this.#built === undefined && this.#entries.size < this.#policy.minObjects) return
    this.#built ??= this.#build()
    const { index, complete } = this.#built
    await complete
    await index.prepare(words, new TimeSlice(sliceMs))
  }

  /** The entries that all words are found in; undefined without an index. Good until the next write. */
  find(words: readonly SearchWord[]): Found | undefined {
    if (this.#built?.maxSize === undefined) return undefined
    this.#built.askedAt = performance.now()
    return this.#built.index.find(words)
  }

  added(entry: Entry): void {
    this.#toWrite()?.add(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    this.#toWrite()?.changed(entry, before)
  }

  removed(entry: Entry): void {
    this.#toWrite()?.remove(entry)
  }

  #build(): Built {
    const index = new SearchIndex()
    const built: Built = { index, askedAt: performance.now(), complete: Promise.resolve() }
    built.complete = (async () => {
      const slice = new TimeSlice(sliceMs)
      for (const entry of this.#sorted.view().slice()) {
        // Those that come meanwhile are taken in as they come.
        if (this.#entries.get(entry.key) === entry) index.add(entry)
        await slice.giveWay()
      }
      built.askedAt = performance.now()
      built.maxSize = 2 * index.size + this.#policy.spare
    })()
    return built
  }

  /** The index, unless it has outlived its use. */
  #toWrite(): SearchIndex | undefined {
    const built = this.#built
    if (built !== undefined && (performance.now() - built.askedAt > this.#policy.idleMs || built.index.size > (built.maxSize ?? Number.POSITIVE_INFINITY))) this.#built = undefined
    return this.#built?.index
  }
}

interface Built {
  readonly index: SearchIndex
  askedAt: number
  /** Of the index; known when every entry is in it. */
  maxSize?: number
  /** Settles when every entry is in. */
  complete: Promise<void>
}
