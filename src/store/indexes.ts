import { LRUCache } from 'lru-cache'
import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { ValueIndex } from './value-index.ts'

/** Label keys with an index at a time, per kind; asking for one more drops the least recently asked. */
const maxLabelIndexes = 64

/**
 * The indexes of one store. Each is built when it is first asked for and kept up to date from
 * then on, so that a kind pays only for the questions that are really asked of it.
 */
export class Indexes {
  readonly #entries: () => Iterable<Entry>
  readonly #fixed = new Map<'namespace' | 'uid' | 'owner', ValueIndex>()
  readonly #labels = new LRUCache<string, ValueIndex>({ max: maxLabelIndexes })

  constructor(entries: () => Iterable<Entry>) {
    this.#entries = entries
  }

  byNamespace(): ValueIndex {
    return this.#get('namespace', (object) => [object.metadata.namespace ?? ''])
  }

  byUid(): ValueIndex {
    return this.#get('uid', (object) => (object.metadata.uid === undefined ? [] : [object.metadata.uid]))
  }

  /** By the uid of each owner. */
  byOwner(): ValueIndex {
    return this.#get('owner', (object) => object.metadata.ownerReferences?.map((owner) => owner.uid) ?? [])
  }

  byLabel(key: string): ValueIndex {
    let index = this.#labels.get(key)
    if (index === undefined) {
      index = new ValueIndex((object) => labelValues(object, key), this.#entries())
      this.#labels.set(key, index)
    }
    return index
  }

  added(entry: Entry): void {
    for (const index of this.#all()) index.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    for (const index of this.#all()) index.changed(entry, before)
  }

  removed(entry: Entry): void {
    for (const index of this.#all()) index.removed(entry)
  }

  #get(name: 'namespace' | 'uid' | 'owner', valuesOf: (object: KubeObject) => readonly string[]): ValueIndex {
    let index = this.#fixed.get(name)
    if (index === undefined) {
      index = new ValueIndex(valuesOf, this.#entries())
      this.#fixed.set(name, index)
    }
    return index
  }

  *#all(): Iterable<ValueIndex> {
    yield* this.#fixed.values()
    yield* this.#labels.values()
  }
}

function labelValues(object: KubeObject, key: string): readonly string[] {
  const labels = object.metadata.labels
  return labels !== undefined && Object.hasOwn(labels, key) ? [labels[key] as string] : []
}
