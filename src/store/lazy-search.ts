import { TimeSlice } from '../base/time-slice.ts'
import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { SearchIndex } from './search-index.ts'

const sliceMs = 5
/** An index that nobody searches for so long is dropped. */
const idleMs = 10 * 60_000
/** How often, in writes, it is looked whether it is still wanted. */
const writesBetweenLooks = 1024

/** The search index of one store: built when first asked for, built anew when it is worn, dropped when it is no longer asked for. */
export class LazySearch {
  readonly #entries: ReadonlyMap<string, Entry>
  #ready: SearchIndex | undefined
  #building: { readonly index: SearchIndex; readonly done: Promise<void> } | undefined
  #askedAt = 0
  #writes = 0

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries
  }

  /** Resolves when searches are quick. The event loop goes on meanwhile. */
  async prepare(): Promise<void> {
    this.#askedAt = performance.now()
    if (this.#ready === undefined) await this.#build()
  }

  /** The index, if it is ready. */
  get(): SearchIndex | undefined {
    this.#askedAt = performance.now()
    return this.#ready
  }

  added(entry: Entry): void {
    this.#write((index) => index.added(entry))
  }

  changed(entry: Entry, before: KubeObject): void {
    this.#write((index) => index.changed(entry, before))
  }

  removed(entry: Entry): void {
    this.#write((index) => index.removed(entry))
  }

  #write(change: (index: SearchIndex) => void): void {
    if (this.#ready !== undefined) change(this.#ready)
    if (this.#building !== undefined) change(this.#building.index)
    this.#writes += 1
    if (this.#ready === undefined || this.#writes % writesBetweenLooks !== 0) return
    if (performance.now() - this.#askedAt > idleMs) this.#ready = undefined
    else if (this.#ready.worn) void this.#build()
  }

  #build(): Promise<void> {
    this.#building ??= this.#begin(new SearchIndex())
    return this.#building.done
  }

  #begin(index: SearchIndex) {
    const fill = async () => {
      const slice = new TimeSlice(sliceMs)
      // Entries that come meanwhile are seen twice, those that go never: the index takes both.
      for (const entry of this.#entries.values()) {
        index.added(entry)
        await slice.giveWay()
      }
      this.#ready = index
      this.#building = undefined
    }
    return { index, done: Promise.resolve().then(fill) }
  }
}
