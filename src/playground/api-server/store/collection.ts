import type { KubeObject } from '../../../model/object.ts'
import type { StoredEvent } from './history.ts'
import { insertKey, removeKey } from './sorted-keys.ts'

/** A collection at one moment. Read it at once: `get` follows later writes. */
export interface Snapshot {
  readonly keys: readonly string[]
  get(key: string): KubeObject | undefined
}

/** Beyond so many changes between two lists, sorting afresh is cheaper than keeping the order. */
const maxEdits = 1000

/** The objects of one kind, by `namespace/name`, or `name` when cluster-scoped. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>()
  #sortedKeys: string[] | undefined
  #edits = 0

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key)
  }

  set(key: string, object: KubeObject): void {
    if (!this.#objects.has(key)) this.#edit((keys) => insertKey(keys, key))
    this.#objects.set(key, object)
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#edit((keys) => removeKey(keys, key))
  }

  values(): Iterable<KubeObject> {
    return this.#objects.values()
  }

  /** In the order of the keys, as etcd lists them. */
  now(): Snapshot {
    return { keys: this.#keys(), get: (key) => this.#objects.get(key) }
  }

  /** How the collection was before the given writes, which are its latest ones, oldest first. */
  before(events: readonly StoredEvent[]): Snapshot {
    const old = new Map<string, KubeObject | undefined>()
    for (const event of events.toReversed()) old.set(event.key, event.previous)
    const created = new Set([...old.keys()].filter((key) => old.get(key) === undefined))
    const deleted = [...old.keys()].filter((key) => !created.has(key) && !this.#objects.has(key))
    const current = this.#keys()
    const keys = created.size === 0 ? [...current] : current.filter((key) => !created.has(key))
    for (const key of deleted) insertKey(keys, key)
    return { keys, get: (key) => (old.has(key) ? old.get(key) : this.#objects.get(key)) }
  }

  #keys(): readonly string[] {
    this.#edits = 0
    this.#sortedKeys ??= [...this.#objects.keys()].sort()
    return this.#sortedKeys
  }

  #edit(change: (keys: string[]) => void): void {
    if (this.#sortedKeys === undefined) return
    this.#edits += 1
    if (this.#edits > maxEdits) this.#sortedKeys = undefined
    else change(this.#sortedKeys)
  }
}

export function keyIn(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
