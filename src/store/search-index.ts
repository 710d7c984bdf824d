import type { KubeObject } from '../model/object.ts'
import { directQuality, partsOf, resembles, searchFields, searchTerms, typosAllowed, wordScore, type Quality, type SearchField } from '../model/search.ts'
import type { Entry } from './entry.ts'

/**
 * Finds what `searchScore` would, and the same scores, over a vocabulary: texts repeat so much
 * (labels, namespaces) that looking through all distinct ones is quick. An entry stands in a
 * slot; when its searched texts change it moves to a new slot, and the old one is left behind
 * empty, so that writes never look for what is to be taken out.
 */
export class SearchIndex {
  /** Entries by slot; undefined where one has left. */
  readonly #slots: (Entry | undefined)[] = []
  readonly #slotOf = new Map<Entry, number>()
  /** By field, the number of a term. Terms, what field they are of, and the slots that they stand in, by number. */
  readonly #termNumbers = new Map<SearchField, Map<string, number>>(searchFields.map((field) => [field, new Map()]))
  readonly #termTexts: string[] = []
  readonly #termFields: SearchField[] = []
  readonly #termSlots: number[][] = []
  /** By first letter, the parts of terms. */
  readonly #parts = new Map<string, Map<string, Part>>()
  /** What was found last: a list asks for it once to select and again to rank. */
  #latest: { readonly words: readonly string[]; readonly found: Found } | undefined

  /** Whether so many slots are empty that building anew is due. */
  get worn(): boolean {
    return this.#slots.length > 2 * this.#slotOf.size + 1000
  }

  /** Also for an entry that is in already. */
  added(entry: Entry): void {
    if (!this.#slotOf.has(entry)) this.#put(entry)
  }

  changed(entry: Entry, before: KubeObject): void {
    if (!this.#slotOf.has(entry)) return
    const { metadata } = entry.object
    // Objects share equal parts: mostly this compares nothing else.
    if (metadata.labels === before.metadata.labels && metadata.annotations === before.metadata.annotations) return
    this.removed(entry)
    this.#put(entry)
  }

  removed(entry: Entry): void {
    const slot = this.#slotOf.get(entry)
    if (slot === undefined) return
    this.#latest = undefined
    this.#slots[slot] = undefined
    this.#slotOf.delete(entry)
  }

  /** The scores of all entries that have every word. */
  find(words: readonly string[]): Found {
    if (this.#latest !== undefined && isEqual(this.#latest.words, words)) return this.#latest.found
    const found = this.#find(words)
    this.#latest = { words, found }
    return found
  }

  #find(words: readonly string[]): Found {
    let totals: Uint16Array | undefined
    for (const word of words) {
      const scores = this.#scoresOf(word)
      if (totals !== undefined) for (let slot = 0; slot < scores.length; slot += 1) scores[slot] = scores[slot] === 0 || totals[slot] === 0 ? 0 : (scores[slot] as number) + (totals[slot] as number)
      totals = scores
    }
    const found = totals ?? new Uint16Array(this.#slots.length)
    let size = 0
    for (const score of found) if (score > 0) size += 1
    return {
      size,
      entries: () => this.#slots.filter((entry, slot) => entry !== undefined && (found[slot] as number) > 0) as Entry[],
      scoreOf: (entry) => {
        const slot = this.#slotOf.get(entry)
        return slot === undefined ? 0 : (found[slot] ?? 0)
      },
    }
  }

  #put(entry: Entry): void {
    this.#latest = undefined
    const slot = this.#slots.length
    this.#slots.push(entry)
    this.#slotOf.set(entry, slot)
    for (const [field, text] of searchTerms(entry.object)) {
      const slots = this.#termSlots[this.#term(field, text)] as number[]
      if (slots.at(-1) !== slot) slots.push(slot)
    }
  }

  #term(field: SearchField, text: string): number {
    const numbers = this.#termNumbers.get(field) as Map<string, number>
    const known = numbers.get(text)
    if (known !== undefined) return known
    const number = this.#termTexts.length
    numbers.set(text, number)
    this.#termTexts.push(text)
    this.#termFields.push(field)
    this.#termSlots.push([])
    for (const part of new Set(partsOf(text))) this.#part(part).terms.push(number)
    return number
  }

  #part(text: string): Part {
    const first = text[0] as string
    let parts = this.#parts.get(first)
    if (parts === undefined) this.#parts.set(first, (parts = new Map()))
    let part = parts.get(text)
    if (part === undefined) parts.set(text, (part = { letters: lettersOf(text), terms: [] }))
    return part
  }

  /** By slot, the best score that a term of it has for the word. */
  #scoresOf(word: string): Uint16Array {
    const scores = new Uint16Array(this.#slots.length)
    const give = (term: number, quality: Quality) => {
      const score = wordScore(this.#termFields[term] as SearchField, quality)
      for (const slot of this.#termSlots[term] as number[]) if ((scores[slot] as number) < score) scores[slot] = score
    }
    for (let term = 0; term < this.#termTexts.length; term += 1) {
      const text = this.#termTexts[term] as string
      const quality = text.length < word.length ? 0 : directQuality(text, word)
      if (quality > 0) give(term, quality)
    }
    const typos = typosAllowed(word)
    if (typos === 0) return scores
    const letters = lettersOf(word)
    for (const first of new Set([word[0] as string, word[1] as string]))
      for (const [text, part] of this.#parts.get(first) ?? []) {
        // A typing error can make at most one letter foreign.
        if (countBits(letters & ~part.letters) <= typos && resembles(text, word)) for (const term of part.terms) give(term, 1)
      }
    return scores
  }
}

/** A part of terms. */
interface Part {
  /** The letters in it, as bits. */
  readonly letters: number
  /** The numbers of the terms that have it. */
  readonly terms: number[]
}

/** What a search found. Good until the next write. */
export interface Found {
  /** How many were found, at most. */
  readonly size: number
  /** In no order. */
  entries(): Entry[]
  /** 0 for an entry that was not found. */
  scoreOf(entry: Entry): number
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((word, i) => word === b[i]))
}

function lettersOf(text: string): number {
  let letters = 0
  for (let i = 0; i < text.length; i += 1) letters |= 1 << (text.charCodeAt(i) & 31)
  return letters
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}
