import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { exceeds } from '../../../src/graphql/limits.ts'

const limits = { maxDepth: 5, maxCost: 1000, maxAliases: 3, defaultPageSize: 100 }
const code = (query: string, variables = {}) => exceeds(parse(query), undefined, variables, limits)?.extensions['code']

describe('the limits of an operation', () => {
  it.each([
    ['{ objects { nodes { metadata { name } } } }', undefined],
    ['{ a { b { c { d { e } } } } }', undefined],
    ['{ a { b { c { d { e { f } } } } } }', 'QUERY_TOO_DEEP'],
    ['{ ...F } fragment F on Query { a { b { c { d { ...G } } } } } fragment G on Query { e { f } }', 'QUERY_TOO_DEEP'],
    ['{ a { ... on X { b { ... on Y { c { d { e { f } } } } } } } }', 'QUERY_TOO_DEEP'],
    ['{ w: a x: a y: a z: a }', 'QUERY_TOO_COMPLEX'],
    ['{ objects(first: 500) { nodes { id kind } } }', 'QUERY_TOO_COMPLEX'],
    ['{ objects(first: 10) { nodes { id kind } } }', undefined],
    ['{ objects(last: 2000) { totalCount } }', 'QUERY_TOO_COMPLEX'],
    ['{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }', undefined],
  ])('%s: %s', (query, expected) => {
    expect(code(query)).toBe(expected)
  })

  it('count a page size given by a variable as what it is', () => {
    const query = 'query ($first: Int) { objects(first: $first) { nodes { id } } }'
    expect(code(query, { first: 10 })).toBeUndefined()
    expect(code(query, { first: 5000 })).toBe('QUERY_TOO_COMPLEX')
  })

  it('give up early on fragments that multiply', () => {
    const fragments = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')
    const startedAt = performance.now()
    expect(code(`{ ...F0 } ${fragments} fragment F30 on Query { a }`)).toBe('QUERY_TOO_COMPLEX')
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
