import { describe, expect, it } from 'vitest'
import { eventually, type Document } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

const aggregated = { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' } }

export function discovery(fixture: () => Fixture): void {
  describe('discovery', () => {
    it('says the same in one document as in a document per group version', async () => {
      const { client } = fixture()
      const inOne: string[] = (await Promise.all(['/api', '/apis'].map((path) => client.ask(path, aggregated)))).flatMap(({ body }) => body.items.flatMap(aggregatedLines))
      const groups: Document[] = (await client.get('/apis')).groups
      const paths = ['/api/v1', ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }: Document) => `/apis/${groupVersion}`))]
      const oneByOne: string[] = (await Promise.all(paths.map((path) => client.get(path)))).flatMap(({ groupVersion, resources }) => resources.map((resource: Document) => line(groupVersion, resource)))
      expect(oneByOne.sort()).toEqual(inOne.sort())
      expect(oneByOne).toContain('v1 pods Pod namespaced [create,delete,deletecollection,get,list,patch,update,watch]')
      expect(oneByOne).toContain('apps/v1 deployments/status Deployment namespaced [get,patch,update]')
      expect(oneByOne).toContain('rbac.authorization.k8s.io/v1 clusterroles ClusterRole cluster [create,delete,deletecollection,get,list,patch,update,watch]')
    })

    it('names the preferred version of a group first', async () => {
      const { client } = fixture()
      const group = await client.get('/apis/apps')
      expect(group).toMatchObject({ kind: 'APIGroup', name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } })
      expect(group.versions[0]).toEqual(group.preferredVersion)
    })

    it('answers aggregated discovery with the media type that was asked for', async () => {
      const { headers, body } = await fixture().client.ask('/apis', aggregated)
      expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
      expect(body.kind).toBe('APIGroupDiscoveryList')
    })

    it('spares the client a document that it has', async () => {
      const { client } = fixture()
      // A server that has only just started may still be adding to it.
      await eventually(async () => {
        const { headers } = await client.ask('/apis', aggregated)
        const etag = headers['etag'] as string
        const again = await client.ask('/apis', { headers: { ...aggregated.headers, 'if-none-match': etag } })
        expect(again).toMatchObject({ status: 304, body: '', headers: { etag } })
      })
      const other = await client.ask('/apis', { headers: { ...aggregated.headers, 'if-none-match': '"other"' } })
      expect(other).toMatchObject({ status: 200, body: { kind: 'APIGroupDiscoveryList' } })
    })

    it('says its version, and that it is well', async () => {
      const { client } = fixture()
      expect((await client.get('/version')).gitVersion).toMatch(/^v1\.\d+\.\d+/)
      for (const path of ['/healthz', '/livez', '/readyz']) expect(await client.get(path)).toBe('ok')
    })

    it('describes built-in kinds in OpenAPI v3', async () => {
      const { client } = fixture()
      const { paths } = await client.get('/openapi/v3')
      const url = paths['apis/apps/v1'].serverRelativeURL as string
      const { components } = await client.get(url)
      const deployment = components.schemas['io.k8s.api.apps.v1.Deployment']
      expect(deployment['x-kubernetes-group-version-kind']).toEqual([{ group: 'apps', version: 'v1', kind: 'Deployment' }])
      expect(deployment.properties.spec.allOf).toEqual([{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }])
      expect(components.schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties.replicas).toMatchObject({ type: 'integer', format: 'int32' })
      expect(components.schemas['io.k8s.api.core.v1.PodSpec'].properties.containers.items).toEqual({ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' })
    })

    it('describes built-in kinds in OpenAPI v2', async () => {
      const { swagger, definitions } = await fixture().client.get('/openapi/v2')
      expect(swagger).toBe('2.0')
      expect(definitions['io.k8s.api.core.v1.Pod'].properties.spec.$ref).toBe('#/definitions/io.k8s.api.core.v1.PodSpec')
      expect(definitions['io.k8s.api.core.v1.Pod']['x-kubernetes-group-version-kind']).toEqual([{ group: '', version: 'v1', kind: 'Pod' }])
    })
  })
}

function line(groupVersion: string, { name, kind, namespaced, verbs, shortNames = [], categories = [] }: Document): string {
  const more = [...shortNames, ...categories].map((word: string) => ` ${word}`).join('')
  return `${groupVersion} ${name} ${kind} ${namespaced === true ? 'namespaced' : 'cluster'} [${[...(verbs as string[])].sort().join(',')}]${name.includes('/') || name === 'pods' ? '' : more}`
}

function aggregatedLines({ metadata, versions }: Document): string[] {
  return versions.flatMap(({ version, resources }: Document) =>
    resources.flatMap(({ resource: name, responseKind: { kind }, scope, verbs, shortNames, categories, subresources = [] }: Document) => {
      const groupVersion = metadata.name === undefined ? version : `${metadata.name}/${version}`
      const namespaced = scope === 'Namespaced'
      const inner = subresources.map((sub: Document) => line(groupVersion, { name: `${name}/${sub.subresource}`, kind: sub.responseKind.kind, namespaced, verbs: sub.verbs }))
      return [line(groupVersion, { name, kind, namespaced, verbs, shortNames, categories }), ...inner]
    }),
  )
}
