import fc from 'fast-check'
import { printSchema, validateSchema } from 'graphql'
import { builtIn } from '../../../../src/relations/built-in/built-in.ts'
import { Relations } from '../../../../src/relations/registry.ts'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../../../src/graphql/generated/build-schema.ts'
import { compose, type GroupVersionDescription } from '../../../../src/graphql/generated/compose.ts'
import type { ObjectDescription } from '../../../../src/graphql/generated/description.ts'
import { kindMatcher } from '../../../../src/graphql/generated/kind-patterns.ts'
import { kindTypeName, typePrefixes } from '../../../../src/graphql/generated/names.ts'
import { staticSchema } from '../../../../src/graphql/static/build-schema.ts'
import { apiVersionOf, type Resource } from '../../../../src/model/resource.ts'

const resource = (group: string, version: string, kind: string, preferred = true): Resource => ({ group, version, kind, plural: `${kind.toLowerCase()}s`, singular: '', shortNames: [], categories: [], namespaced: true, verbs: [], preferred })
const field = (key: string, of: string) => ({ key, name: key, type: { of } })
const options = { maxTypes: 100, takenFields: new Set(['node', 'objects']) }

/** Each kind with one nested type of its own, and the types shared by all. */
function describeAll(resources: readonly Resource[], shared: (resource: Resource) => readonly ObjectDescription[] = () => []): ReadonlyMap<string, GroupVersionDescription> {
  const prefixes = typePrefixes(resources)
  return new Map(
    [...Map.groupBy(resources, apiVersionOf)].map(([apiVersion, members]) => {
      const prefix = prefixes.get(`${members[0]?.group}/${members[0]?.version}`) ?? ''
      const named = members.map((member) => ({ member, name: kindTypeName(prefix, member.kind), more: shared(member) }))
      const kinds = named.map(({ member, name, more }) => ({ kind: member.kind, root: { name, fields: [field('spec', `${name}Spec`), ...more.map((type) => field(type.name, type.name))] } }))
      const types = named.flatMap(({ name, more }) => [{ name: `${name}Spec`, fields: [field('size', 'Int')] }, ...more])
      return [apiVersion, { prefix, reduced: { kinds, types, failures: [] } }]
    }),
  )
}

const some = [
  resource('', 'v1', 'Pod'), resource('', 'v1', 'Node'), resource('', 'v1', 'Event'), resource('events.k8s.io', 'v1', 'Event'), resource('apps', 'v1', 'Deployment'), resource('apps', 'v1beta1', 'Deployment', false),
  resource('lab.example.com', 'v1', 'Gizmo'), resource('lab-example.com', 'v1', 'Gizmo'), resource('lab.example.com', 'v1', 'GizmoSpec'),
]

describe('the composed kinds', () => {
  it('are the same whatever came first', () => {
    const expected = compose(some, describeAll(some), options)
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: some.length }), (shuffled) => {
        const composed = compose(shuffled, describeAll(shuffled), options)
        expect(composed).toEqual(expected)
      }),
    )
  })

  it('have short names where they are Kubernetes\' own and preferred, and the name is free', () => {
    const { kinds } = compose(some, describeAll(some), options)
    const short = Object.fromEntries(kinds.map(({ root, short: names }) => [root.name, names]))
    expect(short).toMatchObject({
      CoreV1Pod: { list: 'pods', object: 'pod' },
      CoreV1Node: { list: 'nodes' },
      CoreV1Event: { list: 'events', object: 'event' },
      EventsK8sIoV1Event: {},
      AppsV1Deployment: { list: 'deployments', object: 'deployment' },
      AppsV1beta1Deployment: {},
      LabExampleComV1Gizmo: {},
    })
    expect(short['CoreV1Node']).not.toHaveProperty('object')
  })

  it('lose only the one whose type name another has', () => {
    const { kinds, untyped } = compose(some, describeAll(some), options)
    expect(kinds.map(({ root }) => root.name)).toContain('LabExampleComV1Gizmo')
    expect([...untyped.keys()]).toEqual(['lab.example.com/v1/GizmoSpec'])
  })

  it('are as many as there may be types, the most important first', () => {
    const { kinds, untyped } = compose(some, describeAll(some), { ...options, maxTypes: 5 })
    expect(kinds.map(({ root }) => root.name)).toEqual(['CoreV1Event', 'CoreV1Node'])
    expect([...untyped.values()][0]).toContain('5')
  })

  it('share types that servers of different ages know differently, with the fields of both', () => {
    const shared = (one: Resource): ObjectDescription[] => [{ name: 'MetaV1Selector', shared: true, fields: one.group === '' ? [field('a', 'String'), field('b', 'Int')] : [field('b', 'String'), field('c', 'String')] }]
    const resources = [resource('metrics.k8s.io', 'v1', 'Sample'), resource('', 'v1', 'Pod')]
    const { types } = compose(resources, describeAll(resources, shared), options)
    expect(types.get('MetaV1Selector')?.fields).toEqual([field('a', 'String'), field('b', 'Int'), field('c', 'String')])
  })

  it('make a valid schema that is printed the same whatever came first', async () => {
    const [one, other] = await Promise.all([some, some.toReversed()].map((resources) => buildSchema(staticSchema(), compose(resources, describeAll(resources), { ...options, takenFields: new Set(Object.keys(staticSchema().getQueryType()?.getFields() ?? {})) }), new Relations(builtIn))))
    if (one === undefined || other === undefined) throw new Error('There are two.')
    expect(validateSchema(Object.assign(Object.create(Object.getPrototypeOf(one) as object) as typeof one, one, { __validationErrors: undefined }))).toEqual([])
    expect(printSchema(one)).toBe(printSchema(other))
    expect(Object.keys(one.getQueryType()?.getFields() ?? {})).toContain('labExampleComV1Gizmos')
  })
})

describe('patterns of kinds', () => {
  it.each([
    ['*/*/*', true], ['core/v1/Pod', true], ['core/*/*', true], ['core/v1/P*', true], ['*/v1/Pod', true], ['core/v1/Po', false], ['apps/v1/Pod', false], ['c.re/v1/Pod', false], ['*/v1', false],
  ])('%s: v1/Pod %s', (pattern, matches) => expect(kindMatcher([pattern])(resource('', 'v1', 'Pod'))).toBe(matches))
})
