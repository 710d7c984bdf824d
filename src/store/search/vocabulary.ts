import { LRUCache } from 'lru-cache'
import type { TimeSlice } from '../../base/time-slice.ts'
import { matchText, quality, searchableText, textsOf, type SearchWord } from '../../model/search.ts'

/** Words whose matches are kept: those of the next page, and of the search that a letter more was typed of. */
const maxWords = 32
/** Texts matched between two looks at the clock. */
const batch = 1024

/** How well texts and sets of texts match one word, by their numbers: each a `quality`. */
export interface Matches {
  readonly texts: Uint8Array
  /** The best text of each set. */
  readonly sets: Uint8Array
}

/**
 * The distinct texts of many objects, and the sets of them that objects have as labels or
 * annotations, numbered in the order in which they came. Nothing is ever renumbered or taken
 * out, so that what was found out about it stays true.
 */
export class Vocabulary {
  readonly #texts: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #sets: (readonly number[])[] = [[]]
  /** Objects that share their labels or annotations, as those of one owner do in a store, share the set of them here too. */
  readonly #setNumbers = new WeakMap<object, number>()
  readonly #asked = new LRUCache<string, { texts: Column; sets: Column }>({ max: maxWords })

  /** Texts and sets, those included that no object has any more. */
  get size(): number {
    return this.#texts.length + this.#sets.length
  }

  /** The number of a text, which is taken in where it is new. */
  text(text: string): number {
    const searchable = searchableText(text)
    const known = this.#numbers.get(searchable)
    if (known !== undefined) return known
    const copy = copyOf(searchable)
    const number = this.#texts.push(copy) - 1
    this.#numbers.set(copy, number)
    return number
  }

  /** The number of the set of an object's labels or annotations. */
  set(map: Readonly<Record<string, string>> | undefined): number {
    if (!map) return 0
    let number = this.#setNumbers.get(map)
    if (number === undefined) {
      number = this.#sets.push([...new Set(Array.from(textsOf(map), (text) => this.text(text)))]) - 1
      this.#setNumbers.set(map, number)
    }
    return number
  }

  /** Does most of what `matches` has to do, giving way meanwhile. */
  async prepare(word: SearchWord, slice: TimeSlice): Promise<void> {
    const { texts, sets } = this.#columnsOf(word)
    const match = this.#textMatcher(word)
    while (texts.extend(this.#texts.length, batch, match)) await slice.giveWay()
    while (sets.extend(this.#sets.length, batch, this.#setMatcher(texts))) await slice.giveWay()
  }

  /** Good until the next text or set comes. */
  matches(word: SearchWord): Matches {
    const { texts, sets } = this.#columnsOf(word)
    texts.extend(this.#texts.length, Number.POSITIVE_INFINITY, this.#textMatcher(word))
    sets.extend(this.#sets.length, Number.POSITIVE_INFINITY, this.#setMatcher(texts))
    return { texts: texts.values, sets: sets.values }
  }

  #columnsOf(word: SearchWord): { readonly texts: Column; readonly sets: Column } {
    let columns = this.#asked.get(word.text)
    if (columns === undefined) {
      columns = { texts: new Column(), sets: new Column() }
      this.#asked.set(word.text, columns)
    }
    return columns
  }

  #textMatcher(word: SearchWord): (number: number) => number {
    const texts = this.#texts
    return (number) => matchText(word, texts[number] as string)
  }

  /** A set is younger than its texts, so that theirs are known when it is its turn. */
  #setMatcher(texts: Column): (number: number) => number {
    const sets = this.#sets
    return (number) => {
      let best: number = quality.none
      for (const text of sets[number] as readonly number[]) best = Math.min(best, texts.values[text] as number)
      return best
    }
  }
}

/** One small number for each of a growing row of things, worked out as far as is needed. */
class Column {
  values = new Uint8Array(0)
  #length = 0

  /** Works out some more, up to an end; whether there is more to do. */
  extend(end: number, some: number, valueOf: (number: number) => number): boolean {
    if (this.values.length < end) {
      const larger = new Uint8Array(end + (end >> 3))
      larger.set(this.values)
      this.values = larger
    }
    const to = Math.min(end, this.#length + some)
    for (; this.#length < to; this.#length += 1) this.values[this.#length] = valueOf(this.#length)
    return this.#length < end
  }
}

/** A copy lies beside the other copies in memory, not with its object: texts that lie together are searched four times as fast. */
function copyOf(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1')
  return copy === text ? copy : text
}
