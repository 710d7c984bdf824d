import { describe, expect, it } from 'vitest'
import type { ApiClient, Document } from '../../contract/api-client.ts'
import { objectsOf } from './world.ts'

export interface GrwTarget {
  /** Of a gateway that watches nothing yet, before a server with the objects of `makeWorld`. */
  readonly url: string
  /** Of the API server itself. */
  readonly client: ApiClient
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Document
}

async function ask({ url }: GrwTarget, request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${url}${path}`, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
}

const objects = '/resources/k8sObjects'
const configMaps = `${objects}?group=core&version=v1&kind=ConfigMap`
const istio = 'networking.istio.io'
const mine = { group: 'core', version: 'v1', kind: 'ConfigMap', namespace: 'shop' }

/** What is asked, and the objects that are found. */
const queries: readonly (readonly [sentence: string, request: string, body: unknown, found: readonly string[]])[] = [
  ['by kind and namespace, in the query string', `GET ${configMaps}&namespace=shop`, undefined, ['shop/api', 'shop/web']],
  ['by name in every namespace', `GET ${configMaps}&name=web`, undefined, ['lab/web', 'shop/web']],
  ['by name and namespace', `GET ${configMaps}&name=web&namespace=lab`, undefined, ['lab/web']],
  ['of which there are none', `GET ${configMaps}&name=nope&namespace=lab`, undefined, []],
  ['by POST with the query string and no body', `POST ${configMaps}&namespace=lab`, undefined, ['lab/web']],
  ['by POST with an empty body', `POST ${configMaps}&namespace=lab`, '', ['lab/web']],
  ['by POST with a body only', `POST ${objects}`, mine, ['shop/api', 'shop/web']],
  ['by a body that wins over the query string', `POST ${objects}?group=apps&version=v1&kind=Deployment&namespace=lab`, mine, ['shop/api', 'shop/web']],
  ['by a body that leaves to the query string what is empty in it', `POST ${configMaps}&namespace=lab`, { group: '', version: null, namespace: '' }, ['lab/web']],
  ['by a label', `POST ${objects}`, { ...mine, labelSelectors: ['app', 'web'] }, ['shop/web']],
  ['by labels, all of which must be there', `POST ${objects}`, { ...mine, labelSelectors: ['app', 'web', 'tier', 'back'] }, []],
  ['by an annotation, whatever is in it', `POST ${objects}`, { ...mine, annotationSelectors: ['example.com/owner', 'anna, bert'] }, ['shop/web']],
  ['by all conditions together', `POST ${objects}`, { ...mine, labelSelectors: ['tier', 'back'], annotationSelectors: ['example.com/owner', 'carl'], fieldMatches: ['data.of', 'api'] }, ['shop/api']],
  ['by conditions that hold for different objects', `POST ${objects}`, { ...mine, labelSelectors: ['tier', 'front'], annotationSelectors: ['example.com/owner', 'carl'] }, []],
  ['by name and namespace, which leaves labels and annotations aside', `POST ${objects}`, { ...mine, name: 'web', labelSelectors: ['app', 'api'], annotationSelectors: ['a', 'b'] }, ['shop/web']],
  ['by name and namespace, which does not leave fields aside', `POST ${objects}`, { ...mine, name: 'web', fieldMatches: ['data.of', 'api'] }, []],
  ['by name alone, which leaves nothing aside', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'ConfigMap', name: 'web', labelSelectors: ['app', 'api'] }, []],
  ['by the path of a field', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['spec.nodeName', 'node-1'] }, ['shop/placed']],
  ['by the path of a field with a leading dot', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['.spec.nodeName', 'node-1'] }, ['shop/placed']],
  ['by a field that is a number', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.replicas', 3] }, ['shop/dns']],
  ['by a field that is a number and not its text', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.replicas', '3'] }, []],
  ['by a field that is true', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['spec.hostNetwork', true] }, ['shop/pending', 'shop/placed']],
  ['by a field that is an object', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.selector.matchLabels', { 'k8s-app': 'kube-dns' }] }, ['shop/dns']],
  ['by a field that is an object, its members in any order', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.template.metadata.labels', { tier: 'system', 'k8s-app': 'kube-dns' }] }, ['shop/dns']],
  ['by a field that is an object, not by a part of it', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.template.metadata.labels', { tier: 'system' }] }, []],
  ['by a field that is 0', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.replicas', 0] }, ['shop/proxy']],
  ['by a field that is false', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['spec.enableServiceLinks', false] }, ['shop/pending']],
  ['by a field that is missing, which is null', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['spec.nodeName', null] }, ['shop/pending']],
  ['by a field that is a list', `POST ${objects}`, { group: istio, version: 'v1', kind: 'VirtualService', fieldMatches: ['spec.hosts', ['www.example.com', 'www.elsewhere.com']] }, ['shop/web']],
  ['by a field that is a list, in its order', `POST ${objects}`, { group: istio, version: 'v1', kind: 'VirtualService', fieldMatches: ['spec.hosts', ['www.elsewhere.com', 'www.example.com']] }, []],
  ['by a field in an element of a list', `POST ${objects}`, { group: 'core', version: 'v1', kind: 'Pod', fieldMatches: ['spec.containers[0].name', 'main'] }, ['shop/pending', 'shop/placed']],
  ['by a field whose name has dots', `POST ${objects}`, { ...mine, fieldMatches: ["metadata.annotations['example.com/owner']", 'carl'] }, ['shop/api']],
  ['by several fields', `POST ${objects}`, { group: 'apps', version: 'v1', kind: 'Deployment', fieldMatches: ['spec.replicas', 0, '.metadata.name', 'dns'] }, []],
]

/** Requests that are refused: what is asked, the status, and what the message says. */
const refusals: readonly (readonly [sentence: string, request: string, body: unknown, status: number, message: RegExp, code: string])[] = [
  ['no group', `GET ${objects}?version=v1&kind=Pod`, undefined, 416, /group/, 'MISSING_KIND'],
  ['no version', `GET ${objects}?group=core&kind=Pod`, undefined, 416, /version/, 'MISSING_KIND'],
  ['no kind', `POST ${objects}`, { group: 'core', version: 'v1' }, 416, /kind/, 'MISSING_KIND'],
  ['a body that is no JSON', `POST ${objects}`, '{"group": "core",\n "version" v1}', 400, /not JSON: .*line 2 column 12/, 'BAD_REQUEST'],
  ['a body that would change what objects inherit', `POST ${configMaps}`, '{"__proto__": {"namespace": "lab"}}', 400, /__proto__/, 'BAD_REQUEST'],
  ['a body that is no object', `POST ${configMaps}`, [1], 400, /must be a JSON object; it is \[1\]/, 'BAD_REQUEST'],
  ['a selector that is no list', `POST ${objects}`, { ...mine, labelSelectors: 'app=web' }, 400, /`labelSelectors` must be a list of keys and values in turn; it is "app=web"/, 'BAD_REQUEST'],
  ['a key without a value', `POST ${objects}`, { ...mine, fieldMatches: ['spec.replicas'] }, 400, /`fieldMatches` .*last key has no value/, 'BAD_REQUEST'],
  ['a label without a value', `POST ${objects}`, { ...mine, labelSelectors: ['app', 'web', 'tier'] }, 400, /`labelSelectors` .*last key has no value/, 'BAD_REQUEST'],
  ['a body that is a text', `POST ${objects}`, '"core"', 400, /must be a JSON object; it is "core"/, 'BAD_REQUEST'],
  ['a key that is none', `POST ${objects}`, { ...mine, annotationSelectors: [1, 'a'] }, 400, /`annotationSelectors\[0\]` must be a key; it is 1/, 'BAD_REQUEST'],
  ['a label of another type', `POST ${objects}`, { ...mine, labelSelectors: ['app', 1] }, 400, /`labelSelectors\[1\]` must be a text; it is 1/, 'BAD_REQUEST'],
  ['a path that is none', `POST ${objects}`, { ...mine, fieldMatches: ['spec..x', 1] }, 400, /path/, 'INVALID_PATH'],
  ['a namespace that is no text', `POST ${objects}`, { ...mine, namespace: ['shop'] }, 400, /`namespace` must be one text; it is \["shop"\]/, 'BAD_REQUEST'],
  ['one parameter twice', `GET ${configMaps}&kind=Pod`, undefined, 400, /`kind` must be one text/, 'BAD_REQUEST'],
  ['the resources of no group', 'GET /resources/apiGroupResources?version=v1', undefined, 416, /group/, 'MISSING_KIND'],
  ['the resources of no version', 'GET /resources/apiGroupResources?group=apps', undefined, 416, /version/, 'MISSING_KIND'],
  ['the resources of a group that is not served', 'GET /resources/apiGroupResources?group=no.such&version=v1', undefined, 404, /no\.such\/v1/, 'NOT_FOUND'],
  ['the size of no kind', 'GET /manage/cacheSize?group=core&version=v1', undefined, 400, /kind/, 'INVALID_ARGUMENT'],
]

const nameOf = ({ metadata }: Document): string => `${metadata.namespace}/${metadata.name}`

/** Holds each promise of k8s-generic-watcher's read API against a gateway. `open` is called once per test. */
export function describeGrw(title: string, open: () => Promise<GrwTarget>): void {
  describe(title, () => {
    it.each(queries)('finds objects %s', async (_sentence, request, body, found) => {
      const { status, headers, body: answer } = await ask(await open(), request, body)
      expect(answer).toEqual({ code: 200, message: `${found.length} resource(s) founded`, data: expect.anything() as unknown })
      // The real one has ConfigMaps of its own.
      expect(answer.data.map(nameOf)).toEqual(found)
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    })

    it('finds by dedicated watches what it finds without', async () => {
      const target = await open()
      for (const [sentence, request, body, found] of queries) {
        const query = request.includes('?') ? `${request}&dedicated=true` : request
        const { body: answer } = await ask(target, query, typeof body === 'object' ? { ...body, dedicated: true } : body)
        expect(answer.data?.map(nameOf), sentence).toEqual(found)
      }
      expect((await ask(target, 'GET /manage/cachedResourcesList')).body.data).not.toContain('v1/ConfigMap')
    })

    it('reads a form as it reads a body of JSON, and an empty one as none', async () => {
      const target = await open()
      const form = (path: string, body: string) => ask(target, `POST ${path}`, body, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })
      expect((await form(`${configMaps}&namespace=lab`, '')).body.data.map(nameOf)).toEqual(['lab/web'])
      expect((await form(objects, 'group=core&version=v1&kind=ConfigMap&namespace=shop&labelSelectors=app&labelSelectors=web')).body.data.map(nameOf)).toEqual(['shop/web'])
      const undeclared = await form(configMaps, '{"namespace": "lab"}')
      expect([undeclared.status, undeclared.body]).toEqual([400, { code: 400, message: expect.stringContaining('content-type: application/json') as string, data: null }])
      for (const type of ['text/plain', 'application/yaml']) {
        const other = (body: string) => ask(target, `POST ${configMaps}&namespace=lab`, body, { 'content-type': type })
        expect((await other('')).body.data.map(nameOf)).toEqual(['lab/web'])
        const { status, body } = await other('namespace: lab')
        expect([status, body]).toEqual([415, { code: 415, message: expect.stringContaining('application/json') as string, data: null }])
      }
    })

    it('takes paths with a slash behind them, and in any case, as routers of Express do', async () => {
      const target = await open()
      for (const path of [`/resources/k8sObjects/?group=core&version=v1&kind=ConfigMap&namespace=lab`, `/Resources/K8SObjects?group=core&version=v1&kind=ConfigMap&namespace=lab`])
        expect((await ask(target, `GET ${path}`)).body.data.map(nameOf)).toEqual(['lab/web'])
    })

    it('finds whole objects, each with its apiVersion and kind, where no condition is given', async () => {
      const target = await open()
      for (const [query, path, kind] of [['group=core&version=v1&kind=ConfigMap', '/api/v1/configmaps', { apiVersion: 'v1', kind: 'ConfigMap' }], ['group=apps&version=v1&kind=Deployment', '/apis/apps/v1/deployments', { apiVersion: 'apps/v1', kind: 'Deployment' }]] as const) {
        const { body } = await ask(target, `GET ${objects}?${query}`)
        const expected = await objectsOf(target.client, path, kind)
        expect(body.data.length).toBeGreaterThanOrEqual(2)
        expect(body.data).toEqual(expected.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)))
      }
    })

    it('finds one object by its uid, whatever its labels are, and in no other kind', async () => {
      const target = await open()
      const [{ metadata: { uid } }] = (await ask(target, `GET ${configMaps}&name=api&namespace=shop`)).body.data
      const found = await ask(target, `POST ${objects}`, { group: 'core', version: 'v1', kind: 'ConfigMap', uid, labelSelectors: ['app', 'nope'] })
      expect(found.body.data.map(nameOf)).toEqual(['shop/api'])
      expect((await ask(target, `GET ${configMaps}&uid=${uid}&namespace=lab`)).body.data).toEqual([])
      expect((await ask(target, `GET ${objects}?group=core&version=v1&kind=Pod&uid=${uid}`)).body.data).toEqual([])
    })

    it('finds objects in the version that is asked for', async () => {
      const target = await open()
      for (const version of ['v1', 'v1beta1']) {
        const { body } = await ask(target, `GET ${objects}?group=networking.istio.io&version=${version}&kind=Gateway&namespace=shop`)
        expect(body.data.map(({ apiVersion, metadata }: Document) => `${apiVersion} ${metadata.name}`)).toEqual([`networking.istio.io/${version} narrow`, `networking.istio.io/${version} public`])
      }
    })

    it('repeats in a 416 what was named', async () => {
      const target = await open()
      expect((await ask(target, `POST ${objects}?group=core`, { kind: 'Pod' })).body).toEqual({ code: 416, message: expect.any(String) as string, data: { group: 'core', kind: 'Pod' } })
      expect((await ask(target, 'GET /resources/apiGroupResources?version=v1')).body.data).toEqual({ version: 'v1' })
    })

    it.each(refusals)('refuses %s', async (_sentence, request, body, status, message, code) => {
      const answer = await ask(await open(), request, body)
      expect(answer.body).toEqual({ code: status, message: expect.stringMatching(message) as unknown, data: answer.body.data })
      expect([answer.status, answer.headers.get('watchql-error')]).toEqual([status, code])
    })

    it('answers a kind that is not served with those of its name', async () => {
      const target = await open()
      for (const [group, version, kind] of [['extensions', 'v1beta1', 'Deployment'], ['apps', 'v1beta1', 'deployment'], ['apps', 'v9', 'Deployment']]) {
        const { status, body } = await ask(target, `GET ${objects}?group=${group}&version=${version}&kind=${kind}`)
        expect([status, body.code, body.data]).toEqual([404, 404, [{ group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', groupVersion: 'apps/v1', gvk: 'apps/v1/Deployment', originalApiResource: expect.objectContaining({ name: 'deployments', namespaced: true }) as unknown }]])
      }
      expect((await ask(target, `GET ${objects}?group=core&version=v1&kind=Nope`)).body).toMatchObject({ code: 404, data: [] })
    })

    it('tells the served groups as the API server does', async () => {
      const target = await open()
      for (const query of ['', '?forceUpdate=true']) {
        const { status, body } = await ask(target, `GET /resources/apiGroups${query}`)
        const { groups } = await target.client.get('/apis')
        const byName = (list: Document[]) => Object.fromEntries(list.map((group) => [group.name, group]))
        expect([status, body.code, body.data.kind]).toEqual([200, 200, 'APIGroupList'])
        expect(byName(body.data.groups)).toEqual(byName(groups))
      }
    })

    it('tells the resources of a group version as the API server does, subresources included', async () => {
      const target = await open()
      for (const [query, path] of [['group=core&version=v1', '/api/v1'], ['group=apps&version=v1&forceUpdate=true', '/apis/apps/v1'], [`group=${istio}&version=v1beta1`, `/apis/${istio}/v1beta1`]]) {
        const { status, body } = await ask(target, `GET /resources/apiGroupResources?${query}`)
        const { groupVersion, resources } = await target.client.get(path as string)
        expect([status, body.code, body.data.kind, body.data.groupVersion]).toEqual([200, 200, 'APIResourceList', groupVersion])
        // Where aggregated discovery tells what is served, hashes of how it is stored are not among it.
        expect(body.data.resources.sort(byName)).toEqual(resources.map(withoutHash).sort(byName))
      }
    })

    it('tells which kinds are cached and how many objects of each', async () => {
      const target = await open()
      const cached = async () => (await ask(target, 'GET /manage/cachedResourcesList')).body
      const size = async (query: string) => (await ask(target, `GET /manage/cacheSize?${query}`)).body
      expect(await cached()).toMatchObject({ code: 200, data: [] })
      expect(await size('group=apps&version=v1&kind=Deployment')).toMatchObject({ code: 200, data: 0 })
      await ask(target, `GET ${objects}?group=apps&version=v1&kind=Deployment`)
      await ask(target, `GET ${objects}?group=core&version=v1&kind=Pod`)
      expect((await cached()).data).toEqual(['apps/v1/Deployment', 'v1/Pod'])
      expect(await size('group=apps&version=v1&kind=Deployment')).toMatchObject({ code: 200, data: 2 })
      expect(await size('group=core&version=v1&kind=Pod')).toMatchObject({ data: 2 })
      expect(await size('group=core&version=v1&kind=Nope')).toMatchObject({ code: 200, data: 0 })
    })

    it("joins the hosts of Istio's Gateways with the VirtualServices that are bound to them", async () => {
      const target = await open()
      const { status, body } = await ask(target, 'GET /analyze/istioGatewayHosts')
      const inner = { namespace: 'lab', gatewayName: 'inner', serviceHosts: [{ serviceName: 'remote', host: 'lab.example.com', serviceLabels: {} }] }
      const narrow = { namespace: 'shop', gatewayName: 'narrow', serviceHosts: [{ serviceName: 'wide', host: '*.example.net', serviceLabels: {} }] }
      const open_ = {
        namespace: 'shop',
        gatewayName: 'public',
        serviceHosts: [
          { serviceName: 'remote', host: 'lab.example.com', serviceLabels: {} },
          { serviceName: 'remote', host: 'secret.example.com', serviceLabels: {} },
          { serviceName: 'web', host: 'www.example.com', serviceLabels: { app: 'web' } },
          { serviceName: 'wide', host: 'shop.example.org', serviceLabels: {} },
        ],
      }
      expect([status, body]).toEqual([200, { code: 200, message: 'Gateway hosts fetched', data: [inner, narrow, open_] }])
      expect((await ask(target, 'GET /analyze/istioGatewayHosts?ns=lab')).body.data).toEqual([inner])
      const query = '{ istioGatewayHosts(namespace: "shop") { namespace gatewayName serviceHosts { serviceName host serviceLabels } } }'
      expect((await ask(target, 'POST /graphql', { query })).body).toEqual({ data: { istioGatewayHosts: [narrow, open_] } })
    })

    it('greets', async () => {
      const { status, body } = await ask(await open(), 'GET /')
      expect([status, body]).toEqual([200, expect.stringContaining('/resources/k8sObjects')])
    })

    it('answers 304 as long as nothing changed in what was asked for', async () => {
      const target = await open()
      const url = `GET ${configMaps}&namespace=shop`
      const etag = (await ask(target, url)).headers.get('etag') ?? ''
      const again = await ask(target, url, undefined, { 'if-none-match': `"other", W/${etag}` })
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag])
      expect((await ask(target, url, undefined, { 'if-none-match': '"other"' })).status).toBe(200)
      const name = `etag-${Date.now()}`
      await target.client.create('/api/v1/namespaces/shop/configmaps', { metadata: { name } })
      const changed = await until(() => ask(target, url, undefined, { 'if-none-match': etag }), ({ status }) => status === 200)
      expect(changed.body.data.map(nameOf)).toContain(`shop/${name}`)
      expect(changed.headers.get('etag')).not.toBe(etag)
      await target.client.delete(`/api/v1/namespaces/shop/configmaps/${name}`)
      await until(() => ask(target, url), ({ body }) => !body.data.map(nameOf).includes(`shop/${name}`))
    })
  })
}

function withoutHash(resource: Document): Document {
  const { storageVersionHash: _storageVersionHash, ...rest } = resource
  return rest
}

const byName = (a: Document, b: Document) => (a.name < b.name ? -1 : 1)

async function until(attempt: () => Promise<Answer>, passes: (answer: Answer) => boolean): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await attempt()
    if (passes(answer)) return answer
    if (tries > 500) throw new Error(`It did not come to pass: ${JSON.stringify(answer.body)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
