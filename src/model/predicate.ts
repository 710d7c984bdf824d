import type { Json } from './json.ts'

/** A singular query of RFC 9535 without its leading `$.`: member names and array indexes, in order. */
export type Path = readonly (string | number)[]

/** What is asked of one value. A missing value and `null` are the same. */
export type ValueTest =
  | { readonly test: 'in'; readonly values: readonly Json[] } // deep equality; `eq` is `in` with one value
  | { readonly test: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: Json }
  | { readonly test: 'contains' | 'startsWith' | 'endsWith' | 'icontains'; readonly value: string }
  | { readonly test: 'matches'; readonly pattern: string }
  | { readonly test: 'exists' }

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
  /** Over the elements of the list at a path; a missing list is an empty one. */
  | { readonly op: 'some' | 'every' | 'none'; readonly path: Path; readonly term: Predicate }
  /** A requirement of a field selector whose value needs the server's own reading (see field-selector.ts). */
  | { readonly op: 'field'; readonly field: string; readonly value: string }

export const everything: Predicate = { op: 'constant', value: true }
