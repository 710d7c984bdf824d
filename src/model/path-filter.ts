import { RE2JS } from 're2js'
import { WatchqlError } from '../base/errors.ts'
import type { Json } from './json.ts'
import { parsePath } from './path.ts'
import { and, not, or, predicateSize, value, type Path, type Predicate, type ValueTest } from './predicate.ts'

/** Operators on one value, all of which must hold. */
export interface ValueOperators {
  readonly eq?: Json
  readonly ne?: Json
  readonly in?: readonly Json[] | null
  readonly notIn?: readonly Json[] | null
  readonly gt?: Json
  readonly gte?: Json
  readonly lt?: Json
  readonly lte?: Json
  readonly contains?: string | null
  readonly startsWith?: string | null
  readonly endsWith?: string | null
  readonly icontains?: string | null
  readonly matches?: string | null
  readonly exists?: boolean | null
}

/** The GraphQL input of the same name: operators on the value at a path, all of which must hold. */
export interface PathFilterInput extends ValueOperators {
  readonly path?: string | null
  /** The quantifiers are then over what the relation leads to. */
  readonly relation?: string | null
  readonly some?: PathFilterInput | null
  readonly every?: PathFilterInput | null
  readonly none?: PathFilterInput | null
  readonly and?: readonly PathFilterInput[] | null
  readonly or?: readonly PathFilterInput[] | null
  readonly not?: PathFilterInput | null
}

export interface FilterLimits {
  /** Operators and combinators in one filter. */
  readonly maxTerms: number
  /** Filters inside filters. */
  readonly maxDepth: number
}

const maxListedValues = 1000
const maxPatternLength = 512

/**
 * Compiles a filter to a predicate. Inside `some`, `every` and `none` paths begin at the list
 * element, and no path means the element itself. Throws INVALID_FILTER or INVALID_PATH, naming
 * where in the filter.
 */
export function compilePathFilter(input: PathFilterInput, limits: FilterLimits, where = 'where'): Predicate {
  return ofLimitedSize(compileFrom(input, [], where, limits.maxDepth), limits, where)
}

/** Throws INVALID_FILTER for a predicate that would take too long. */
export function ofLimitedSize(predicate: Predicate, limits: FilterLimits, where = 'where'): Predicate {
  if (predicateSize(predicate) > limits.maxTerms) throw invalidFilter(where, `it has more than ${limits.maxTerms} terms`)
  return predicate
}

/** The same with paths that begin at another one, or at an element of a list rather than at the object. */
export function compileFrom(input: PathFilterInput, base: Path, where: string, depth: number, atObject = true): Predicate {
  if (depth <= 0) throw invalidFilter(where, 'filters are nested too deeply')
  const path = input.path === undefined || input.path === null ? base : [...base, ...pathAt(input.path, where)]
  const terms = compileOperators(input, path, where)
  if (isGiven(input.relation)) {
    if (isGiven(input.path) || path.length > 0 || terms.length > 0) throw invalidFilter(where, '`relation` goes with `some`, `every` or `none`, and not with a path or other operators')
    if (!atObject) throw invalidFilter(where, 'only whole objects have relations')
  }
  for (const op of ['some', 'every', 'none'] as const) {
    const inner = input[op]
    if (!isGiven(inner)) continue
    if (isGiven(input.relation)) terms.push({ op: 'related', relation: input.relation, quantifier: op, term: compileFrom(inner, [], `${where}.${op}`, depth - 1) })
    else terms.push({ op, path, term: compileFrom(inner, [], `${where}.${op}`, depth - 1, false) })
  }
  if (isGiven(input.relation) && terms.length === 0) throw invalidFilter(where, `the relation ${JSON.stringify(input.relation)} has no quantifier; try { relation: ${JSON.stringify(input.relation)}, some: {} }`)

  if (input.path && path.length > 0 && terms.length === 0) throw invalidFilter(where, `${JSON.stringify(input.path)} has no operator; try { path: ${JSON.stringify(input.path)}, exists: true }`)
  // Combinators hold whole filters with paths of their own.
  const all = (inputs: readonly PathFilterInput[], name: string) => inputs.map((inner, i) => compileFrom(inner, base, `${where}.${name}[${i}]`, depth - 1, atObject))
  if (isGiven(input.and)) terms.push(and(all(input.and, 'and')))
  if (isGiven(input.or)) terms.push(or(all(input.or, 'or')))
  if (isGiven(input.not)) terms.push(not(compileFrom(input.not, base, `${where}.not`, depth - 1, atObject)))
  return and(terms)
}

/** What the operators ask of the value at a path; those that hold filters of their own are left out. */
export function compileOperators(input: ValueOperators, path: Path, where: string): Predicate[] {
  const terms: Predicate[] = []
  const test = (is: ValueTest) => terms.push(value(path, is))

  if (input.eq !== undefined) test({ test: 'in', values: [input.eq] })
  if (input.ne !== undefined) terms.push(not(value(path, { test: 'in', values: [input.ne] })))
  if (isGiven(input.in)) test({ test: 'in', values: listed(input.in, `${where}.in`) })
  if (isGiven(input.notIn)) terms.push(not(value(path, { test: 'in', values: listed(input.notIn, `${where}.notIn`) })))
  for (const order of ['gt', 'gte', 'lt', 'lte'] as const) {
    const bound = input[order]
    if (bound === undefined || bound === null) continue
    if (typeof bound !== 'number' && typeof bound !== 'string') throw invalidFilter(`${where}.${order}`, 'only numbers and text have an order')
    test({ test: order, value: bound })
  }
  for (const text of ['contains', 'startsWith', 'endsWith', 'icontains'] as const) {
    const wanted = input[text]
    if (isGiven(wanted)) test({ test: text, value: wanted })
  }
  if (isGiven(input.matches)) test({ test: 'matches', pattern: pattern(input.matches, `${where}.matches`) })
  if (isGiven(input.exists)) terms.push(input.exists ? value(path, { test: 'exists' }) : not(value(path, { test: 'exists' })))
  return terms
}

function isGiven<T>(input: T | null | undefined): input is T {
  return input !== undefined && input !== null
}

function listed(values: readonly Json[], where: string): readonly Json[] {
  if (values.length > maxListedValues) throw invalidFilter(where, `it lists ${values.length} values; ${maxListedValues} are allowed`)
  return values
}

function pattern(text: string, where: string): string {
  if (text.length > maxPatternLength) throw invalidFilter(where, `a pattern may have ${maxPatternLength} characters`)
  try {
    RE2JS.compile(text)
    return text
  } catch (error) {
    throw invalidFilter(where, `${JSON.stringify(text)} is no regular expression of RE2's syntax (${error instanceof Error ? error.message : String(error)})`)
  }
}

function pathAt(text: string, where: string): Path {
  try {
    return parsePath(text)
  } catch (error) {
    if (error instanceof WatchqlError) throw new WatchqlError(error.code, `${where}.path: ${error.message}`, { details: { ...error.details, where } })
    throw error
  }
}

/** INVALID_FILTER, naming the place in the filter. */
export function invalidFilter(where: string, why: string): WatchqlError {
  return new WatchqlError('INVALID_FILTER', `${where} is not valid: ${why}.`, { details: { where } })
}
