import type { Scope } from '../access/scope.ts'
import { objectKey, type KubeObject } from '../model/object.ts'
import { compilePredicate } from '../model/compile-predicate.ts'
import { everything, type Predicate } from '../model/predicate.ts'
import type { Resource } from '../model/resource.ts'
import { searchRank } from '../model/search.ts'
import type { Contents } from './contents.ts'
import { compareEntries, type Entry } from './entry.ts'
import type { KeyIndex } from './key-indexes.ts'
import type { Lister, RankedObject } from './lister.ts'
import { indexHints, splitSearch, type IndexHints } from './query/plan.ts'
import type { ValueIndex } from './value-index.ts'

/** Reads one store for one caller. The scope is applied to the candidates, before any filter sees them. */
export class ScopedLister implements Lister {
  readonly cluster: string
  readonly resource: Resource
  readonly #contents: Contents
  readonly #readable: 'all' | ReadonlySet<string>

  constructor(cluster: string, resource: Resource, contents: Contents, scope: Scope) {
    this.cluster = cluster
    this.resource = resource
    this.#contents = contents
    this.#readable = scope.readableNamespaces(resource)
  }

  mayRead(object: KubeObject): boolean {
    return this.reaches(object.metadata.namespace)
  }

  reaches(namespace: string | undefined): boolean {
    return this.#readable === 'all' || this.#readable.has(namespace ?? '')
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = this.#contents.entries.get(objectKey(namespace, name))
    return entry !== undefined && this.mayRead(entry.object) ? entry.object : undefined
  }

  byUid(uid: string): KubeObject | undefined {
    return this.#objects(this.#contents.indexes.byUid().get(uid))[0]
  }

  prepareKeys(index: KeyIndex): Promise<void> | undefined {
    return this.#contents.indexes.keys.prepare(index)
  }

  byKey(index: KeyIndex, key: string): readonly KubeObject[] {
    return this.#objects(this.#contents.indexes.keys.get(index).get(key))
  }

  sizeOfKey(index: KeyIndex, key: string): number {
    return this.#contents.indexes.keys.get(index).size(key)
  }

  async prepare(predicate: Predicate): Promise<void> {
    const { words } = splitSearch(predicate)
    if (words.length > 0) await this.#contents.indexes.search.prepare(words)
  }

  select(predicate: Predicate): readonly KubeObject[] {
    if (splitSearch(predicate).words.length > 0) return this.ranked(predicate).map(({ object }) => object)
    const holds = compilePredicate(predicate)
    const selected: KubeObject[] = []
    for (const entry of this.#candidates(predicate)) if (holds(entry.object)) selected.push(entry.object)
    return selected
  }

  ranked(predicate: Predicate): readonly RankedObject[] {
    const { words, rest } = splitSearch(predicate)
    const found = this.#contents.indexes.search.find(words)
    const offer = this.#narrow(indexHints(rest))
    const rankOf = (entry: Entry) => (found === undefined ? searchRank(words, entry.object) : found.rankOf(entry))
    const candidates = found !== undefined && found.size < offer.size ? found.inOrder() : offer.entries().map((entry) => ({ entry, rank: rankOf(entry) }))
    const holds = compilePredicate(rest)
    const ranked: RankedObject[] = []
    for (const { entry, rank } of candidates) if (rank !== undefined && this.mayRead(entry.object) && holds(entry.object)) ranked.push({ object: entry.object, rank })
    return ranked
  }

  count(predicate: Predicate): number {
    if (predicate === everything && this.#readable === 'all') return this.#contents.entries.size
    if (splitSearch(predicate).words.length > 0) return this.ranked(predicate).length
    const holds = compilePredicate(predicate)
    let count = 0
    for (const entry of this.#candidates(predicate)) if (holds(entry.object)) count += 1
    return count
  }

  /** In order, readable, and containing all that the predicate can hold for. */
  #candidates(predicate: Predicate): readonly Entry[] {
    const smallest = this.#narrow(indexHints(predicate)).entries()
    return this.#readable === 'all' ? smallest : smallest.filter((entry) => this.mayRead(entry.object))
  }

  /** The smallest set of entries that one index offers. */
  #narrow({ namespaces, names, uids, values }: IndexHints): Offer {
    const { indexes, sorted, entries } = this.#contents
    if (namespaces !== undefined && names !== undefined) {
      const named = [...namespaces].flatMap((namespace) => [...names].map((name) => entries.get(objectKey(namespace, name)))).filter((entry) => entry !== undefined)
      return { size: named.length, entries: () => named.sort(compareEntries) }
    }
    let best: Offer = { size: sorted.size, entries: () => sorted.view() }
    const offer = (index: ValueIndex | undefined, wanted: ReadonlySet<string>) => {
      if (index === undefined) return
      let size = 0
      for (const value of wanted) size += index.size(value)
      if (size < best.size) best = { size, entries: () => holdersOf(index, wanted) }
    }
    if (uids !== undefined) offer(indexes.byUid(), uids)
    if (namespaces !== undefined) offer(indexes.byNamespace, namespaces)
    for (const { path, texts } of values) offer(indexes.fields.ask(path), texts)
    return best
  }

  #objects(entries: readonly Entry[]): KubeObject[] {
    const objects = entries.map((entry) => entry.object)
    return this.#readable === 'all' ? objects : objects.filter((object) => this.mayRead(object))
  }
}

interface Offer {
  readonly size: number
  /** In order. Good until the next write: not to be kept. */
  entries(): readonly Entry[]
}

function holdersOf(index: ValueIndex, wanted: ReadonlySet<string>): readonly Entry[] {
  const [only] = wanted
  return wanted.size === 1 && only !== undefined ? index.get(only) : [...wanted].flatMap((value) => index.get(value)).sort(compareEntries)
}
