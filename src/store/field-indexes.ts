import { LRUCache } from 'lru-cache'
import { TimeSlice } from '../base/time-slice.ts'
import type { KubeObject } from '../model/object.ts'
import { readPath } from '../model/path.ts'
import type { Path } from '../model/predicate.ts'
import type { Entry } from './entry.ts'
import { ValueIndex } from './value-index.ts'

export interface IndexPolicy {
  /** A kind with fewer objects is searched through: that is as fast. */
  readonly minObjects: number
  /** An index is begun when its field was asked for this often. */
  readonly asks: number
  /** Indexes at once; one more drops that which was asked for the longest ago. */
  readonly max: number
  /** An index that nobody asked for in this time is dropped. */
  readonly idleMs: number
}

export const indexPolicy: IndexPolicy = { minObjects: 1000, asks: 2, max: 32, idleMs: 10 * 60_000 }

/** Fields whose askings are counted. */
const maxCandidates = 256
const sliceMs = 5
/** How often, in writes, idle indexes are looked for: what nobody asks for must not slow down writes for ever. */
const writesBetweenPurges = 1024

/**
 * Indexes of the fields (and labels) that filters really ask for, by the text of their values.
 * Each is built in the background while searches go on without it, is kept up to date from its
 * first moment, and is dropped when it is no longer asked for.
 */
export class FieldIndexes {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #policy: IndexPolicy
  readonly #asks = new LRUCache<string, number>({ max: maxCandidates })
  readonly #indexes: LRUCache<string, FieldIndex>
  #building = false
  #writes = 0

  constructor(entries: ReadonlyMap<string, Entry>, policy: IndexPolicy) {
    this.#entries = entries
    this.#policy = policy
    this.#indexes = new LRUCache({ max: policy.max })
  }

  /** The index of a field, once it is complete. Asking is what gets it built. */
  ask(path: Path): ValueIndex | undefined {
    const key = JSON.stringify(path)
    const found = this.#indexes.get(key)
    if (found !== undefined) {
      found.askedAt = performance.now()
      return found.complete ? found.index : undefined
    }
    const asks = (this.#asks.get(key) ?? 0) + 1
    this.#asks.set(key, asks)
    // One at a time, so that many questions at once do not take all the time there is.
    if (asks >= this.#policy.asks && this.#entries.size >= this.#policy.minObjects && !this.#building) void this.#build(key, path)
    return undefined
  }

  added(entry: Entry): void {
    for (const { index } of this.#toWrite()) index.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    for (const { index } of this.#toWrite()) index.changed(entry, before)
  }

  removed(entry: Entry): void {
    for (const { index } of this.#toWrite()) index.removed(entry)
  }

  async #build(key: string, path: Path): Promise<void> {
    this.#building = true
    this.#asks.delete(key)
    const building: FieldIndex = { index: new ValueIndex((object) => textAt(object, path)), complete: false, askedAt: performance.now() }
    this.#indexes.set(key, building)
    const slice = new TimeSlice(sliceMs)
    // Entries that come meanwhile are seen twice, those that go never: the index takes both.
    for (const entry of this.#entries.values()) {
      building.index.added(entry)
      await slice.giveWay()
    }
    building.complete = true
    this.#building = false
  }

  #toWrite(): Iterable<FieldIndex> {
    this.#writes += 1
    if (this.#writes % writesBetweenPurges === 0) {
      const idleSince = performance.now() - this.#policy.idleMs
      for (const [key, { askedAt }] of this.#indexes.entries()) if (askedAt < idleSince) this.#indexes.delete(key)
    }
    return this.#indexes.values()
  }
}

interface FieldIndex {
  readonly index: ValueIndex
  complete: boolean
  askedAt: number
}

/** The text by which a value is indexed: numbers and booleans too, since whoever asks tests what is found. */
function textAt(object: KubeObject, path: Path): readonly string[] {
  const value = readPath(object, path)
  return value === undefined || value === null || typeof value === 'object' ? [] : [String(value)]
}
