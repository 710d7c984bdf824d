import { WatchqlError } from '../base/errors.ts'
import type { Json } from './json.ts'
import type { KubeObject } from './object.ts'

/** One word of a search, and how many typos it may have. */
export interface SearchWord {
  /** In lower case. */
  readonly text: string
  readonly typos: number
}

const maxSearchLength = 256
const maxSearchWords = 10
/** Of each name, key and value, what stands behind is not searched: some annotations hold whole documents. */
const maxTextLength = 256
/** Words from these lengths on may have one and two typos; shorter ones would be found everywhere. */
const typoLengths = [5, 9]

/** How well a text matches a word, best first. */
export const quality = { whole: 0, beginning: 1, part: 2, inside: 3, typo: 4, none: 5 } as const

/** Where a text was found, best first. */
export const place = { name: 0, namespace: 1, label: 2, annotation: 3 } as const
const places = 4

/** Ranks from here on are none: the word was not found. */
export const noRank = quality.none * places

/**
 * The words of a search, all of which must be found. A blank search has none and holds for
 * everything. Throws INVALID_ARGUMENT for one of more than 256 characters or 10 words.
 */
export function parseSearch(text: string): readonly SearchWord[] {
  if (text.length > maxSearchLength) throw new WatchqlError('INVALID_ARGUMENT', `\`search\` may have ${maxSearchLength} characters; it has ${text.length}.`)
  const words = [...new Set(text.toLowerCase().split(/\s+/u))].filter((word) => word !== '')
  if (words.length > maxSearchWords) throw new WatchqlError('INVALID_ARGUMENT', `\`search\` may have ${maxSearchWords} words; it has ${words.length}.`)
  return words.map((word) => ({ text: word, typos: typoLengths.filter((length) => word.length >= length).length }))
}

/** What of a text is searched, in the case of the words. */
export function searchableText(text: string): string {
  return (text.length > maxTextLength ? text.slice(0, maxTextLength) : text).toLowerCase()
}

/** How well a searchable text matches a word: a `quality`. */
export function matchText({ text: word, typos }: SearchWord, text: string): number {
  const at = text.indexOf(word)
  if (at === 0) return text.length === word.length ? quality.whole : quality.beginning
  if (at > 0) return beginsAPart(word, text, at) ? quality.part : quality.inside
  return typos > 0 && beginsAPartLike(word, text, typos) ? quality.typo : quality.none
}

/** The rank of a word: first by how well it matched, then by where; the least is the best. */
export function rankOf(matched: number, where: number): number {
  return matched * places + where
}

/**
 * How well an object matches a search: the sum of its words' best ranks, the least being the
 * best; undefined where a word is not found. The one meaning of `search`: an index must agree
 * with it. Takes any value, since predicates may meet objects of any shape.
 */
export function searchRank(words: readonly SearchWord[], object: Json | KubeObject | undefined): number | undefined {
  const metadata = memberOf(object, 'metadata')
  let sum = 0
  for (const word of words) {
    let best = noRank
    const look = (text: unknown, where: number) => {
      if (typeof text === 'string') best = Math.min(best, rankOf(matchText(word, searchableText(text)), where))
    }
    look(memberOf(metadata, 'name'), place.name)
    look(memberOf(metadata, 'namespace'), place.namespace)
    for (const text of textsOf(memberOf(metadata, 'labels'))) look(text, place.label)
    for (const text of textsOf(memberOf(metadata, 'annotations'))) look(text, place.annotation)
    if (best >= noRank) return undefined
    sum += best
  }
  return sum
}

/** The keys and values of labels or annotations. */
export function* textsOf(map: unknown): Iterable<string> {
  if (typeof map !== 'object' || map === null) return
  for (const [key, value] of Object.entries(map)) {
    yield key
    if (typeof value === 'string') yield value
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

/** Whether one of the places of the word, of which `at` is the first, begins a part: what separators keep apart. */
function beginsAPart(word: string, text: string, at: number): boolean {
  for (let from = at; from !== -1; from = text.indexOf(word, from + 1)) if (isSeparator(text.charCodeAt(from - 1))) return true
  return false
}

/** Whether a part begins with the word but for typos. Nobody mistypes the first letter, or else everything is like everything. */
function beginsAPartLike(word: string, text: string, typos: number): boolean {
  const first = word[0] as string
  for (let at = text.indexOf(first); at !== -1; at = text.indexOf(first, at + 1))
    if ((at === 0 || isSeparator(text.charCodeAt(at - 1))) && beginsLike(word, 1, text, at + 1, typos)) return true
  return false
}

/** Whether the text goes on with the rest of the word but for typos: a letter wrong, missing, or too many, or two swapped. */
function beginsLike(word: string, from: number, text: string, at: number, typos: number): boolean {
  while (from < word.length && word.charCodeAt(from) === text.charCodeAt(at)) {
    from += 1
    at += 1
  }
  if (word.length - from <= typos) return true
  if (typos === 0) return false
  return (
    (at < text.length && (beginsLike(word, from + 1, text, at + 1, typos - 1) || beginsLike(word, from, text, at + 1, typos - 1))) ||
    beginsLike(word, from + 1, text, at, typos - 1) ||
    (word.charCodeAt(from) === text.charCodeAt(at + 1) && word.charCodeAt(from + 1) === text.charCodeAt(at) && beginsLike(word, from + 2, text, at + 2, typos - 1))
  )
}

/** All but letters and digits. What is not ASCII counts as a letter. */
function isSeparator(code: number): boolean {
  return code < 128 && !((code >= 97 && code <= 122) || (code >= 48 && code <= 57))
}
