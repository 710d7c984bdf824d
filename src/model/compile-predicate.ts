import { isDeepStrictEqual } from 'node:util'
import { RE2JS } from 're2js'
import type { Json } from './json.ts'
import { readPath } from './path.ts'
import type { Path, Predicate, ValueTest } from './predicate.ts'
import { compareQuantities, parseQuantity } from './quantity.ts'

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
    case 'and': {
      const tests = predicate.terms.map(compilePredicate)
      return (value) => tests.every((test) => test(value))
    }
    case 'or': {
      const tests = predicate.terms.map(compilePredicate)
      return (value) => tests.some((test) => test(value))
    }
    case 'not': {
      const test = compilePredicate(predicate.term)
      return (value) => !test(value)
    }
    case 'value':
      return at(predicate.path, compileTest(predicate.is))
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
    case 'integerAbove':
      return (value) => isInteger(value) && BigInt(value) > BigInt(is.bound)
    case 'integerBelow':
      return (value) => isInteger(value) && BigInt(value) < BigInt(is.bound)
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
      return (value) => typeof value === 'string' && pattern.matcher(value).find()
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
    typeof value === 'object' && value !== null ? structures.some((wanted) => isDeepStrictEqual(wanted, value)) : scalars.has(value)
}

function compileOrder(bound: Json, holds: (order: number) => boolean): Test {
  if (typeof bound === 'number') {
    return (value) => {
      if (typeof value === 'number') return holds(value - bound)
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

function isInteger(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value)
}

/** As Go prints it: what the API server compares field selectors with. */
function asText(value: Json | undefined, absent: string): string | undefined {
  if (value === undefined || value === null) return absent
  return typeof value === 'object' ? undefined : String(value)
}
