import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import type { Json } from '../../../src/model/json.ts'
import { and, not, or, predicateSize, value, type Predicate, type ValueTest } from '../../../src/model/predicate.ts'
import { searchRank } from '../../../src/model/search.ts'
import { json, predicate, scalars, tests } from './predicates.ts'

describe('a compiled predicate', () => {
  it.each([...new Set(tests.map(({ test }) => test))])('tests with %s what a plain reading of it does, whatever the value', (name) => {
    for (const is of tests.filter(({ test }) => test === name)) {
      const compiled = compilePredicate(value([], is))
      for (const found of [...scalars, ...scalars.map((element) => [element]), ...scalars.map((member) => ({ a: member }))]) expect(compiled(found), JSON.stringify([is, found])).toBe(passes(is, found))
    }
  })

  it('says what a plain reading of the predicate says, of whatever value, and never throws', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(predicate, json, (random, object) => {
        const expected = holds(random, object)
        seen[`${expected}`] += 1
        expect(compilePredicate(random)(object)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
    // Neither answer would mean anything if it were the only one.
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(300)
  })

  it('is the same for a predicate that was put together by the builders, which leave out what says nothing', () => {
    fc.assert(
      fc.property(fc.array(predicate, { maxLength: 4 }), json, (terms, object) => {
        const each = terms.map((term) => holds(term, object))
        expect(holds(and(terms), object)).toBe(each.every(Boolean))
        expect(holds(or(terms), object)).toBe(each.some(Boolean))
        for (const [i, term] of terms.entries()) expect(holds(not(term), object)).toBe(!each[i])
        expect(predicateSize(and(terms))).toBeLessThanOrEqual(predicateSize({ op: 'and', terms }))
      }),
    )
  })

  it('compares objects by their members, in whatever order and however they were made', () => {
    const literal = Object.assign(Object.create(null) as object, { app: 'web', ports: [Object.assign(Object.create(null) as object, { port: 80 })] }) as Json
    const equal = compilePredicate(value(['a'], { test: 'in', values: [literal] }))
    expect(equal({ a: { ports: [{ port: 80 }], app: 'web' } })).toBe(true)
    expect(equal({ a: { ports: [{ port: 80 }], app: 'web', more: 1 } })).toBe(false)
    expect(equal({ a: { ports: [{ port: 80 }, null], app: 'web' } })).toBe(false)
  })

  it.each<[ValueTest['test'], Json, Json, boolean]>([
    ['gt', '900Mi', '1Gi', true],
    ['gt', '9', '10', true],
    ['gt', 'b', 'a', false],
    ['gt', 1, '1500m', true],
    ['gt', '1500m', 2, true],
    ['gt', '1Gi', 'plenty', true],
    ['gt', '1Gi', true, false],
    ['lt', '1Gi', null, false],
    ['gte', 'node-1', 'node-1', true],
    ['lt', '2024-01-02T00:00:00Z', '2024-01-01T23:59:59Z', true],
    ['gt', '9007199254740992', '9007199254740993', true],
  ])('%s %j of %j gives %j', (test, bound, found, expected) => {
    expect(compilePredicate(value([], { test, value: bound } as ValueTest))(found)).toBe(expected)
  })
})

/** What a predicate means, said as plainly as can be. */
function holds(what: Predicate, object: Json | undefined): boolean {
  switch (what.op) {
    case 'constant':
      return what.value
    case 'and':
      return what.terms.every((term) => holds(term, object))
    case 'or':
      return what.terms.some((term) => holds(term, object))
    case 'not':
      return !holds(what.term, object)
    case 'value':
      return passes(what.is, at(object, what.path))
    case 'search':
      return what.words.every((word) => searchRank([word], object) !== undefined)
    case 'some':
      return listAt(object, what.path).some((element) => holds(what.term, element))
    case 'every':
      return listAt(object, what.path).every((element) => holds(what.term, element))
    case 'none':
      return !listAt(object, what.path).some((element) => holds(what.term, element))
    case 'related':
      throw new Error('Not made here.')
  }
}

/** Missing and null are one value here. */
function at(object: Json | undefined, path: readonly (string | number)[]): Json {
  const [segment, ...rest] = path
  if (segment === undefined) return object ?? null
  if (Array.isArray(object)) {
    const list = object as readonly Json[]
    return typeof segment === 'number' ? at(list[segment < 0 ? list.length + segment : segment], rest) : null
  }
  if (typeof object !== 'object' || object === null || typeof segment === 'number') return null
  return at(new Map(Object.entries(object)).get(segment), rest)
}

function listAt(object: Json | undefined, path: readonly (string | number)[]): readonly Json[] {
  const found = at(object, path)
  return Array.isArray(found) ? found : []
}

function passes(is: ValueTest, found: Json): boolean {
  switch (is.test) {
    case 'exists':
      return found !== null
    case 'in':
      return is.values.some((wanted) => canonical(wanted) === canonical(found))
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const order = compared(found, is.value)
      return order !== undefined && { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[is.test]
    }
    case 'integerAbove':
    case 'integerBelow': {
      if (typeof found !== 'string' || !/^\d+$/.test(found)) return false
      const [x, bound] = [BigInt(found), BigInt(is.bound)]
      return is.test === 'integerAbove' ? x > bound : x < bound
    }
    case 'contains':
      return Array.isArray(found) ? found.some((element) => element === is.value) : typeof found === 'string' && found.indexOf(is.value) !== -1
    case 'startsWith':
      return typeof found === 'string' && found.slice(0, is.value.length) === is.value
    case 'endsWith':
      return typeof found === 'string' && found.slice(found.length - is.value.length) === is.value
    case 'icontains':
      return typeof found === 'string' && found.toUpperCase().includes(is.value.toUpperCase())
    case 'matches':
      return typeof found === 'string' && new RegExp(is.pattern).test(found)
    case 'text':
      return (found === null || typeof found === 'object' ? is.absent : `${found}`) === is.value
  }
}

function canonical(from: Json): string {
  if (Array.isArray(from)) return `[${from.map((element: Json) => canonical(element)).join()}]`
  if (typeof from === 'object' && from !== null) {
    const members = Object.entries(from).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member ?? null)}`)
    return `{${members.toSorted().join()}}`
  }
  return typeof from === 'number' ? String(from) : JSON.stringify(from)
}

/** The amounts of the vocabulary's texts, in thousandths. */
const thousandths: Readonly<Record<string, bigint>> = { '1': 1000n, '5': 5000n, '2': 2000n, '10': 10_000n, '1Ki': 1_024_000n, '1000m': 1000n, '1024': 1_024_000n, '9007199254740993': 9_007_199_254_740_993_000n }

function compared(found: Json, bound: Json): number | undefined {
  if (typeof found === 'number' && typeof bound === 'number') return Math.sign(found > bound ? 1 : found < bound ? -1 : 0)
  const [x, y] = [amount(found), amount(bound)]
  if (x !== undefined && y !== undefined) return x > y ? 1 : x < y ? -1 : 0
  if (typeof found !== 'string' || typeof bound !== 'string') return undefined
  return found > bound ? 1 : found < bound ? -1 : 0
}

function amount(of: Json): bigint | undefined {
  if (typeof of === 'string') return Object.hasOwn(thousandths, of) ? thousandths[of] : undefined
  return typeof of === 'number' && Number.isFinite(of) ? BigInt(of * 10) * 100n : undefined
}
