import { describe, expect, it } from 'vitest'
import { eventually, openApiServer, openGateway, type GatewayTestOptions } from '../support/gateway.ts'

/** A gateway before a server with Pods, and what it asks the server for. */
async function open(config: GatewayTestOptions['config'] = {}) {
  const server = await openApiServer()
  server.make('namespaces', { metadata: { name: 'lab' } })
  const pod = (namespace: string, name: string, app: string, nodeName: string) => server.make('pods', { metadata: { namespace, name, labels: { app } }, spec: { nodeName, containers: [] } })
  pod('shop', 'web-1', 'web', 'n1')
  pod('shop', 'web-2', 'web', 'n2')
  pod('lab', 'web-3', 'web', 'n1')
  pod('shop', 'api-1', 'api', 'n1')
  const asked: string[] = []
  server.faults.add({ match: { resource: 'pods', verb: 'watch' }, action: ({ info }) => (asked.push(decodeURIComponent(`${info.path} ${info.query.get('labelSelector') ?? ''} ${info.query.get('fieldSelector') ?? ''}`).trim()), false) })
  const gateway = await openGateway(server, { config })
  const find = async (conditions: object, dedicated: unknown = true) => {
    const response = await fetch(`${gateway.url}/resources/k8sObjects`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ group: 'core', version: 'v1', kind: 'Pod', dedicated, ...conditions }) })
    const { code, data } = (await response.json()) as { code: number; data: { metadata: { name: string } }[] | null }
    return data === null ? code : data.map(({ metadata }) => metadata.name)
  }
  const cached = async () => ((await (await fetch(`${gateway.url}/manage/cachedResourcesList`)).json()) as { data: unknown }).data
  return { ...gateway, server, pod, find, cached, asked: () => asked.splice(0) }
}

describe('a dedicated query', () => {
  it('has the API server select, keeps no more than that, and follows it', async () => {
    const { find, asked, cached, pod } = await open()
    expect(await find({ namespace: 'shop', labelSelectors: ['app', 'web'] })).toEqual(['web-1', 'web-2'])
    expect(asked()).toEqual(['/api/v1/namespaces/shop/pods app=web'])
    expect(await cached()).toEqual([])
    pod('shop', 'web-0', 'web', 'n1')
    await eventually(() => find({ namespace: 'shop', labelSelectors: ['app', 'web'] }), (found) => Array.isArray(found) && found.length === 3)
    expect(asked()).toEqual([])
  })

  it.each([
    [{ fieldMatches: ['spec.nodeName', 'n1'] }, '/api/v1/pods  spec.nodeName=n1', ['web-3', 'api-1', 'web-1']],
    [{ fieldMatches: ['.spec.nodeName', 'n1', 'metadata.labels.app', 'api', 'spec.containers', []] }, '/api/v1/pods app=api spec.nodeName=n1', ['api-1']],
    [{ name: 'web-2' }, '/api/v1/pods  metadata.name=web-2', ['web-2']],
    [{ name: 'web-2', namespace: 'shop', labelSelectors: ['app', 'nope'] }, '/api/v1/namespaces/shop/pods  metadata.name=web-2', ['web-2']],
    [{ namespace: 'lab', labelSelectors: ['app', 'no label!'] }, '/api/v1/namespaces/lab/pods', []],
    [{ namespace: 'lab', labelSelectors: ['app', 'web', 'app', 'api'] }, '/api/v1/namespaces/lab/pods app=api', []],
    [{ fieldMatches: ['metadata.labels', { app: 'api' }] }, '/api/v1/pods', ['api-1']],
  ])('%j asks the server for what it can select by, and finds the rest itself', async (conditions, request, found) => {
    const { find, asked } = await open()
    expect(await find(conditions)).toEqual(found)
    expect(asked()).toEqual([request])
  })

  it('is answered by the cache of the whole kind where there is one, or by one of equal conditions that the configuration declares', async () => {
    const whole = await open({ initialWatchingResources: [{ kind: 'Pod' }] })
    expect(await whole.find({ labelSelectors: ['app', 'api'] })).toEqual(['api-1'])
    expect(whole.asked()).toEqual(['/api/v1/pods'])
    const declared = await open({ initialWatchingResources: [{ kind: 'Pod', watchOptions: { labelSelector: { app: 'api' } } }] })
    expect(await declared.find({ labelSelectors: ['app', 'api'] })).toEqual(['api-1'])
    expect(declared.asked()).toEqual(['/api/v1/pods app=api'])
    // Of what is not declared the declared one knows nothing.
    expect(await declared.find({ labelSelectors: ['app', 'web'] }, false)).toEqual([])
    expect(await declared.find({ labelSelectors: ['app', 'web'] })).toEqual(['web-3', 'web-1', 'web-2'])
    expect(declared.asked()).toEqual(['/api/v1/pods app=web'])
  })

  it('is shared by REST and GraphQL, whatever way the conditions are written', async () => {
    const { data, find, asked } = await open()
    const list = async (filters: string) => {
      const { objects } = await data(`{ objects(kinds: [{ kind: "Pod" }], dedicated: true, ${filters}) { totalCount nodes { metadata { name } } partial { code } cache { synced } } }`)
      expect([objects.partial, objects.cache]).toEqual([[], { synced: true }])
      return objects.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name)
    }
    expect(await list('labelSelector: "app=web", fieldSelector: "spec.nodeName=n1"')).toEqual(['web-3', 'web-1'])
    expect(await list('where: { and: [{ path: "spec.nodeName", eq: "n1" }, { path: "metadata.labels.app", eq: "web" }] }, search: "3"')).toEqual(['web-3'])
    expect(await find({ labelSelectors: ['app', 'web'], fieldMatches: ['spec.nodeName', 'n1'] })).toEqual(['web-3', 'web-1'])
    expect(asked()).toEqual(['/api/v1/pods app=web spec.nodeName=n1'])
    expect(await list('labelSelector: "app in (web,api)", namespace: "shop"')).toEqual(['api-1', 'web-1', 'web-2'])
    expect(asked()).toEqual(['/api/v1/namespaces/shop/pods app in (api,web)'])
  })

  it('tells nobody else of its changes', async () => {
    const { find, pod, data, gateway } = await open()
    const told: string[] = []
    gateway.clusters[0]?.feed.subscribe(({ object }) => told.push(object.metadata.name))
    await find({ labelSelectors: ['app', 'web'] })
    pod('shop', 'web-0', 'web', 'n1')
    await eventually(() => find({ labelSelectors: ['app', 'web'] }), (found) => Array.isArray(found) && found.length === 4)
    expect(told).toEqual([])
    expect(await data('{ watches { state } }')).toEqual({ watches: [] })
  })

  it('is refused where there are too many, where kinds are not watched on demand, and where it says nonsense', async () => {
    const few = await open({ watch: { maxDedicated: 1 } })
    expect(await few.find({ namespace: 'shop' })).toHaveLength(3)
    expect(await few.find({ namespace: 'lab' })).toBe(429)
    expect(await few.find({ namespace: 'shop' })).toHaveLength(3)
    const closed = await open({ watch: { onDemand: false } })
    expect(await closed.find({ namespace: 'shop' })).toBe(409)
    expect(await closed.find({ namespace: 'shop' }, 'maybe')).toBe(400)
  })

  it('ends its watch when nobody asks any more', async () => {
    const { find, server, url } = await open({ watch: { dedicatedIdleMs: 100 } })
    await find({ namespace: 'shop' })
    const watches = async () => /^watchql_dedicated_watches\{cluster="default"\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]
    await eventually(watches, (count) => count === '0')
    await eventually(() => server.faults.strike({ resource: 'pods', verb: 'watch' }, () => undefined), (open) => open === 0)
    expect(await find({ namespace: 'lab' })).toEqual(['web-3'])
  })
})
