import { buildSchema, getIntrospectionQuery, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { exceeds } from '../../../src/graphql/limits.ts'

const limits = { maxDepth: 5, maxCost: 1000, maxAliases: 3, defaultPageSize: 100 }
const schema = buildSchema('type Query { objects(first: Int, last: Int): JSON pods(first: Int, last: Int): JSON } scalar JSON')
const code = (query: string, variables = {}) => exceeds(parse(query), undefined, variables, limits, schema)?.extensions['code']

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
    ['{ pods(first: 500) { nodes { id kind } } }', 'QUERY_TOO_COMPLEX'],
    ['{ pods { nodes { id kind } } }', undefined],
    ['{ objects(last: 2000) { totalCount } }', 'QUERY_TOO_COMPLEX'],
    ['{ a(first: 10) { b { nodes { c } } } }', undefined],
    ['{ a { b(first: 2000) { nodes { c } } } }', 'QUERY_TOO_COMPLEX'],
    ['{ a { nodes { c d { edges { e } } } } }', undefined],
    ['{ objects { nodes { b { nodes { c } } } } }', 'QUERY_TOO_COMPLEX'],
    ['{ objects { nodes { ...F } } } fragment F on X { b { ... on Y { edges { c } } } }', 'QUERY_TOO_COMPLEX'],
    ['{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }', undefined],
  ])('%s: %s', (query, expected) => {
    expect(code(query)).toBe(expected)
  })

  it('count a page size given by a variable as what it is', () => {
    const query = 'query ($first: Int) { objects(first: $first) { nodes { id } } }'
    expect(code(query, { first: 10 })).toBeUndefined()
    expect(code(query, { first: 5000 })).toBe('QUERY_TOO_COMPLEX')
  })

  it('count a page size that is the default of a variable as what it is', () => {
    const query = 'query ($first: Int = 5000) { objects(first: $first) { nodes { id } } }'
    expect(code(query)).toBe('QUERY_TOO_COMPLEX')
    expect(code(query, { first: 10 })).toBeUndefined()
  })

  it('weigh whole objects as more than a field', () => {
    expect(code('{ objects(first: 100) { nodes { id } } }')).toBeUndefined()
    expect(code('{ objects(first: 100) { nodes { raw } } }')).toBe('QUERY_TOO_COMPLEX')
  })

  it.each([
    ['fields', '{ ...F0 }', 'a'],
    ['nothing but __typename', '{ ...F0 }', '__typename'],
    ['pages of no rows', '{ objects(first: 0) { ...F0 } }', 'a'],
    ['the schema', '{ __schema { ...F0 } }', 'types { name }'],
  ])('give up early on fragments that multiply %s', (_, operation, leaf) => {
    const fragments = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')
    const startedAt = performance.now()
    expect(code(`${operation} ${fragments} fragment F60 on Query { ${leaf} }`)).toBe('QUERY_TOO_COMPLEX')
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('let GraphiQL read the schema, but not many times in one operation', () => {
    expect(exceeds(parse(getIntrospectionQuery()), undefined, {}, limits, schema)).toBeUndefined()
    expect(code(`{ __schema { ${'abcd'.split('').map((alias) => `${alias}: types { name }`).join(' ')} } }`)).toBe('QUERY_TOO_COMPLEX')
  })

  it('refuse variables that are nested without end', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(code('query ($v: JSON) { a(b: $v) }', { v: nested(100) })).toBeUndefined()
    expect(code('query ($v: JSON) { a(b: $v) }', { v: nested(50_000) })).toBe('QUERY_TOO_DEEP')
  })
})
