import type { TimeSlice } from '../../base/time-slice.ts'
import type { KubeObject } from '../../model/object.ts'
import { noRank, place, rankOf, type SearchWord } from '../../model/search.ts'
import { compareEntries, type Entry } from '../entry.ts'
import { Vocabulary } from './vocabulary.ts'

/** What a search found. */
export interface Found {
  /** How many entries. */
  readonly size: number
  /** As `searchRank` gives it. */
  rankOf(entry: Entry): number | undefined
  /** All of them, in order. */
  inOrder(): readonly RankedEntry[]
}

export interface RankedEntry {
  readonly entry: Entry
  readonly rank: number
}

/**
 * Which texts each entry of a store has, as columns of numbers: a search looks at each distinct
 * text once and then, entry by entry, at numbers that lie side by side.
 */
export class SearchIndex {
  readonly #vocabulary = new Vocabulary()
  readonly #slots = new Map<Entry, number>()
  readonly #free: number[] = []
  readonly #entries: (Entry | undefined)[] = []
  readonly #names: number[] = []
  readonly #namespaces: number[] = []
  readonly #labels: number[] = []
  readonly #annotations: number[] = []

  /** How much is kept, that included which no object has any more. */
  get size(): number {
    return this.#vocabulary.size
  }

  /** Also for an entry that is in already. */
  add(entry: Entry): void {
    const slot = this.#slots.get(entry) ?? this.#free.pop() ?? this.#entries.length
    this.#slots.set(entry, slot)
    const { name, namespace = '', labels, annotations } = entry.object.metadata
    this.#entries[slot] = entry
    this.#names[slot] = this.#vocabulary.text(name)
    this.#namespaces[slot] = this.#vocabulary.text(namespace)
    this.#labels[slot] = this.#vocabulary.set(labels)
    this.#annotations[slot] = this.#vocabulary.set(annotations)
  }

  /** The entry's object was replaced. */
  changed(entry: Entry, before: KubeObject): void {
    const { labels, annotations } = entry.object.metadata
    if (before.metadata.labels === labels && before.metadata.annotations === annotations) return
    if (this.#slots.has(entry)) this.add(entry)
  }

  remove(entry: Entry): void {
    const slot = this.#slots.get(entry)
    if (slot === undefined) return
    this.#slots.delete(entry)
    this.#entries[slot] = undefined
    this.#free.push(slot)
  }

  async prepare(words: readonly SearchWord[], slice: TimeSlice): Promise<void> {
    for (const word of words) await this.#vocabulary.prepare(word, slice)
  }

  /** The entries that all words are found in. Good until the next write: not to be kept. */
  find(words: readonly SearchWord[]): Found {
    const ranks = new Uint16Array(this.#entries.length)
    for (const word of words) this.#addRanks(word, ranks)
    const slots: number[] = []
    for (let slot = 0; slot < ranks.length; slot += 1) if (ranks[slot] !== notFound && this.#entries[slot] !== undefined) slots.push(slot)
    return {
      size: slots.length,
      rankOf: (entry) => {
        const slot = this.#slots.get(entry)
        return slot === undefined || ranks[slot] === notFound ? undefined : ranks[slot]
      },
      // Most slots are in order already, as entries were taken in: that makes sorting quick.
      inOrder: () => slots.map((slot) => ({ entry: this.#entries[slot] as Entry, rank: ranks[slot] as number })).sort((a, b) => compareEntries(a.entry, b.entry)),
    }
  }

  #addRanks(word: SearchWord, ranks: Uint16Array): void {
    const { texts, sets } = this.#vocabulary.matches(word)
    for (let slot = 0; slot < ranks.length; slot += 1) {
      if (ranks[slot] === notFound) continue
      const rank = Math.min(
        rankOf(texts[this.#names[slot] as number] as number, place.name),
        rankOf(texts[this.#namespaces[slot] as number] as number, place.namespace),
        rankOf(sets[this.#labels[slot] as number] as number, place.label),
        rankOf(sets[this.#annotations[slot] as number] as number, place.annotation),
      )
      ranks[slot] = rank >= noRank ? notFound : (ranks[slot] as number) + rank
    }
  }
}

/** More than any sum of ranks. */
const notFound = 0xffff
