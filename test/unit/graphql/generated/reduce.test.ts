import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../../src/graphql/generated/documents.ts'
import { reduceDocument } from '../../../../src/graphql/generated/reduce.ts'

const limits = { maxTypesPerKind: 50, maxDepth: 10 }
type Schema = Readonly<Record<string, unknown>>
const kindOf = (group: string, version: string, kind: string) => ({ 'x-kubernetes-group-version-kind': [{ group, version, kind }] })
const object = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, ...more })
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** Of a definition's schema of the kind Gizmo in lab/v1. */
function reduceCustom(spec: Schema, more: Partial<typeof limits> = {}) {
  const definition = { spec: { group: 'lab', names: { kind: 'Gizmo' }, versions: [{ name: 'v1', schema: { openAPIV3Schema: object({ spec }) } }] } }
  return reduceDocument(readDocument('definitions', [definition], 'lab', 'v1'), 'LabV1', ['Gizmo'], { ...limits, ...more })
}
const typesOf = (spec: Schema) => Object.fromEntries(reduceCustom(spec).types.map(({ name, fields }) => [name, Object.fromEntries(fields.map(({ name: field, type: { of, lists = 0 } }) => [field, '['.repeat(lists) + of]))]))

describe('a schema of OpenAPI', () => {
  it.each([
    [{ type: 'string' }, 'String'],
    [{ type: 'string', format: 'date-time' }, 'DateTime'],
    [{ type: 'string', format: 'byte' }, 'String'],
    [{ type: 'integer', format: 'int32' }, 'Int'],
    [{ type: 'integer', format: 'int64' }, 'Int64'],
    [{ type: 'integer' }, 'Int64'],
    [{ type: 'number' }, 'Float'],
    [{ type: 'boolean' }, 'Boolean'],
    [{ 'x-kubernetes-int-or-string': true }, 'IntOrString'],
    [{ type: 'string', format: 'int-or-string' }, 'IntOrString'],
    [{ 'x-kubernetes-int-or-string': true, pattern: '(([KMGTPE]i)|[numkMGTPE])' }, 'Quantity'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'StringMap'],
    [{ type: 'object', additionalProperties: object({ a: { type: 'string' } }) }, 'JSON'],
    [{ type: 'object' }, 'JSON'],
    [{ type: 'array', items: { type: 'string' } }, '[String'],
    [{ type: 'array', items: { type: 'array', items: { type: 'boolean' } } }, '[[Boolean'],
    [{ type: 'array' }, 'JSON'],
    [{}, 'JSON'],
    [null, 'JSON'],
    [{ type: ['string', 'null'] }, 'JSON'],
    [object({ a: { type: 'string' } }), 'LabV1GizmoSpecField'],
    [{ type: 'array', items: object({ a: { type: 'string' } }) }, '[LabV1GizmoSpecField'],
  ])('%j is %s', (schema, type) => {
    expect(typesOf(object({ field: schema }))['LabV1GizmoSpec']).toEqual({ field: type })
  })

  it('calls equal objects of one kind after the shallowest, and others apart', () => {
    const probe = object({ port: { type: 'integer' } })
    expect(typesOf(object({ deep: object({ probe }), probe, other: object({ port: { type: 'string' } }) }))).toEqual({
      LabV1GizmoSpec: { deep: 'LabV1GizmoSpecDeep', probe: 'LabV1GizmoSpecProbe', other: 'LabV1GizmoSpecOther' },
      LabV1GizmoSpecDeep: { probe: 'LabV1GizmoSpecProbe' },
      LabV1GizmoSpecOther: { port: 'String' },
      LabV1GizmoSpecProbe: { port: 'Int64' },
    })
  })

  it('keeps objects apart whose paths are spelled alike', () => {
    const types = typesOf(object({ 'a-b': object({ x: { type: 'string' } }), aB: object({ y: { type: 'string' } }) }))
    expect(Object.keys(types)).toHaveLength(3)
    expect(new Set(Object.values(types['LabV1GizmoSpec'] ?? {})).size).toBe(2)
  })

  it('is JSON below the deepest level that is wanted, and fails the kind when it is made of too much', () => {
    const nested = object({ a: object({ b: object({ c: { type: 'string' } }) }) })
    expect(reduceCustom(nested, { maxDepth: 2 }).types.map(({ name }) => name)).toEqual(['LabV1GizmoSpec', 'LabV1GizmoSpecA'])
    expect(reduceCustom(nested, { maxTypesPerKind: 2 })).toMatchObject({ kinds: [], failures: [{ kind: 'Gizmo', reason: expect.stringContaining('2') as string }] })
  })

  it('may describe itself', () => {
    const document = { components: { schemas: { Tree: { ...object({ children: { type: 'array', items: ref('Tree.Node') } }), ...kindOf('lab', 'v1', 'Tree') }, 'Tree.Node': object({ children: { type: 'array', items: ref('Tree.Node') } }) } } }
    const { kinds, types } = reduceDocument(readDocument('v3', [document], 'lab', 'v1'), 'LabV1', ['Tree'], limits)
    const name = types[0]?.name
    expect(kinds[0]?.root.fields[0]?.type).toEqual({ of: name, lists: 1 })
    expect(types[0]?.fields[0]?.type).toEqual({ of: name, lists: 1 })
  })

  it("calls Kubernetes' own types the same in every document", () => {
    const claim = { ...object({ metadata: ref('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'), spec: { allOf: [ref('io.k8s.api.core.v1.ClaimSpec')] } }), ...kindOf('', 'v1', 'Claim') }
    const shared = { 'io.k8s.api.core.v1.ClaimSpec': object({ size: ref('io.k8s.apimachinery.pkg.api.resource.Quantity') }), 'io.k8s.api.core.v1.Claim': claim }
    const apps = { ...shared, 'io.k8s.api.apps.v1.Set': { ...object({ metadata: { type: 'object' }, claims: { type: 'array', items: ref('io.k8s.api.core.v1.Claim') } }), ...kindOf('apps', 'v1', 'Set') } }
    const read = (schemas: object, group: string, prefix: string, kind: string) => reduceDocument(readDocument('v3', [{ components: { schemas } }], group, 'v1'), prefix, [kind], limits)
    const [core, set] = [read(shared, '', 'CoreV1', 'Claim'), read(apps, 'apps', 'AppsV1', 'Set')]
    expect(core.types).toEqual([expect.objectContaining({ name: 'CoreV1ClaimSpec', shared: true, fields: [{ key: 'size', name: 'size', type: { of: 'Quantity' } }] })])
    // A kind inside another object is no object of the API: it has no id.
    expect(set.types.map(({ name }) => name)).toEqual(['CoreV1EmbeddedClaim', 'CoreV1ClaimSpec', 'MetaV1ObjectMeta', 'MetaV1OwnerReference'])
    expect(set.types[1]).toEqual(core.types[0])
  })

  it('that is not there, or is none at all, fails its kind only', () => {
    const schemas = { Good: { ...object({ a: { type: 'string' } }), ...kindOf('lab', 'v1', 'Good') }, Bad: 7 }
    const reduced = reduceDocument(readDocument('v3', [{ components: { schemas } }], 'lab', 'v1'), 'LabV1', ['Bad', 'Good', 'Missing'], limits)
    expect(reduced.kinds.map(({ kind }) => kind)).toEqual(['Good'])
    expect(reduced.failures.map(({ kind }) => kind)).toEqual(['Bad', 'Missing'])
    expect(() => readDocument('v3', ['nonsense'], 'lab', 'v1')).toThrow('no schemas')
  })
})
