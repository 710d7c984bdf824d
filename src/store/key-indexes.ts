import { TimeSlice } from '../base/time-slice.ts'
import type { KubeObject } from '../model/object.ts'
import type { Entry } from './entry.ts'
import { ValueIndex } from './value-index.ts'

/** An index that somebody wants of a kind: the texts under which each object is to be found. */
export interface KeyIndex {
  /** Tells it from the kind's other indexes. */
  readonly name: string
  readonly keysOf: (object: KubeObject) => readonly string[]
  /** What of the object the keys are made from: while that is the same value, so are they. */
  readonly partOf?: (object: KubeObject) => unknown
}

export interface KeyIndexPolicy {
  /** Indexes at once; one more drops that which was asked for the longest ago. */
  readonly max: number
  /** An index that nobody asked for in this time is dropped. */
  readonly idleMs: number
}

const sliceMs = 5
/** How often, in writes, idle indexes are looked for: what nobody asks for must not slow down writes for ever. */
const writesBetweenPurges = 1024

/** Indexes that come when they are asked for, are kept up to date with every write, and go when they are not asked for any more. */
export class KeyIndexes {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #policy: KeyIndexPolicy
  readonly #indexes = new Map<string, KeptIndex>()
  #writes = 0

  constructor(entries: ReadonlyMap<string, Entry>, policy: KeyIndexPolicy) {
    this.#entries = entries
    this.#policy = policy
  }

  /** The index if it is complete; asking keeps it. */
  ready(name: string): ValueIndex | undefined {
    const kept = this.#indexes.get(name)
    if (kept === undefined) return undefined
    kept.askedAt = performance.now()
    return kept.rest === undefined ? kept.index : undefined
  }

  /** Builds the index while others go on; undefined where it is there. */
  prepare(wanted: KeyIndex): Promise<void> | undefined {
    const kept = this.#keep(wanted)
    if (kept.rest === undefined) return undefined
    kept.filling ??= fill(kept)
    return kept.filling
  }

  /** The complete index, built at once where it was not prepared. */
  get(wanted: KeyIndex): ValueIndex {
    const kept = this.#indexes.get(wanted.name) ?? this.#keep(wanted)
    if (kept.rest === undefined) return kept.index
    for (const entry of kept.rest ?? []) kept.index.added(entry)
    kept.rest = undefined
    return kept.index
  }

  added(entry: Entry): void {
    for (const { index } of this.#toWrite()) index.added(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    for (const { index, partOf } of this.#toWrite()) if (partOf === undefined || partOf(entry.object) !== partOf(before)) index.changed(entry, before)
  }

  removed(entry: Entry): void {
    for (const { index } of this.#toWrite()) index.removed(entry)
  }

  #keep({ name, keysOf, partOf }: KeyIndex): KeptIndex {
    let kept = this.#indexes.get(name)
    if (kept === undefined) {
      if (this.#indexes.size >= this.#policy.max) this.#dropOldest()
      // Entries that come while it is filled are seen twice, those that go never: the index takes both.
      kept = { index: new ValueIndex(keysOf), partOf, rest: this.#entries.values(), filling: undefined, askedAt: 0 }
      this.#indexes.set(name, kept)
    }
    kept.askedAt = performance.now()
    return kept
  }

  #dropOldest(): void {
    const [oldest] = [...this.#indexes].sort(([, a], [, b]) => a.askedAt - b.askedAt)
    if (oldest !== undefined) this.#indexes.delete(oldest[0])
  }

  #toWrite(): Iterable<KeptIndex> {
    this.#writes += 1
    if (this.#writes % writesBetweenPurges === 0) {
      const idleSince = performance.now() - this.#policy.idleMs
      for (const [name, { askedAt }] of this.#indexes) if (askedAt < idleSince) this.#indexes.delete(name)
    }
    return this.#indexes.values()
  }
}

interface KeptIndex {
  readonly index: ValueIndex
  readonly partOf: KeyIndex['partOf']
  /** The entries that are not in it yet; absent when it is complete. */
  rest: IterableIterator<Entry> | undefined
  filling: Promise<void> | undefined
  askedAt: number
}

async function fill(kept: KeptIndex): Promise<void> {
  const slice = new TimeSlice(sliceMs)
  for (let next = kept.rest?.next(); next !== undefined && next.done !== true; next = kept.rest?.next()) {
    kept.index.added(next.value)
    await slice.giveWay()
  }
  kept.rest = undefined
}
