import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpKubernetesClient } from '../../src/kubernetes/http-client.ts'
import { LineSplitter } from '../../src/kubernetes/json-lines.ts'
import { Api, ApiError } from '../cluster/api.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { eventually } from '../support/gateway.ts'

/** An API server to be held against the contract. */
export interface ServerUnderTest {
  readonly url: string
  /** PEM. */
  readonly ca: string
  /** Of a user who may do everything. */
  readonly token: string
  readonly username: string
  close(): Promise<void>
}

interface Event {
  readonly type: string
  readonly object: Manifest
}

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number }
  readonly items: Manifest[]
}

const names = (list: List) => list.items.map(({ metadata }) => metadata.name)
const json = async (body: AsyncIterable<Uint8Array>) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  // Where nothing is served at all, the real server answers in plain text.
  return (text.startsWith('{') ? JSON.parse(text) : {}) as never
}

/**
 * What a Kubernetes API server does, as far as this project relies on it. The same suite runs
 * on the in-memory server and on the real one, so that the former can stand for the latter.
 */
export function describeApiServerContract(name: string, start: () => Promise<ServerUnderTest>): void {
  describe(`the contract of an API server: ${name}`, () => {
    let server: ServerUnderTest
    let api: Api
    let client: HttpKubernetesClient
    const namespace = `contract-${Math.random().toString(36).slice(2, 8)}`
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`

    beforeAll(async () => {
      server = await start()
      api = new Api(server)
      const authorize = () => Promise.resolve({ authorization: `Bearer ${server.token}` })
      client = new HttpKubernetesClient({ server: server.url, tls: { ca: server.ca }, description: 'contract', authorize, invalidate: () => undefined }, { http2: true, connectTimeoutMs: 5000, idleTimeoutMs: 30_000, userAgent: 'contract' })
      await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    }, 120_000)

    afterAll(async () => {
      await api.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      api.close()
      await client.close()
      await server.close()
    })

    const configMap = (label: string, more: Record<string, unknown> = {}): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: label, namespace, labels: { of: label.replace(/-.*/, '') }, ...more }, data: { a: 'b' } })
    const make = (label: string) => api.create(configMap(label))
    const get = async (path: string, query: Record<string, string> = {}, accept = 'application/json') => {
      const response = await client.request({ path, query, accept })
      return { status: response.status, type: response.headers['content-type'], body: await json(response.body) as any } // eslint-disable-line typescript/no-explicit-any
    }
    const list = async (path: string, query: Record<string, string> = {}): Promise<List> => (await get(path, query)).body as List
    /** Takes events until one satisfies, or the watch ends. */
    const watch = async (path: string, query: Record<string, string>, last: (event: Event) => boolean, opened: () => void = () => undefined): Promise<Event[]> => {
      const response = await client.request({ path, query: { watch: 'true', timeoutSeconds: '10', ...query }, watch: true })
      expect(response.status).toBe(200)
      opened()
      const splitter = new LineSplitter(1_000_000)
      const events: Event[] = []
      for await (const chunk of response.body) {
        for (const line of splitter.push(chunk)) events.push(JSON.parse(line) as Event)
        if (events.some(last)) break
      }
      response.cancel()
      return events
    }
    const told = (events: Event[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`)

    it('describes what it serves, the same in one document as in many', async () => {
      const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
      const { body: groups } = await get('/apis', {}, aggregated)
      const apps = groups.items.find((item: Manifest) => item.metadata.name === 'apps')
      const { body: plain } = await get('/apis/apps/v1')
      const plural = plain.resources.filter((resource: { name: string }) => !resource.name.includes('/')).map((resource: { name: string }) => resource.name).toSorted()
      expect(apps.versions[0].resources.map((resource: { resource: string }) => resource.resource).toSorted()).toEqual(plural)
      expect(plural).toEqual(['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'])
      expect((await get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
      expect((await get('/apis')).body.groups.find((group: { name: string }) => group.name === 'apps').preferredVersion.version).toBe('v1')
    })

    it('answers what it cannot do with a Status', async () => {
      await make('status-1')
      const refused = (promise: Promise<unknown>) => promise.then(() => 0, (error: unknown) => (error instanceof ApiError ? error.status : -1))
      expect(await refused(make('status-1'))).toBe(409)
      expect(await refused(api.get(`${configMaps}/nobody`))).toBe(404)
      expect(await refused(api.get('/api/v1/nonsense'))).toBe(404)
      expect(await refused(api.get('/apis/nobody.example.com/v1/things'))).toBe(404)
      expect(await refused(api.send('POST', '/api/v1/namespaces/nobody-here/configmaps', { ...configMap('x'), metadata: { name: 'x' } }))).toBe(404)
      expect((await get(`${configMaps}/nobody`)).body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, details: { name: 'nobody' } })
      expect((await client.request({ path: configMaps, accept: 'text/nonsense' })).status).toBe(406)
    })

    it('gives names, ids, growing resourceVersions, and generations that follow the spec', async () => {
      const first = await api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-', namespace } as never })
      expect(first.metadata.name).toMatch(/^made-[a-z0-9]{5}$/)
      const second = await make('made-2')
      expect(Number(second.metadata['resourceVersion'])).toBeGreaterThan(Number(first.metadata['resourceVersion']))
      expect(second.metadata['uid']).not.toBe(first.metadata['uid'])
      const patched = await api.patch(second, { data: { a: null, c: 'd' } })
      expect(patched['data']).toEqual({ c: 'd' })
      await expect(api.send('PUT', `${configMaps}/made-2`, second)).rejects.toMatchObject({ status: 409 })
    })

    it('lists in pages that all show the moment of the first', async () => {
      for (let i = 0; i < 7; i += 1) await make(`page-${i}`)
      const selector = { labelSelector: 'of=page' }
      const first = await list(configMaps, { ...selector, limit: '3' })
      expect(names(first)).toEqual(['page-0', 'page-1', 'page-2'])
      expect(first.metadata.remainingItemCount).toBeUndefined()
      await api.delete(configMap('page-5'))
      await make('page-9')
      const second = await list(configMaps, { ...selector, limit: '3', continue: first.metadata.continue ?? '' })
      const third = await list(configMaps, { ...selector, limit: '3', continue: second.metadata.continue ?? '' })
      expect([...names(second), ...names(third)]).toEqual(['page-3', 'page-4', 'page-5', 'page-6'])
      expect(third.metadata.continue).toBeUndefined()
      expect(names(await list(configMaps, selector))).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4', 'page-6', 'page-9'])
      const unselected = await list(configMaps, { limit: '2' })
      expect(unselected.metadata.remainingItemCount).toBe((await list(configMaps)).items.length - 2)
      expect(unselected.items[0]?.kind).toBeUndefined()
    })

    it('selects by labels and by the fields that it knows, and refuses others', async () => {
      for (const label of ['select-a', 'select-b']) await make(label)
      expect(names(await list(configMaps, { labelSelector: 'of in (select),of!=x', fieldSelector: 'metadata.name!=select-a' }))).toEqual(['select-b'])
      expect((await get(configMaps, { fieldSelector: 'data.a=b' })).body).toMatchObject({ code: 400, reason: 'BadRequest' })
      expect((await get(configMaps, { labelSelector: 'a b' })).status).toBe(400)
    })

    it('tells a watch every change after its resourceVersion, in order', async () => {
      const { resourceVersion } = (await list(configMaps)).metadata
      await make('watch-1')
      await api.patch(configMap('watch-1'), { data: { a: 'c' } })
      await api.delete(configMap('watch-1'))
      await make('watch-2')
      const events = await watch(configMaps, { resourceVersion }, ({ object }) => object.metadata.name === 'watch-2')
      expect(told(events)).toEqual(['ADDED watch-1', 'MODIFIED watch-1', 'DELETED watch-1', 'ADDED watch-2'])
      const versions = events.map(({ object }) => Number(object.metadata['resourceVersion']))
      expect(versions).toEqual(versions.toSorted((a, b) => a - b))
      expect(events[0]?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    })

    it('tells a watch with a selector of objects that enter and leave it', async () => {
      await api.create(configMap('selected', { labels: { of: 'elsewhere' } }))
      const { resourceVersion } = (await list(configMaps)).metadata
      for (const of of ['selected', 'selected-not', 'selected']) await api.patch(configMap('selected'), { metadata: { labels: { of } } })
      await api.delete(configMap('selected'))
      const events = await watch(configMaps, { resourceVersion, labelSelector: 'of=selected', timeoutSeconds: '1' }, () => false)
      expect(told(events)).toEqual(['ADDED selected', 'DELETED selected', 'ADDED selected', 'DELETED selected'])
    }, 20_000)

    it('streams a list as a watch, ended by a marked bookmark', async () => {
      await make('stream-1')
      const isEnd = ({ type, object }: Event) => type === 'BOOKMARK' && (object.metadata['annotations'] as Record<string, string> | undefined)?.['k8s.io/initial-events-end'] === 'true'
      const events = await watch(configMaps, { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true', labelSelector: 'of=stream' }, isEnd)
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
    })

    it('keeps an object with a finalizer, marked as being deleted, until that is taken away', async () => {
      await api.create(configMap('finalized', { finalizers: ['example.com/hold'] }))
      await api.delete(configMap('finalized'))
      const held = await api.read(configMap('finalized'))
      expect(held.metadata['deletionTimestamp']).toBeDefined()
      await api.patch(held, { metadata: { finalizers: null } })
      await expect(api.read(configMap('finalized'))).rejects.toMatchObject({ status: 404 })
    })

    it('serves a kind from when its definition is established until it is removed, its objects being deleted first', async () => {
      const plural = `contracts${Math.random().toString(36).slice(2, 6).replace(/\d/g, 'x')}`
      const definition: Manifest = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `${plural}.lab.example.com` },
        spec: {
          group: 'lab.example.com',
          scope: 'Namespaced',
          names: { kind: plural[0]?.toUpperCase() + plural.slice(1), plural },
          versions: ['v1', 'v1beta1'].map((version) => ({ name: version, served: true, storage: version === 'v1', schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } })),
        },
      }
      await api.create(definition)
      const path = (version: string) => `/apis/lab.example.com/${version}/namespaces/${namespace}/${plural}`
      await eventually(async () => (await get(path('v1'))).status, (status) => status === 200, 15_000)
      const kind = (definition['spec'] as { names: { kind: string } }).names.kind
      await eventually(() => api.send('POST', path('v1'), { apiVersion: 'lab.example.com/v1', kind, metadata: { name: 'one' } }).then(() => true, () => false), Boolean)
      const other = await list(path('v1beta1'))
      expect(other.items[0]).toMatchObject({ apiVersion: 'lab.example.com/v1beta1', kind, metadata: { name: 'one' } })
      await eventually(async () => ((await get('/apis/lab.example.com/v1')).body.resources ?? []).some((resource: { name: string }) => resource.name === plural), Boolean, 15_000)
      const opened = Promise.withResolvers<void>()
      const watching = watch(path('v1'), { resourceVersion: other.metadata.resourceVersion }, ({ type }) => type === 'DELETED', opened.resolve)
      await opened.promise
      await api.delete(definition)
      expect(told(await watching)).toContain('DELETED one')
      await eventually(async () => (await get(path('v1'))).status, (status) => status === 404, 15_000)
    }, 60_000)

    it('reviews tokens and access', async () => {
      const review = (path: string, spec: object) => api.send<Manifest>('POST', `/apis/${path}`, { apiVersion: path.split('/').slice(0, 2).join('/'), kind: path.includes('token') ? 'TokenReview' : path.includes('self') ? 'SelfSubjectAccessReview' : 'SubjectAccessReview', spec })
      expect((await review('authentication.k8s.io/v1/tokenreviews', { token: server.token }))['status']).toMatchObject({ authenticated: true, user: { username: server.username } })
      expect((await review('authentication.k8s.io/v1/tokenreviews', { token: 'nonsense' }))['status']['authenticated'] ?? false).toBe(false)
      const resourceAttributes = { verb: 'list', resource: 'pods', namespace }
      expect((await review('authorization.k8s.io/v1/selfsubjectaccessreviews', { resourceAttributes }))['status']['allowed']).toBe(true)
      expect((await review('authorization.k8s.io/v1/subjectaccessreviews', { user: 'somebody', resourceAttributes }))['status']['allowed']).toBe(false)
    })

    it('describes its kinds in OpenAPI 3 and 2', async () => {
      const { body: index } = await get('/openapi/v3')
      const { body: apps } = await get(index.paths['apis/apps/v1'].serverRelativeURL.split('?')[0])
      const kinds = (schemas: Record<string, Record<string, unknown>>) => Object.values(schemas).flatMap((schema) => ((schema['x-kubernetes-group-version-kind'] ?? []) as { kind: string }[]).map(({ kind }) => kind))
      expect(kinds(apps.components.schemas)).toContain('Deployment')
      expect(kinds((await get('/openapi/v2')).body.definitions)).toContain('Pod')
    })

    it('does not let in whom it does not know', async () => {
      const stranger = new Api({ ...server, token: 'nonsense' })
      await expect(stranger.get('/api/v1/pods')).rejects.toMatchObject({ status: 401 })
      stranger.close()
    })
  })
}
