import { LRUCache } from 'lru-cache'
import type { KubeObject } from '../model/object.ts'
import { scalarTextAt } from '../model/path.ts'
import type { Path } from '../model/predicate.ts'
import type { Entry } from './entry.ts'
import { KeyIndexes, type KeyIndexPolicy } from './key-indexes.ts'
import type { ValueIndex } from './value-index.ts'

export interface IndexPolicy extends KeyIndexPolicy {
  /** A kind with fewer objects is searched through: that is as fast. */
  readonly minObjects: number
  /** An index is begun when its field was asked for this often. */
  readonly asks: number
}

export const indexPolicy: IndexPolicy = { minObjects: 1000, asks: 2, max: 32, idleMs: 10 * 60_000 }

/** Fields whose askings are counted. */
const maxCandidates = 256

/**
 * Indexes of the fields (and labels) that filters really ask for, by the text of their values.
 * Each is built in the background while searches go on without it.
 */
export class FieldIndexes {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #policy: IndexPolicy
  readonly #asks = new LRUCache<string, number>({ max: maxCandidates })
  readonly #indexes: KeyIndexes
  #building = false

  constructor(entries: ReadonlyMap<string, Entry>, policy: IndexPolicy) {
    this.#entries = entries
    this.#policy = policy
    this.#indexes = new KeyIndexes(entries, policy)
  }

  /** The index of a field, once it is complete. Asking is what gets it built. */
  ask(path: Path): ValueIndex | undefined {
    const key = JSON.stringify(path)
    const found = this.#indexes.ready(key)
    if (found !== undefined) return found
    const asks = (this.#asks.get(key) ?? 0) + 1
    this.#asks.set(key, asks)
    // One at a time, so that many questions at once do not take all the time there is.
    if (asks >= this.#policy.asks && this.#entries.size >= this.#policy.minObjects && !this.#building) void this.#build(key, path)
    return undefined
  }

  added(entry: Entry): void {
    this.#indexes.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    this.#indexes.changed(entry, before)
  }

  removed(entry: Entry): void {
    this.#indexes.removed(entry)
  }

  async #build(key: string, path: Path): Promise<void> {
    this.#building = true
    this.#asks.delete(key)
    await this.#indexes.prepare({ name: key, keysOf: (object) => textsAt(object, path) })
    this.#building = false
  }
}

function textsAt(object: KubeObject, path: Path): readonly string[] {
  const text = scalarTextAt(object, path)
  return text === undefined ? [] : [text]
}
