import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldNames, fieldNamesOf, kindTypeName, ownGroupRank, shortFieldNames, typePrefix, typePrefixes } from '../../../../src/graphql/generated/names.ts'

describe('names of types and fields', () => {
  it.each([
    ['', 'v1', 'Pod', 'pods', 'CoreV1Pod', 'coreV1Pods', 'coreV1Pod', 'pods', 'pod'],
    ['apps', 'v1', 'ReplicaSet', 'replicasets', 'AppsV1ReplicaSet', 'appsV1ReplicaSets', 'appsV1ReplicaSet', 'replicaSets', 'replicaSet'],
    ['networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', 'NetworkingK8sIoV1NetworkPolicy', 'networkingK8sIoV1NetworkPolicies', 'networkingK8sIoV1NetworkPolicy', 'networkPolicies', 'networkPolicy'],
    ['networking.istio.io', 'v1beta1', 'VirtualService', 'virtualservices', 'NetworkingIstioIoV1beta1VirtualService', 'networkingIstioIoV1beta1VirtualServices', 'networkingIstioIoV1beta1VirtualService', 'virtualServices', 'virtualService'],
    ['lab.example.com', 'v1', 'Gizmo', 'gizmos', 'LabExampleComV1Gizmo', 'labExampleComV1Gizmos', 'labExampleComV1Gizmo', 'gizmos', 'gizmo'],
    ['', 'v1', 'Endpoints', 'endpoints', 'CoreV1Endpoints', 'coreV1Endpoints', 'coreV1EndpointsByName', 'endpoints', 'endpointsByName'],
    ['storage.k8s.io', 'v1', 'CSIDriver', 'csidrivers', 'StorageK8sIoV1CSIDriver', 'storageK8sIoV1CSIDrivers', 'storageK8sIoV1CSIDriver', 'csiDrivers', 'csiDriver'],
    ['apiregistration.k8s.io', 'v1', 'APIService', 'apiservices', 'ApiregistrationK8sIoV1APIService', 'apiregistrationK8sIoV1APIServices', 'apiregistrationK8sIoV1APIService', 'apiServices', 'apiService'],
    ['people.example.com', 'v1', 'Person', 'people', 'PeopleExampleComV1Person', 'peopleExampleComV1People', 'peopleExampleComV1Person', 'people', 'person'],
    ['1.example.com', 'v1', 'Ox', 'oxen-all', '_1ExampleComV1Ox', '_1ExampleComV1Oxen_all', '_1ExampleComV1Ox', 'oxen_all', 'ox'],
  ])('%s/%s %s, plural %s', (group, version, kind, plural, type, list, object, shortList, shortObject) => {
    const prefix = typePrefix(group, version)
    expect(kindTypeName(prefix, kind)).toBe(type)
    expect(fieldNames(prefix, { kind, plural })).toEqual({ list, object })
    expect(shortFieldNames({ kind, plural })).toEqual({ list: shortList, object: shortObject })
  })

  it('keep group versions apart that would be spelled alike, whatever comes first', () => {
    const both = [{ group: 'a.b-c.io', version: 'v1' }, { group: 'a-b.c.io', version: 'v1' }]
    const prefixes = typePrefixes(both)
    expect(new Set(prefixes.values()).size).toBe(2)
    expect(prefixes.get('a-b.c.io/v1')).toBe('ABCIoV1')
    expect(typePrefixes(both.toReversed())).toEqual(prefixes)
    expect(typePrefixes(both.slice(1)).get('a-b.c.io/v1')).toBe('ABCIoV1')
  })

  it('are short only for what the API server itself serves', () => {
    expect([ownGroupRank(''), ownGroupRank('networking.istio.io'), ownGroupRank('gateway.networking.k8s.io')]).toEqual([0, undefined, undefined])
  })

  it('of fields are spelled by GraphQL, each its own, whatever the keys', () => {
    expect(Object.fromEntries(fieldNamesOf(['content-type', 'content_type', '2fa', '$ref', '__proto__', 'raw', '', 'plain'], new Set(['raw'])))).toEqual({
      content_type: 'content_type', 'content-type': 'content_type_', '2fa': '_2fa', $ref: '_ref', ['__proto__']: '_proto__', raw: 'raw_', '': 'field', plain: 'plain',
    })
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 12 }), (keys) => {
        const names = fieldNamesOf(keys, new Set(['raw']))
        expect(new Set(names.values()).size).toBe(keys.length)
        for (const name of names.values()) expect(name).toMatch(/^(?!__)(?!raw$)[A-Za-z_]\w*$/)
        expect(fieldNamesOf(keys.toReversed(), new Set(['raw']))).toEqual(names)
      }),
    )
  })
})
