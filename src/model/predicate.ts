import type { Json } from './json.ts'
import type { KubeObject } from './object.ts'
import type { SearchWord } from './search.ts'

/** A singular query of RFC 9535 without its leading `$.`: member names and array indexes, in order. */
export type Path = readonly (string | number)[]

/** What is asked of one value. A missing value and `null` are the same, and only `in` with a null holds for them. */
export type ValueTest =
  /** Deep equality with one of the values; `eq` is `in` with one value. */
  | { readonly test: 'in'; readonly values: readonly Json[] }
  /**
   * Numbers with numbers, text with text; where both are numbers or read as Kubernetes quantities,
   * by their amounts. Times as Kubernetes writes them (RFC 3339, UTC) compare right as text among
   * those of one precision. Values of different types have no order.
   */
  | { readonly test: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: Json }
  /** Text that is a decimal integer of 64 bits, compared with another (label selectors' `>` and `<`). */
  | { readonly test: 'integerAbove' | 'integerBelow'; readonly bound: string }
  /** `contains` also finds a member of a list. */
  | { readonly test: 'contains' | 'startsWith' | 'endsWith' | 'icontains'; readonly value: string }
  /** A regular expression of RE2's syntax, anywhere in the text. */
  | { readonly test: 'matches'; readonly pattern: string }
  | { readonly test: 'exists' }
  /** The value as a field selector reads it: as text, what is missing or no scalar being `absent`. */
  | { readonly test: 'text'; readonly value: string; readonly absent: string }

/**
 * The one filter language that every front door compiles to: selectors, typed and generic
 * `where`, REST filters and webhook filters. Plain data, so that a store can read it and
 * choose an index, and a compiler can turn it into one function.
 */
export type Predicate =
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'and' | 'or'; readonly terms: readonly Predicate[] }
  | { readonly op: 'not'; readonly term: Predicate }
  /** Tests the value at a path, relative to the object or to the list element inside `some`, `every`, `none`. */
  | { readonly op: 'value'; readonly path: Path; readonly is: ValueTest }
  /** All words are found in the object's metadata (see `searchRank`). Of whole objects only. */
  | { readonly op: 'search'; readonly words: readonly SearchWord[] }
  /** Over the elements of the list at a path; a missing list is an empty one. */
  | { readonly op: 'some' | 'every' | 'none'; readonly path: Path; readonly term: Predicate }
  | RelatedPredicate

/** Over the objects that a relation leads to. Of whole objects only. It can be tested once it is bound: told what the relation leads to. */
export interface RelatedPredicate {
  readonly op: 'related'
  readonly relation: string
  readonly quantifier: 'some' | 'every' | 'none'
  readonly term: Predicate
  readonly follow?: (object: KubeObject) => readonly KubeObject[]
}

export const everything: Predicate = { op: 'constant', value: true }
export const nothing: Predicate = { op: 'constant', value: false }

export function and(terms: readonly Predicate[]): Predicate {
  return join('and', terms, everything, nothing)
}

export function or(terms: readonly Predicate[]): Predicate {
  return join('or', terms, nothing, everything)
}

export function not(term: Predicate): Predicate {
  if (term.op === 'constant') return term.value ? nothing : everything
  return term.op === 'not' ? term.term : { op: 'not', term }
}

export function value(path: Path, is: ValueTest): Predicate {
  return { op: 'value', path, is }
}

/** How many nodes a predicate has: what it costs to evaluate, roughly. */
export function predicateSize(predicate: Predicate): number {
  switch (predicate.op) {
    case 'constant':
    case 'value':
      return 1
    case 'search':
      return predicate.words.length
    case 'and':
    case 'or':
      return predicate.terms.reduce((size, term) => size + predicateSize(term), 1)
    case 'not':
    case 'some':
    case 'every':
    case 'none':
    case 'related':
      return 1 + predicateSize(predicate.term)
  }
}

/** Gives every `related` in a predicate a follower of its own, those inside their terms not included. */
export function mapRelated(predicate: Predicate, map: (related: RelatedPredicate) => Predicate): Predicate {
  switch (predicate.op) {
    case 'related':
      return map(predicate)
    case 'and':
    case 'or':
      return { op: predicate.op, terms: predicate.terms.map((term) => mapRelated(term, map)) }
    case 'not':
      return { op: 'not', term: mapRelated(predicate.term, map) }
    case 'constant':
    case 'value':
    case 'search':
    case 'some':
    case 'every':
    case 'none':
      return predicate
  }
}

/** The relations that a predicate asks about directly. */
export function relatedIn(predicate: Predicate): readonly RelatedPredicate[] {
  const found: RelatedPredicate[] = []
  mapRelated(predicate, (related) => {
    found.push(related)
    return related
  })
  return found
}

function join(op: 'and' | 'or', terms: readonly Predicate[], neutral: Predicate, decisive: Predicate): Predicate {
  const flat = terms.flatMap((term) => (term.op === op ? term.terms : [term])).filter((term) => !isConstant(term, neutral))
  if (flat.some((term) => isConstant(term, decisive))) return decisive
  const [first] = flat
  if (first === undefined) return neutral
  return flat.length === 1 ? first : { op, terms: flat }
}

function isConstant(term: Predicate, constant: Predicate): boolean {
  return term.op === 'constant' && constant.op === 'constant' && term.value === constant.value
}
