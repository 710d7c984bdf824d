import { describe, expect, it } from 'vitest'
import type { Fixture } from '../fixture.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function objects(fixture: () => Fixture): void {
  describe('objects', () => {
    it('are given what servers give: uid, resourceVersion, creationTimestamp, managedFields', async () => {
      const name = fixture().name()
      const { metadata, data, kind, apiVersion } = await fixture().configMap(name, { data: { a: '1' } })
      expect({ kind, apiVersion, data }).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } })
      expect(metadata).toMatchObject({ name, namespace: fixture().namespace, uid: expect.stringMatching(uuid), resourceVersion: expect.stringMatching(/^[1-9]\d*$/) })
      expect(metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(metadata.generation).toBeUndefined()
      expect(metadata.managedFields).toMatchObject([{ manager: 'contract', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:a': {} } } }])
    })

    it('are named by the server after generateName', async () => {
      const { client, path } = bound(fixture())
      const made = await Promise.all([1, 2].map(() => client.create(path('configmaps'), { metadata: { generateName: 'generated-' } })))
      for (const { metadata } of made) expect(metadata).toMatchObject({ generateName: 'generated-', name: expect.stringMatching(/^generated-[a-z0-9]{5}$/) })
      expect(made[0].metadata.name).not.toBe(made[1].metadata.name)
    })

    it('have a new resourceVersion after a change, and the same after an update that changes nothing', async () => {
      const { client, path } = bound(fixture())
      const made = await fixture().configMap(fixture().name(), { data: { a: '1' } })
      const at = `${path('configmaps')}/${made.metadata.name}`
      const changed = await client.update(at, { ...made, data: { a: '2' } })
      expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion))
      expect(changed.metadata.uid).toBe(made.metadata.uid)
      expect((await client.update(at, changed)).metadata.resourceVersion).toBe(changed.metadata.resourceVersion)
    })

    it('are replaced only in the version that the writer has seen', async () => {
      const { client, path } = bound(fixture())
      const made = await fixture().configMap(fixture().name())
      const at = `${path('configmaps')}/${made.metadata.name}`
      await client.update(at, { ...made, data: { a: '1' } })
      expect(await client.ask(at, { method: 'PUT', body: { ...made, data: { a: '2' } } })).toMatchObject({ status: 409, body: { kind: 'Status', reason: 'Conflict', code: 409 } })
      const { resourceVersion: _any, ...metadata } = made.metadata
      expect((await client.update(at, { ...made, metadata, data: { a: '3' } })).data).toEqual({ a: '3' })
    })

    it('are changed by merge patches, JSON patches and strategic merge patches', async () => {
      const { client, path } = bound(fixture())
      const { metadata } = await fixture().configMap(fixture().name(), { data: { a: '1', b: '2' } })
      const at = `${path('configmaps')}/${metadata.name}`
      expect((await client.patch(at, { data: { a: null, c: '3' } })).data).toEqual({ b: '2', c: '3' })
      expect((await client.patch(at, [{ op: 'test', path: '/data/b', value: '2' }, { op: 'replace', path: '/data/b', value: '4' }], 'application/json-patch+json')).data).toEqual({ b: '4', c: '3' })
      expect((await client.patch(at, { data: { d: '5' } }, 'application/strategic-merge-patch+json')).data).toEqual({ b: '4', c: '3', d: '5' })
      const failing = { method: 'PATCH', body: [{ op: 'test', path: '/data/b', value: 'x' }], headers: { 'content-type': 'application/json-patch+json' } }
      expect((await client.ask(at, failing)).status).toBe(422)
    })

    it.each([
      ['application/merge-patch+json', '{"data": {"__proto__": "1", "constructor": "2"}}'],
      ['application/strategic-merge-patch+json', '{"data": {"__proto__": "1", "constructor": "2"}}'],
      ['application/json-patch+json', '[{"op": "add", "path": "/data/__proto__", "value": "1"}, {"op": "add", "path": "/data/constructor", "value": "2"}]'],
    ])('may have members called as what objects of JavaScript inherit: %s', async (type, patch) => {
      const { client, path } = bound(fixture())
      const { metadata } = await fixture().configMap(fixture().name(), { data: { a: '0' } })
      const patched = await client.patch(`${path('configmaps')}/${metadata.name}`, JSON.parse(patch), type)
      expect(new Map(Object.entries(patched.data))).toEqual(new Map([['a', '0'], ['__proto__', '1'], ['constructor', '2']]))
    })

    it('have their lists merged by key in a strategic merge patch', async () => {
      const { client, path } = bound(fixture())
      const name = fixture().name('merged')
      const container = (name: string, image: string) => ({ name, image })
      const template = { metadata: { labels: { app: name } }, spec: { schedulerName: 'none', containers: [container('a', 'x:1'), container('b', 'x:1')] } }
      await client.create(path('deployments', 'apps/v1'), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 0, selector: { matchLabels: { app: name } }, template } })
      const patch = { spec: { template: { spec: { containers: [container('b', 'x:2')] } } } }
      const patched = await client.patch(`${path('deployments', 'apps/v1')}/${name}`, patch, 'application/strategic-merge-patch+json')
      expect(patched.spec.template.spec.containers.map((each: { name: string; image: string }) => `${each.name} ${each.image}`).sort()).toEqual(['a x:1', 'b x:2'])
    })

    it('count a generation for a change of the specification, none for labels or status', async () => {
      const { client, path } = bound(fixture())
      const name = fixture().name('generations')
      const at = `${path('networkpolicies', 'networking.k8s.io/v1')}/${name}`
      const made = await client.create(path('networkpolicies', 'networking.k8s.io/v1'), { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec: { podSelector: {}, policyTypes: ['Ingress'] } })
      expect(made.metadata.generation).toBe(1)
      expect((await client.patch(at, { metadata: { labels: { a: 'b' } } })).metadata.generation).toBe(1)
      expect((await client.patch(at, { spec: { podSelector: { matchLabels: { a: 'b' } } } })).metadata.generation).toBe(2)
    })

    it('take their status from the status subresource only', async () => {
      const { client, path } = bound(fixture())
      const { metadata, status } = await fixture().pod(fixture().name('status'))
      expect(status.phase).toBe('Pending')
      const at = `${path('pods')}/${metadata.name}`
      expect((await client.patch(at, { status: { phase: 'Running' } })).status.phase).toBe('Pending')
      expect((await client.patch(`${at}/status`, { status: { phase: 'Running' } })).status.phase).toBe('Running')
    })

    it('scale by the scale subresource', async () => {
      const { client, path } = bound(fixture())
      const name = fixture().name('scaled')
      const at = `${path('replicasets', 'apps/v1')}/${name}`
      const template = { metadata: { labels: { app: name } }, spec: { schedulerName: 'none', containers: [{ name: 'a', image: 'x:1' }] } }
      await client.create(path('replicasets', 'apps/v1'), { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name }, spec: { replicas: 0, selector: { matchLabels: { app: name } }, template } })
      expect(await client.get(`${at}/scale`)).toMatchObject({ kind: 'Scale', status: { selector: `app=${name}` } })
      expect((await client.patch(`${at}/scale`, { spec: { replicas: 1 } })).spec).toEqual({ replicas: 1 })
      expect((await client.get(at)).spec.replicas).toBe(1)
      await client.delete(at)
    })

    it('that have finalizers are marked when deleted, and go when the last finalizer goes', async () => {
      const { client, path } = bound(fixture())
      const name = fixture().name('held')
      await client.create(path('configmaps'), { metadata: { name, finalizers: ['example.com/hold'] } })
      const at = `${path('configmaps')}/${name}`
      const held = await client.delete(at)
      expect(held.metadata).toMatchObject({ name, deletionTimestamp: expect.stringMatching(/Z$/), finalizers: ['example.com/hold'] })
      expect((await client.get(at)).metadata.deletionTimestamp).toBe(held.metadata.deletionTimestamp)
      await client.patch(at, { metadata: { finalizers: null } })
      expect((await client.ask(at)).status).toBe(404)
    })

    it('that are deleted are gone, and the answer says so', async () => {
      const { client, path } = bound(fixture())
      const { metadata } = await fixture().configMap(fixture().name())
      const at = `${path('configmaps')}/${metadata.name}`
      expect((await client.ask(at, { method: 'DELETE', body: { preconditions: { uid: 'another' } } })).status).toBe(409)
      expect(await client.delete(at)).toMatchObject({ kind: 'Status', status: 'Success', details: { name: metadata.name, kind: 'configmaps', uid: metadata.uid } })
      expect((await client.ask(at)).status).toBe(404)
    })

    it('are deleted together by a selector', async () => {
      const { client, path } = bound(fixture())
      const mark = fixture().name('batch')
      for (const batch of [mark, mark, 'another']) await fixture().configMap(fixture().name(), { labels: { batch } })
      const answer = await client.delete(`${path('configmaps')}?labelSelector=batch%3D${mark}`)
      expect(answer.items).toHaveLength(2)
      expect((await client.get(path('configmaps'), { labelSelector: `batch=${mark}` })).items).toEqual([])
      expect((await client.get(path('configmaps'), { labelSelector: 'batch=another' })).items).toHaveLength(1)
    })
  })
}

function bound(fixture: Fixture) {
  return { client: fixture.client, path: (plural: string, apiVersion?: string) => fixture.path(plural, apiVersion) }
}
