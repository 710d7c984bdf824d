import { describe, expect, it } from 'vitest'
import { brief, eventually, type Document } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

export function customResources(fixture: () => Fixture): void {
  describe('custom resources', () => {
    const crdPath = (group: string, plural: string) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`

    it('are served and discoverable once their definition is Established', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Gadget')
      // Its names being accepted is enough for a kind to be served; that it is established follows.
      await eventually(async () => {
        const { status } = await client.get(crdPath(group, plural))
        expect(status.conditions).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'Established', status: 'True' })]))
        expect(status).toMatchObject({ storedVersions: ['v1'], acceptedNames: { kind: 'Gadget', plural } })
      })
      const found = await eventually(async () => {
        const { resources } = await client.get(`/apis/${group}/v1`)
        const resource = resources.find(({ name }: Document) => name === plural)
        if (resource === undefined) throw new Error('not discoverable yet')
        return resource
      })
      expect(found).toMatchObject({ kind: 'Gadget', namespaced: true, singularName: 'gadget' })
      await eventually(async () => {
        expect(await client.get(`/apis/${group}`)).toMatchObject({ versions: [{ version: 'v1' }, { version: 'v1alpha1' }], preferredVersion: { version: 'v1' } })
      })
    })

    it('are one object in all their versions', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Twin')
      const [v1, alpha] = [fixture().path(plural, `${group}/v1`), fixture().path(plural, `${group}/v1alpha1`)]
      const made = await client.create(v1, { apiVersion: `${group}/v1`, kind: 'Twin', metadata: { name: 'one' }, spec: { size: 1 } })
      const seen = await client.get(`${alpha}/one`)
      expect(seen).toMatchObject({ apiVersion: `${group}/v1alpha1`, kind: 'Twin', spec: { size: 1 }, metadata: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion } })
      await client.patch(`${alpha}/one`, { spec: { size: 2 } })
      expect((await client.get(`${v1}/one`)).spec.size).toBe(2)
      const watching = await client.watch(alpha)
      expect(await watching.next()).toMatchObject({ type: 'ADDED', object: { apiVersion: `${group}/v1alpha1` } })
      watching.close()
    })

    it('say their kind in every item of a list', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Item')
      const path = fixture().path(plural, `${group}/v1`)
      await client.create(path, { apiVersion: `${group}/v1`, kind: 'Item', metadata: { name: 'one' } })
      expect(await client.get(path)).toMatchObject({ kind: 'ItemList', apiVersion: `${group}/v1`, items: [{ apiVersion: `${group}/v1`, kind: 'Item', metadata: { name: 'one', generation: 1 } }] })
    })

    it('are replaced only with a resourceVersion, and keep their status apart', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Part')
      const path = fixture().path(plural, `${group}/v1`)
      const made = await client.create(path, { apiVersion: `${group}/v1`, kind: 'Part', metadata: { name: 'one' }, spec: { size: 1 }, status: { phase: 'Dreamt' } })
      expect(made.status).toBeUndefined()
      const { resourceVersion: _any, ...metadata } = made.metadata
      expect((await client.ask(`${path}/one`, { method: 'PUT', body: { ...made, metadata } })).status).toBe(422)
      const ready = await client.update(`${path}/one/status`, { ...made, status: { phase: 'Ready' } })
      expect(ready).toMatchObject({ status: { phase: 'Ready' }, metadata: { generation: 1 } })
      const { status: _status, ...rest } = ready
      expect(await client.update(`${path}/one`, { ...rest, spec: { size: 2 } })).toMatchObject({ status: { phase: 'Ready' }, spec: { size: 2 }, metadata: { generation: 2 } })
    })

    it('are selected by name, and by the fields that their definition names', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Paint', { selectableFields: [{ jsonPath: '.spec.color' }] })
      const path = fixture().path(plural, `${group}/v1`)
      for (const color of ['red', 'blue']) await client.create(path, { apiVersion: `${group}/v1`, kind: 'Paint', metadata: { name: color }, spec: { color, size: 1 } })
      const names = async (fieldSelector: string) => (await client.get(path, { fieldSelector })).items.map(({ metadata }: Document) => metadata.name)
      expect(await names('metadata.name=red')).toEqual(['red'])
      expect(await names('spec.color=blue')).toEqual(['blue'])
      expect((await client.ask(path, { query: { fieldSelector: 'spec.size=1' } })).status).toBe(400)
    })

    it('are described in OpenAPI v3 as their definition describes them', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Schema')
      await eventually(async () => {
        const { paths } = await client.get('/openapi/v3')
        const { components } = await client.get(paths[`apis/${group}/v1`].serverRelativeURL)
        const name = `${group.split('.').toReversed().join('.')}.v1.Schema`
        expect(components.schemas[name]).toMatchObject({ properties: { spec: { properties: { size: { type: 'integer' } } } }, 'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: 'Schema' }] })
        expect(plural).toBe('schemas')
      })
    })

    it('go with their definition: objects are told as deleted, the watch ends, the path is gone', async () => {
      const { client } = fixture()
      const { group, plural } = await fixture().define('Fleeting')
      const path = fixture().path(plural, `${group}/v1`)
      await client.create(path, { apiVersion: `${group}/v1`, kind: 'Fleeting', metadata: { name: 'one' } })
      const watching = await client.watch(path)
      expect(brief(await watching.take(1))).toEqual(['ADDED one'])
      await client.delete(crdPath(group, plural))
      expect(brief(await watching.rest())).toContain('DELETED one')
      await eventually(async () => expect((await client.ask(path)).status).toBe(404))
      await eventually(async () => expect((await client.ask(crdPath(group, plural))).status).toBe(404))
    })
  })
}
