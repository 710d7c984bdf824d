import type { Scope } from '../access/scope.ts'
import { objectKey, type KubeObject } from '../model/object.ts'
import { compilePredicate } from '../model/compile-predicate.ts'
import { everything, type Predicate } from '../model/predicate.ts'
import type { Resource } from '../model/resource.ts'
import type { Contents } from './contents.ts'
import { compareEntries, type Entry } from './entry.ts'
import type { Lister } from './lister.ts'
import { indexHints, type IndexHints } from './query/plan.ts'
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

  select(predicate: Predicate): readonly KubeObject[] {
    const holds = compilePredicate(predicate)
    const selected: KubeObject[] = []
    for (const entry of this.#candidates(predicate)) if (holds(entry.object)) selected.push(entry.object)
    return selected
  }

  count(predicate: Predicate): number {
    if (predicate === everything && this.#readable === 'all') return this.#contents.entries.size
    const holds = compilePredicate(predicate)
    let count = 0
    for (const entry of this.#candidates(predicate)) if (holds(entry.object)) count += 1
    return count
  }

  /** In order, readable, and containing all that the predicate can hold for. */
  #candidates(predicate: Predicate): readonly Entry[] {
    const smallest = this.#narrow(indexHints(predicate))
    return this.#readable === 'all' ? smallest : smallest.filter((entry) => this.mayRead(entry.object))
  }

  /** The smallest set of entries that one index offers. */
  #narrow({ namespaces, names, uids, values }: IndexHints): readonly Entry[] {
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
