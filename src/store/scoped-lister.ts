import type { Scope } from '../access/scope.ts'
import { keyOf, objectKey, type KubeObject } from '../model/object.ts'
import { compilePredicate } from '../model/compile-predicate.ts'
import { everything, type Predicate } from '../model/predicate.ts'
import type { Resource } from '../model/resource.ts'
import { searchScore } from '../model/search.ts'
import type { Contents } from './contents.ts'
import { compareEntries, type Entry } from './entry.ts'
import type { Lister } from './lister.ts'
import { indexHints, withoutSearch, type IndexHints } from './query/plan.ts'
import type { Found } from './search-index.ts'
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
    return this.#readable === 'all' || this.#readable.has(object.metadata.namespace ?? '')
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = this.#contents.entries.get(objectKey(namespace, name))
    return entry !== undefined && this.mayRead(entry.object) ? entry.object : undefined
  }

  byUid(uid: string): KubeObject | undefined {
    return this.#objects(this.#contents.indexes.byUid().get(uid))[0]
  }

  byOwner(uid: string): readonly KubeObject[] {
    return this.#objects(this.#contents.indexes.byOwner().get(uid))
  }

  async prepare(predicate: Predicate): Promise<void> {
    if (indexHints(predicate).search !== undefined) await this.#contents.indexes.search.prepare()
  }

  score(object: KubeObject, words: readonly string[]): number {
    const entry = this.#contents.entries.get(keyOf(object))
    const index = this.#contents.indexes.search.get()
    return index === undefined || entry?.object !== object ? searchScore(object, words) : index.find(words).scoreOf(entry)
  }

  select(predicate: Predicate): readonly KubeObject[] {
    const { entries, left } = this.#candidates(predicate)
    const holds = compilePredicate(left)
    const selected: KubeObject[] = []
    for (const entry of entries) if (holds(entry.object)) selected.push(entry.object)
    return selected
  }

  count(predicate: Predicate): number {
    if (predicate === everything && this.#readable === 'all') return this.#contents.entries.size
    const { entries, left } = this.#candidates(predicate)
    const holds = compilePredicate(left)
    let count = 0
    for (const entry of entries) if (holds(entry.object)) count += 1
    return count
  }

  /** In order, readable, and containing all that the predicate can hold for; with what is left to test of each. */
  #candidates(predicate: Predicate): { readonly entries: readonly Entry[]; readonly left: Predicate } {
    const hints = indexHints(predicate)
    const index = hints.search === undefined ? undefined : this.#contents.indexes.search.get()
    const found = index?.find(hints.search ?? [])
    const narrowed = this.#narrow(hints, found)
    return {
      entries: this.#readable === 'all' ? narrowed : narrowed.filter((entry) => this.mayRead(entry.object)),
      left: found === undefined ? predicate : withoutSearch(predicate),
    }
  }

  /** The smallest set of entries that one index offers. */
  #narrow(hints: IndexHints, found: Found | undefined): readonly Entry[] {
    const smallest = this.#smallest(hints)
    if (found === undefined) return smallest
    // What is in one only, the rest of the predicate does not hold for, or the search did not find.
    return found.size < smallest.length ? found.entries().sort(compareEntries) : smallest.filter((entry) => found.scoreOf(entry) > 0)
  }

  #smallest({ namespaces, names, uids, values }: IndexHints): readonly Entry[] {
    const { indexes, sorted, entries } = this.#contents
    if (namespaces !== undefined && names !== undefined)
      return [...namespaces]
        .flatMap((namespace) => [...names].map((name) => entries.get(objectKey(namespace, name))))
        .filter((entry) => entry !== undefined)
        .sort(compareEntries)
    let best: Offer | undefined
    const offer = (index: ValueIndex | undefined, wanted: ReadonlySet<string>) => {
      if (index === undefined) return
      let size = 0
      for (const value of wanted) size += index.size(value)
      if (size < (best?.size ?? sorted.size)) best = { index, wanted, size }
    }
    if (uids !== undefined) offer(indexes.byUid(), uids)
    if (namespaces !== undefined) offer(indexes.byNamespace, namespaces)
    for (const { path, texts } of values) offer(indexes.fields.ask(path), texts)
    if (best === undefined) return sorted.view()
    const { index, wanted } = best
    const [only] = wanted
    return wanted.size === 1 && only !== undefined ? index.get(only) : [...wanted].flatMap((value) => index.get(value)).sort(compareEntries)
  }

  #objects(entries: readonly Entry[]): KubeObject[] {
    return entries.filter((entry) => this.mayRead(entry.object)).map((entry) => entry.object)
  }
}

interface Offer {
  readonly index: ValueIndex
  readonly wanted: ReadonlySet<string>
  /** Entries that hold one of the wanted values. */
  readonly size: number
}
