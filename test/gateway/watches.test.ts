import { describe, expect, it } from 'vitest'
import { eventually, openApiServer, openGateway, openPlayground } from '../support/gateway.ts'

const watchStates = '{ watches { kind { group kind } state objects origin options { namespace labelSelector } lastError { code message } } }'
const pods = { initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'Pod' }] }

describe('watches', () => {
  it('of the configuration fill from the start, with their options', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod', watchOptions: { namespace: 'shop', labelSelector: { 'app.kubernetes.io/name': 'cart' } } }] } })
    const [watch] = (await eventually(() => data(watchStates), ({ watches }) => watches[0]?.state === 'LIVE')).watches
    expect(watch).toMatchObject({ kind: { group: '', kind: 'Pod' }, objects: 3, origin: 'CONFIG', options: { namespace: 'shop', labelSelector: { 'app.kubernetes.io/name': 'cart' } }, lastError: null })
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')).objects.totalCount).toBe(3)
  })

  it('of kinds that are not served wait for them, and begin when they are', async () => {
    const server = await openApiServer()
    const { data } = await openGateway(server, { config: { initialWatchingResources: [{ group: 'lab.example.com', version: 'v1', kind: 'Gizmo' }], apiGroupsSyncIntervalSecond: 1 } })
    const [pending] = (await eventually(() => data(watchStates), ({ watches }) => watches[0]?.lastError?.message.includes('does not serve'))).watches
    expect(pending).toMatchObject({ state: 'PENDING', kind: { group: 'lab.example.com', kind: 'Gizmo' } })
    installGizmos(server)
    server.make('gizmos', { metadata: { name: 'g' } })
    await eventually(() => data(watchStates), ({ watches }) => watches.length === 1 && watches[0].state === 'LIVE' && watches[0].objects === 1)
  })

  it('begin when a query asks for a kind, and answer when the first list is in', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    expect((await data('{ kinds(kind: "Deployment") { watched state objects } }')).kinds).toEqual([])
    expect((await data('{ objects(kinds: [{ group: "apps", kind: "Deployment" }]) { totalCount cache { synced staleMs } } }')).objects).toEqual({ totalCount: 11, cache: { synced: true, staleMs: 0 } })
    expect((await data('{ kinds(group: "apps", kind: "Deployment") { plural apiVersion namespaced shortNames preferred watched state objects } }')).kinds).toEqual([
      { plural: 'deployments', apiVersion: 'apps/v1', namespaced: true, shortNames: ['deploy'], preferred: true, watched: true, state: 'LIVE', objects: 11 },
    ])
  })

  it('do not begin by themselves where that is switched off', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server, { config: { watch: { onDemand: false } } })
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount partial { code message } } }')
    expect(objects).toEqual({ totalCount: 0, partial: [{ code: 'KIND_NOT_WATCHED', message: expect.stringContaining('startWatch') as string }] })
  })

  it('begin and stop by mutation; those of the configuration are read-only', async () => {
    const { server } = await openPlayground()
    const { data, query } = await openGateway(server, { config: { ...pods, watch: { onDemand: false } } })
    const start = 'mutation ($options: WatchOptionsInput) { startWatch(kind: { kind: "Secret" }, options: $options) { origin kind { kind } options { namespace } } }'
    await eventually(() => data('{ kinds(kind: "Secret") { kind } }'), ({ kinds }) => kinds.length === 1)
    expect((await data(start, { options: { namespace: 'shop' } })).startWatch).toEqual({ origin: 'API', kind: { kind: 'Secret' }, options: { namespace: 'shop' } })
    await eventually(() => data('{ objects(kinds: [{ kind: "Secret" }]) { totalCount } }'), ({ objects }) => objects.totalCount === 7)
    expect((await query(start, { options: { namespace: 'data' } })).errors?.[0]?.extensions.code).toBe('WATCH_CONFLICT')
    expect((await query(start, { options: { labelSelector: [1] } })).errors?.[0]?.extensions.code).toBe('INVALID_ARGUMENT')
    expect((await data('mutation { stopWatch(kind: { kind: "Secret" }) }')).stopWatch).toBe(true)
    expect((await data('mutation { stopWatch(kind: { kind: "Secret" }) }')).stopWatch).toBe(false)
    expect((await query('mutation { stopWatch(kind: { kind: "Pod" }) }')).errors?.[0]?.extensions.code).toBe('WATCH_READ_ONLY')
    // Nothing of the stopped watch is left on the server.
    expect(server.disturbWatches('secrets', () => undefined)).toBe(0)
  })

  it('are no more than the limit', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server, { config: { watch: { maxKinds: 1 } } })
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }, { kind: "Node" }]) { partial { code } } }')
    expect(objects.partial).toEqual([{ code: 'WATCH_LIMIT' }])
  })

  it('find a kind that was installed this moment', async () => {
    const server = await openApiServer()
    const { data } = await openGateway(server, { config: { apiGroupsSyncIntervalSecond: 3600 } })
    await eventually(() => data('{ kinds { kind } }'), ({ kinds }) => kinds.length > 0)
    installGizmos(server)
    server.make('gizmos', { metadata: { name: 'g' } })
    const { objects } = await data('{ objects(kinds: [{ group: "lab.example.com", kind: "Gizmo" }]) { nodes { apiVersion } } }')
    expect(objects.nodes).toEqual([{ apiVersion: 'lab.example.com/v1' }])
  })

  it('answer within the deadline while the first list is stuck, and say how it stands', async () => {
    const { server } = await openPlayground()
    server.faults.add({ match: { resource: 'pods' }, action: () => true })
    const { data } = await openGateway(server, { config: { watch: { syncTimeoutMs: 200 } } })
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }, { kind: "Node" }]) { totalCount partial { code message } } }')
    expect(objects).toEqual({ totalCount: 7, partial: [{ code: 'NOT_SYNCED', message: expect.stringContaining('first list of v1/Pod is not in yet') as string }] })
  })
})

function installGizmos(server: Awaited<ReturnType<typeof openApiServer>>): void {
  const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema: { openAPIV3Schema: { type: 'object' } } })
  server.make('customresourcedefinitions', {
    metadata: { name: 'gizmos.lab.example.com' },
    spec: { group: 'lab.example.com', scope: 'Namespaced', names: { kind: 'Gizmo', plural: 'gizmos' }, versions: [version('v1beta1', false), version('v1', true)] },
  })
}
