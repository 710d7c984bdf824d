import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { FieldIndexes, type IndexPolicy } from './field-indexes.ts'
import { Search, type SearchPolicy } from './search/search.ts'
import type { SortedEntries } from './sorted-entries.ts'
import { ValueIndex } from './value-index.ts'

/**
 * The indexes of one store. Those by uid and owner are built when first asked for, at once,
 * since nothing else can answer; then they are kept up to date.
 */
export class Indexes {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly byNamespace = new ValueIndex((object) => [object.metadata.namespace ?? ''])
  readonly fields: FieldIndexes
  readonly search: Search
  #byUid: ValueIndex | undefined
  #byOwner: ValueIndex | undefined

  constructor(entries: ReadonlyMap<string, Entry>, sorted: SortedEntries, policy: IndexPolicy, searchPolicy?: SearchPolicy) {
    this.#entries = entries
    this.fields = new FieldIndexes(entries, policy)
    this.search = new Search(entries, sorted, searchPolicy)
  }

  byUid(): ValueIndex {
    this.#byUid ??= this.#build((object) => (object.metadata.uid === undefined ? [] : [object.metadata.uid]))
    return this.#byUid
  }

  /** By the uid of each owner. */
  byOwner(): ValueIndex {
    this.#byOwner ??= this.#build((object) => object.metadata.ownerReferences?.map((owner) => owner.uid) ?? [])
    return this.#byOwner
  }

  added(entry: Entry): void {
    this.byNamespace.added(entry)
    this.#byUid?.added(entry)
    this.#byOwner?.added(entry)
    this.fields.added(entry)
    this.search.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    // A name keeps its namespace, and a uid its name: an object of another uid is another entry.
    this.#byOwner?.changed(entry, before)
    this.fields.changed(entry, before)
    this.search.changed(entry, before)
  }

  removed(entry: Entry): void {
    this.byNamespace.removed(entry)
    this.#byUid?.removed(entry)
    this.#byOwner?.removed(entry)
    this.fields.removed(entry)
    this.search.removed(entry)
  }

  #build(valuesOf: (object: KubeObject) => readonly string[]): ValueIndex {
    const index = new ValueIndex(valuesOf)
    for (const entry of this.#entries.values()) index.added(entry)
    return index
  }
}
