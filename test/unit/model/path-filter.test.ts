import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import type { Json } from '../../../src/model/json.ts'
import { compilePathFilter, type PathFilterInput } from '../../../src/model/path-filter.ts'

const limits = { maxTerms: 50, maxDepth: 5 }
const holds = (filter: PathFilterInput, object: Json) => compilePredicate(compilePathFilter(filter, limits))(object)

describe('the filter of a path', () => {
  it.each<[PathFilterInput, Json, boolean]>([
    [{ path: 'a', eq: { x: [1] } }, { a: { x: [1] } }, true],
    [{ path: 'a', eq: null }, {}, true],
    [{ path: 'a', ne: 3 }, {}, true],
    [{ path: 'a', in: [1, { b: 2 }, null] }, { a: { b: 2 } }, true],
    [{ path: 'a', notIn: [1] }, {}, true],
    [{ path: 'a', gt: 3 }, { a: '4' }, true],
    [{ path: 'a', gt: 3 }, { a: 'x' }, false],
    [{ path: 'a', gte: '2024-01-01T00:00:00Z' }, { a: '2024-01-02T00:00:00Z' }, true],
    [{ path: 'a', lt: '1Gi' }, { a: '900Mi' }, true],
    [{ path: 'a', lte: 'b' }, { a: 'b' }, true],
    [{ path: 'a', contains: 'b' }, { a: ['a', 'b'] }, true],
    [{ path: 'a', contains: 'b' }, { a: 'abc' }, true],
    [{ path: 'a', icontains: 'B' }, { a: 'abc' }, true],
    [{ path: 'a', startsWith: 'a', endsWith: 'c' }, { a: 'abc' }, true],
    [{ path: 'a', matches: '^a.c$' }, { a: 'abc' }, true],
    [{ path: 'a', exists: false }, { a: null }, true],
    [{ path: 'a', some: { gt: 2 } }, { a: [1, 3] }, true],
    [{ path: 'a', every: { path: 'x', exists: true } }, { a: [] }, true],
    [{ path: 'a', every: { path: 'x', exists: true } }, { a: [{ x: 1 }, {}] }, false],
    [{ path: 'a', none: { eq: 1 } }, { a: 'no list' }, true],
    [{ path: 'a', some: { eq: 1 } }, { a: null }, false],
    [{ not: { path: 'a', eq: 1 } }, {}, true],
    [{ or: [{ path: 'a', eq: 1 }, { path: 'b', eq: 2 }] }, { b: 2 }, true],
    [{ or: [] }, {}, false],
    [{}, {}, true],
  ])('%j over %j gives %j', (filter, object, expected) => {
    expect(holds(filter, object)).toBe(expected)
  })

  it.each<[PathFilterInput, string, string]>([
    [{ path: 'a' }, 'INVALID_FILTER', 'where'],
    [{ and: [{ path: 'a', eq: 1 }, { path: 'b', matches: '(' }] }, 'INVALID_FILTER', 'where.and[1].matches'],
    [{ path: 'a', some: { path: 'b..c', eq: 1 } }, 'INVALID_PATH', 'where.some'],
    [{ path: 'a', gt: { x: 1 } }, 'INVALID_FILTER', 'where.gt'],
    [{ not: { not: { not: { not: { not: { path: 'a', eq: 1 } } } } } }, 'INVALID_FILTER', 'where.not.not.not.not.not'],
    [{ or: Array.from({ length: 60 }, (_, i) => ({ path: 'a', eq: i })) }, 'INVALID_FILTER', 'where'],
    [{ path: 'a', in: Array.from({ length: 2000 }, (_, i) => i) }, 'INVALID_FILTER', 'where.in'],
  ])('%j is refused with %s at %s', (filter, code, where) => {
    expect(() => compilePathFilter(filter, limits)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ where }) as object }))
  })

  it('answers at once where a backtracking engine would hang', () => {
    const startedAt = performance.now()
    expect(holds({ path: 'a', matches: '^(a+)+$' }, { a: `${'a'.repeat(5000)}!` })).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('never throws, whatever the object is', () => {
    const filter: PathFilterInput = { or: [{ path: 'a.b[0]', some: { path: 'c', gt: '1Gi' } }, { path: 'a', in: [{ x: 1 }, 'y'] }, { path: 'b', icontains: 'x', not: { path: 'a[-1].d', lte: 5 } }, { path: 'a', every: { contains: 'z' } }] }
    const test = compilePredicate(compilePathFilter(filter, limits))
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'x')
    const { tree } = fc.letrec((tie) => ({ tree: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, true, 1, '2Gi', 'x'), fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(keys, tie('tree'), { maxKeys: 3 })) }))
    fc.assert(fc.property(tree, (object) => { expect(typeof test(object as Json)).toBe('boolean') }))
  })
})
