import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { FieldIndexes, type IndexPolicy } from './field-indexes.ts'
import { KeyIndexes, type KeyIndexPolicy } from './key-indexes.ts'
import { Search, type SearchPolicy } from './search/search.ts'
import type { SortedEntries } from './sorted-entries.ts'
import { ValueIndex } from './value-index.ts'

/** Those wanted by what is above the store: as many as there are relations, and labels in their selectors. */
const keyIndexPolicy: KeyIndexPolicy = { max: 128, idleMs: 10 * 60_000 }

/**
 * The indexes of one store. That by uid is built when first asked for, at once, since nothing
 * else can answer; then it is kept up to date.
 */
export class Indexes {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly byNamespace = new ValueIndex((object) => [object.metadata.namespace ?? ''])
  readonly fields: FieldIndexes
  readonly keys: KeyIndexes
  readonly search: Search
  #byUid: ValueIndex | undefined

  constructor(entries: ReadonlyMap<string, Entry>, sorted: SortedEntries, policy: IndexPolicy, searchPolicy?: SearchPolicy) {
    this.#entries = entries
    this.fields = new FieldIndexes(entries, policy)
    this.keys = new KeyIndexes(entries, keyIndexPolicy)
    this.search = new Search(entries, sorted, searchPolicy)
  }

  byUid(): ValueIndex {
    if (this.#byUid === undefined) {
      this.#byUid = new ValueIndex((object) => (object.metadata.uid === undefined ? [] : [object.metadata.uid]))
      for (const entry of this.#entries.values()) this.#byUid.added(entry)
    }
    return this.#byUid
  }

  added(entry: Entry): void {
    this.byNamespace.added(entry)
    this.#byUid?.added(entry)
    this.keys.added(entry)
    this.fields.added(entry)
    this.search.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    // A name keeps its namespace, and a uid its name: an object of another uid is another entry.
    this.keys.changed(entry, before)
    this.fields.changed(entry, before)
    this.search.changed(entry, before)
  }

  removed(entry: Entry): void {
    this.byNamespace.removed(entry)
    this.#byUid?.removed(entry)
    this.keys.removed(entry)
    this.fields.removed(entry)
    this.search.removed(entry)
  }
}
