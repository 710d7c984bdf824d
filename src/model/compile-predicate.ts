import { RE2JS } from 're2js'
import { equalJson } from './equal-json.ts'
import type { Json } from './json.ts'
import type { KubeObject } from './object.ts'
import { isInt64 } from './label-syntax.ts'
import { readPath } from './path.ts'
import type { Path, Predicate, RelatedPredicate, ValueTest } from './predicate.ts'
import { compareQuantities, parseQuantity } from './quantity.ts'
import { searchRank } from './search.ts'

export type Test = (value: Json | undefined) => boolean

/**
 * One function for a whole predicate. It never throws, whatever the object looks like: a value
 * of another type than the test is about does not pass it. Throws only here, for a pattern that
 * RE2 does not know; `compilePathFilter` has checked those.
 */
export function compilePredicate(predicate: Predicate): Test {
  switch (predicate.op) {
    case 'constant':
      return () => predicate.value
    case 'and':
      return allOf(predicate.terms.map(compilePredicate))
    case 'or':
      return anyOf(predicate.terms.map(compilePredicate))
    case 'not': {
      const test = compilePredicate(predicate.term)
      return (value) => !test(value)
    }
    case 'value':
      return at(predicate.path, compileTest(predicate.is))
    case 'search':
      return (value) => searchRank(predicate.words, value) !== undefined
    case 'related':
      return compileRelated(predicate)
    case 'some':
    case 'every':
    case 'none': {
      const test = compilePredicate(predicate.term)
      const { op } = predicate
      return at(predicate.path, (value) => {
        const elements: readonly Json[] = Array.isArray(value) ? value : []
        return op === 'every' ? elements.every(test) : elements.some(test) === (op === 'some')
      })
    }
  }
}

function compileRelated({ relation, quantifier, term, follow }: RelatedPredicate): Test {
  if (follow === undefined) throw new Error(`What the relation ${relation} leads to has not been told.`)
  const test = compilePredicate(term)
  return (value) => {
    const objects = follow(value as KubeObject)
    return quantifier === 'every' ? objects.every(test) : objects.some(test) === (quantifier === 'some')
  }
}

function allOf(tests: readonly Test[]): Test {
  return (value) => {
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

function anyOf(tests: readonly Test[]): Test {
  return (value) => {
    for (const test of tests) if (test(value)) return true
    return false
  }
}

function at(path: Path, test: Test): Test {
  return path.length === 0 ? test : (value) => test(readPath(value, path))
}

function compileTest(is: ValueTest): Test {
  switch (is.test) {
    case 'exists':
      return (value) => value !== undefined && value !== null
    case 'in':
      return compileIn(is.values)
    case 'gt':
      return compileOrder(is.value, (order) => order > 0)
    case 'gte':
      return compileOrder(is.value, (order) => order >= 0)
    case 'lt':
      return compileOrder(is.value, (order) => order < 0)
    case 'lte':
      return compileOrder(is.value, (order) => order <= 0)
    case 'integerAbove': {
      const bound = BigInt(is.bound)
      return (value) => isInt64(value) && BigInt(value) > bound
    }
    case 'integerBelow': {
      const bound = BigInt(is.bound)
      return (value) => isInt64(value) && BigInt(value) < bound
    }
    case 'contains':
      return (value) => (typeof value === 'string' ? value.includes(is.value) : Array.isArray(value) && value.includes(is.value))
    case 'startsWith':
      return (value) => typeof value === 'string' && value.startsWith(is.value)
    case 'endsWith':
      return (value) => typeof value === 'string' && value.endsWith(is.value)
    case 'icontains': {
      const wanted = is.value.toLowerCase()
      return (value) => typeof value === 'string' && value.toLowerCase().includes(wanted)
    }
    case 'matches': {
      const pattern = RE2JS.compile(is.pattern)
      return (value) => typeof value === 'string' && pattern.test(value)
    }
    case 'text':
      return (value) => asText(value, is.absent) === is.value
  }
}

function compileIn(values: readonly Json[]): Test {
  const [only] = values
  if (values.length === 1 && typeof only === 'string') return (value) => value === only
  const scalars = new Set<Json>(values.filter((value) => typeof value !== 'object' || value === null))
  const structures = values.filter((value) => typeof value === 'object' && value !== null)
  return (value = null) =>
    typeof value === 'object' && value !== null ? structures.some((wanted) => equalJson(wanted, value)) : scalars.has(value)
}

function compileOrder(bound: Json, holds: (order: number) => boolean): Test {
  if (typeof bound === 'number') {
    return (value) => {
      if (typeof value === 'number') return holds(compareNumbers(value, bound))
      const quantity = typeof value === 'string' ? parseQuantity(value) : undefined
      const wanted = quantity === undefined ? undefined : parseQuantity(String(bound))
      return quantity !== undefined && wanted !== undefined && holds(compareQuantities(quantity, wanted))
    }
  }
  if (typeof bound !== 'string') return () => false
  const quantityBound = parseQuantity(bound)
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return false
    if (quantityBound !== undefined) {
      const quantity = parseQuantity(String(value))
      if (quantity !== undefined) return holds(compareQuantities(quantity, quantityBound))
    }
    return typeof value === 'string' && holds(value === bound ? 0 : value < bound ? -1 : 1)
  }
}

/** Not by subtraction: a number too large for a double is read as infinite, and those have no difference. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** As Go prints it: what the API server compares field selectors with. It sees no lists and no objects. */
function asText(value: Json | undefined, absent: string): string {
  return value === undefined || typeof value === 'object' ? absent : String(value)
}
