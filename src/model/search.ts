import { WatchqlError } from '../base/errors.ts'
import type { KubeObject } from './object.ts'

/**
 * Fuzzy search over names, namespaces, labels and annotations. Whether an object is found, and
 * how well, depends on nothing but the object and the words: an index may find it faster, a
 * page's cursor may hold its rank, and a subscription may ask of one object alone.
 */

const maxWords = 8
const maxWordLength = 64
/** Of a text, so much is searched. */
const maxTermLength = 256

/** Where a word was found, the best last. */
export const searchFields = ['annotation', 'label', 'namespace', 'name'] as const
export type SearchField = (typeof searchFields)[number]

/** How well: 4 the whole text, 3 the beginning of a part of it, 2 within it, 1 with typing errors; 0 not at all. */
export type Quality = 0 | 1 | 2 | 3 | 4

/** The words of a search, in lower case; all must be found. Throws INVALID_ARGUMENT where they are too many or too long. */
export function searchWords(text: string): readonly string[] {
  const words = [...new Set(text.toLowerCase().split(/\s+/).filter((word) => word !== ''))]
  if (words.length > maxWords) throw new WatchqlError('INVALID_ARGUMENT', `\`search\` may have ${maxWords} words; it has ${words.length}.`)
  const long = words.find((word) => word.length > maxWordLength)
  if (long !== undefined) throw new WatchqlError('INVALID_ARGUMENT', `A word of \`search\` may have ${maxWordLength} characters; one has ${long.length}.`)
  return words
}

/** The texts of an object that are searched, in lower case. One text may come more than once. */
export function* searchTerms({ metadata }: KubeObject): Generator<readonly [SearchField, string]> {
  yield ['name', term(metadata.name)]
  if (metadata.namespace !== undefined) yield ['namespace', term(metadata.namespace)]
  for (const [field, texts] of [['label', metadata.labels], ['annotation', metadata.annotations]] as const)
    for (const key in texts) {
      yield [field, term(key)]
      yield [field, term(String(texts[key]))]
    }
}

const separator = /[^\p{L}\p{N}]+/u

/** Higher is better; 0 where not every word is found. The quality counts first, then where it was found. */
export function searchScore(object: KubeObject, words: readonly string[]): number {
  let total = 0
  for (const word of words) {
    let best = 0
    for (const [field, text] of searchTerms(object)) best = Math.max(best, wordScore(field, quality(text, word)))
    if (best === 0) return 0
    total += best
  }
  return total
}

export function wordScore(field: SearchField, quality: Quality): number {
  return quality === 0 ? 0 : quality * searchFields.length + searchFields.indexOf(field)
}

export function quality(text: string, word: string): Quality {
  const direct = directQuality(text, word)
  if (direct > 0) return direct
  return typosAllowed(word) > 0 && partsOf(text).some((part) => resembles(part, word)) ? 1 : 0
}

/** Without typing errors. */
export function directQuality(text: string, word: string): Quality {
  let at = text.indexOf(word)
  if (at === -1) return 0
  if (text.length === word.length) return 4
  for (; at !== -1; at = text.indexOf(word, at + 1)) if (at === 0 || !isWordCharacter(text.charCodeAt(at - 1))) return 3
  // Of one or two letters, nearly every text has some.
  return word.length > 2 ? 2 : 0
}

/** What separators leave of a text: `orders-7f`, `app.kubernetes.io/name`. */
export function partsOf(text: string): readonly string[] {
  return text.split(separator).filter((part) => part !== '')
}

/** None in short words, nor in those that are of several parts. */
export function typosAllowed(word: string): 0 | 1 | 2 {
  return word.length < 4 || separator.test(word) ? 0 : word.length < 8 ? 1 : 2
}

/**
 * Whether a part, or its beginning, is the word but for a few letters that are wrong, missing,
 * too many or swapped. The first letter is right, or swapped with the second.
 */
export function resembles(part: string, word: string): boolean {
  const typos = typosAllowed(word)
  if (part.length < word.length - typos || (part[0] !== word[0] && part[0] !== word[1])) return false
  return isWithin(part, word, typos) || (part.length > word.length && isWithin(part.slice(0, word.length), word, typos)) || (part.length > word.length + 1 && isWithin(part.slice(0, word.length + 1), word, typos))
}

/** Optimal string alignment distance, at most `limit`. */
function isWithin(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] as number) + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > limit) return false
    beforeLast = last
    last = row
  }
  return (last[b.length] as number) <= limit
}

function term(text: string): string {
  return (text.length > maxTermLength ? text.slice(0, maxTermLength) : text).toLowerCase()
}

function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127
}
