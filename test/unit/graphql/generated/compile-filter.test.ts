import { describe, expect, it } from 'vitest'
import { FilterCompiler, type TypedFilter } from '../../../../src/graphql/generated/compile-filter.ts'
import type { ObjectDescription } from '../../../../src/graphql/generated/description.ts'
import { compilePredicate } from '../../../../src/model/compile-predicate.ts'
import { compilePathFilter } from '../../../../src/model/path-filter.ts'

const limits = { maxTerms: 20, maxDepth: 4 }
const field = (key: string, of: string, lists?: number) => ({ key, name: key, type: { of, ...(lists === undefined ? {} : { lists }) } })
const root: ObjectDescription = { name: 'LabV1Gizmo', fields: [field('spec', 'LabV1GizmoSpec')], open: true }
const types = new Map<string, ObjectDescription>([
  ['LabV1GizmoSpec', { name: 'LabV1GizmoSpec', fields: [field('size', 'Int'), field('limit', 'Quantity'), field('parts', 'LabV1GizmoSpecParts', 1), field('tags', 'String', 1), field('map', 'StringMap'), field('any', 'JSON'), field('not', 'String'), { key: 'a-b', name: 'a_b', type: { of: 'String' } }] }],
  ['LabV1GizmoSpecParts', { name: 'LabV1GizmoSpecParts', fields: [field('name', 'String'), field('weight', 'Quantity')] }],
  ['MetaV1ObjectMeta', { name: 'MetaV1ObjectMeta', fields: [field('labels', 'StringMap'), field('name', 'String')] }],
])
const compile = (filter: TypedFilter, more = {}) => new FilterCompiler(root, types).compile(filter, { ...limits, ...more })

describe('a typed filter', () => {
  it.each<[TypedFilter, object]>([
    [{ spec: { size: { gt: 2, lte: 5 } } }, { path: 'spec.size', gt: 2, lte: 5 }],
    [{ spec: { size: { gt: 2 }, a_b: { eq: 'x' } } }, { and: [{ path: 'spec.size', gt: 2 }, { path: "spec['a-b']", eq: 'x' }] }],
    [{ spec: { not_: { ne: 'x' }, not: { size: { eq: 1 } } } }, { and: [{ path: 'spec.not', ne: 'x' }, { not: { path: 'spec.size', eq: 1 } }] }],
    [{ or: [{ spec: { size: { eq: 1 } } }, { metadata: { name: { startsWith: 'a' } } }] }, { or: [{ path: 'spec.size', eq: 1 }, { path: 'metadata.name', startsWith: 'a' }] }],
    [{ spec: { parts: { some: { name: { eq: 'x' }, or: [{ name: { eq: 'a' } }, { name: { eq: 'b' } }] } } } }, { path: 'spec.parts', some: { and: [{ path: 'name', eq: 'x' }, { or: [{ path: 'name', eq: 'a' }, { path: 'name', eq: 'b' }] }] } }],
    [{ spec: { tags: { contains: 'x', none: { startsWith: 'y' } } } }, { path: 'spec.tags', contains: 'x', none: { startsWith: 'y' } }],
    [{ spec: { map: { key: 'a.b/c', in: ['x', 'y'] } } }, { path: "spec.map['a.b/c']", in: ['x', 'y'] }],
    [{ spec: { any: { path: 'deep[0]', eq: 1, or: [{ path: 'x', exists: true }] } } }, { and: [{ path: 'spec.any.deep[0]', eq: 1 }, { or: [{ path: 'spec.any.x', exists: true }] }] }],
    [{ _rest: { path: 'data', eq: 1 } }, { path: 'data', eq: 1 }],
    [{ spec: { exists: false } }, { path: 'spec', exists: false }],
    [{ spec: null, and: [] }, {}],
  ])('%j is a filter by paths', (typed, generic) => expect(compile(typed)).toEqual(compilePathFilter(generic, limits)))

  it.each<[TypedFilter, boolean]>([
    [{ eq: '1024Mi' }, true], [{ eq: '1Gi' }, true], [{ eq: 1 }, false], [{ ne: '1024Mi' }, false], [{ in: ['1', '1Gi'] }, true], [{ notIn: ['1', '1048576Ki'] }, false], [{ eq: null }, false], [{ ne: null }, true], [{ gt: '1G', lt: '2Gi' }, true],
  ])('%j of an amount of 1Gi: %s', (operators, holds) => {
    expect(compilePredicate(compile({ spec: { limit: operators } }))({ spec: { limit: '1Gi' } })).toBe(holds)
  })

  it('of a missing amount holds for what is not equal, as everywhere', () => {
    const holds = (operators: TypedFilter) => compilePredicate(compile({ spec: { limit: operators } }))({})
    expect([holds({ eq: '1' }), holds({ ne: '1' }), holds({ notIn: ['1'] }), holds({ eq: null }), holds({ exists: false })]).toEqual([false, true, true, true, true])
  })

  it('is limited in its terms and its depth, but not by how deep its fields lie', () => {
    expect(() => compile({ spec: { size: { in: [1], ne: 2, gt: 3 } } }, { maxTerms: 2 })).toThrow('more than 2 terms')
    expect(() => compile({ not: { not: { not: { not: { spec: {} } } } } })).toThrow('nested too deeply')
    expect(() => compile({ spec: { parts: { some: { name: { eq: 'x' } } } } }, { maxDepth: 1 })).toThrow('nested too deeply')
    expect(() => compile({ spec: { size: { eq: 1 } } }, { maxDepth: 1 })).not.toThrow()
    expect(() => compile({ spec: { parts: { some: { name: { matches: '(' } } } } })).toThrow('where.spec.parts.some.name.matches')
  })
})
