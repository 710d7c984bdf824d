import { describe, expect, it } from 'vitest'
import { openApiServer, openGateway } from '../support/gateway.ts'

const open = async () => {
  const server = await openApiServer()
  server.make('pods', { metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' }, annotations: { 'a/b': 'c' }, finalizers: ['f'], ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }] }, spec: { list: [{ x: 1 }] } })
  server.make('nodes', { metadata: { name: 'n1' } })
  return openGateway(server)
}

describe('one object', () => {
  it('has its metadata, its values by path and its whole', async () => {
    const { data } = await open()
    const { object } = await data(`{ object(kind: { kind: "Pod" }, namespace: "shop", name: "web") {
      cluster apiVersion kind raw
      metadata { name namespace uid resourceVersion generation creationTimestamp deletionTimestamp generateName finalizers labels annotations label(key: "app.kubernetes.io/name") none: label(key: "constructor") annotation(key: "a/b") ownerReferences { kind name controller } }
      x: value(path: "spec.list[0].x") last: value(path: "spec.list[-1]") nowhere: value(path: "spec.__proto__.x") quoted: value(path: "metadata.labels['app.kubernetes.io/name']")
    } }`)
    expect(object).toMatchObject({
      cluster: 'default',
      apiVersion: 'v1',
      kind: 'Pod',
      x: 1,
      last: { x: 1 },
      nowhere: null,
      quoted: 'web',
      metadata: {
        name: 'web',
        namespace: 'shop',
        generation: 1,
        deletionTimestamp: null,
        finalizers: ['f'],
        labels: { 'app.kubernetes.io/name': 'web' },
        label: 'web',
        none: null,
        annotation: 'c',
        ownerReferences: [{ kind: 'ReplicaSet', name: 'r', controller: true }],
      },
    })
    expect(object.raw.metadata.managedFields).toBeUndefined()
    expect(object.raw.metadata.uid).toBe(object.metadata.uid)
  })

  it('is found by its uid and by its id, whatever the version', async () => {
    const { data } = await open()
    const { object } = await data('{ object(kind: { kind: "Node" }, name: "n1") { id metadata { uid } } }')
    const found = await data('query ($uid: ID!, $id: ID!) { object(kind: { kind: "Node" }, uid: $uid) { id } node(id: $id) { id ... on KubernetesObject { metadata { name } } } }', { uid: object.metadata.uid, id: object.id })
    expect(found).toEqual({ object: { id: object.id }, node: { id: object.id, metadata: { name: 'n1' } } })
  })

  it('is null when it is not there', async () => {
    const { data } = await open()
    expect(await data('{ object(kind: { kind: "Pod" }, namespace: "shop", name: "nobody") { id } byUid: object(kind: { kind: "Pod" }, uid: "nobody") { id } }')).toEqual({ object: null, byUid: null })
  })

  it.each([
    ['{ object(kind: { kind: "Pod" }) { id } }', 'INVALID_ARGUMENT'],
    ['{ object(kind: { kind: "Pod" }, name: "web") { id } }', 'INVALID_ARGUMENT'],
    ['{ object(kind: { version: "v9", kind: "Pod" }, uid: "x") { id } }', 'UNKNOWN_KIND'],
    ['{ node(id: "nonsense") { id } }', 'INVALID_ARGUMENT'],
    ['{ object(kind: { kind: "Node" }, name: "n1") { value(path: "a..b") } }', 'INVALID_PATH'],
  ])('%s is refused with %s', async (query, code) => {
    const { query: ask } = await open()
    expect((await ask(query)).errors?.[0]?.extensions.code).toBe(code)
  })
})
