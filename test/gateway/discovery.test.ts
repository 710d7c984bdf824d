import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { definitionsOf } from '../support/gizmos.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

/** So long after a definition was written, the kind is known or forgotten. */
const promptMs = 1000
const kindInput = '{ group: "lab.example.com", kind: "Gizmo" }'
const kinds = '{ kinds(group: "lab.example.com", kind: "Gizmo") { version state } }'
const gizmos = `{ objects(kinds: [${kindInput}]) { nodes { apiVersion metadata { name } } cache { synced } partial { code kind } } }`
const watches = '{ watches { kind { group version kind } state objects origin options { labelSelector } } }'

/** A server and a gateway that would look by itself only once an hour. */
async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { apiGroupsSyncIntervalSecond: 3600, ...config } })
  await eventually(() => gateway.data('{ kinds { kind } }'), (answer) => answer.kinds.length > 0)
  // Until the definitions are watched: what comes before is a matter of the start.
  await eventually(() => server.disturbWatches('customresourcedefinitions', () => undefined), (count) => count === 1)
  const kindsSoon = (versions: readonly string[]) => eventually(async () => (await gateway.data(kinds)).kinds.map(({ version }: { version: string }) => version), (found) => found.join() === versions.join(), promptMs)
  const watchOf = async (): Promise<{ kind: { version: string }; state: string; objects: number }[]> => (await gateway.data(watches)).watches.filter((watch: { kind: { kind: string } }) => watch.kind.kind === 'Gizmo')
  const live = (version: string) => eventually(watchOf, (found) => found.length === 1 && found[0]?.kind.version === version && found[0].state === 'LIVE')
  return { server, ...gateway, ...definitionsOf(server), kindsSoon, watchOf, live, gizmo: (name: string) => server.make('gizmos', { metadata: { name } }) }
}

/** What a subscriber to the kind hears, until its stream ends. */
function follow(url: string) {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  const heard: string[] = []
  let ended = false
  const read = async () => {
    const query = `subscription { objects(kinds: [${kindInput}], initial: true) { type object { apiVersion metadata { name } } } }`
    for await (const { data } of client.iterate<{ objects: { type: string; object: { metadata: { name: string } } | null } }>({ query })) {
      const { type, object } = data?.objects ?? { type: 'nothing', object: null }
      heard.push(object === null ? type : `${type} ${object.metadata.name}`)
    }
    ended = true
  }
  void read()
  return { heard, soon: (event: string) => eventually(() => heard, () => heard.includes(event)), ended: () => eventually(() => ended, Boolean) }
}

describe('a kind that is defined while the service runs', () => {
  it('is listed within a second, and answers queries', async () => {
    const { install, gizmo, kindsSoon, data } = await open()
    install('Gizmo', ['v1beta1', 'v1'])
    await kindsSoon(['v1', 'v1beta1'])
    gizmo('g')
    expect((await data(gizmos)).objects).toEqual({ nodes: [{ apiVersion: 'lab.example.com/v1', metadata: { name: 'g' } }], cache: { synced: true }, partial: [] })
  })

  it('is found although the discovery document lags behind its definition', async () => {
    const { server, install, kindsSoon } = await open()
    const before = await (await fetch(`${server.url}/apis`, { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' } })).json()
    server.faults.add({ match: { path: /^\/apis$/ }, times: 2, action: (exchange) => (exchange.json(200, before), true) })
    install('Gizmo', ['v1'])
    await kindsSoon(['v1'])
  })

  it('begins the watch that was declared for it', async () => {
    const { install, live, watchOf } = await open({ initialWatchingResources: [{ group: 'lab.example.com', kind: 'Gizmo' }] })
    expect(await watchOf()).toMatchObject([{ state: 'PENDING' }])
    install('Gizmo', ['v1'])
    await live('v1')
  })

  it('costs a few requests, however many are defined at once', async () => {
    const { server, install, data } = await open()
    const asked = () => server.requests.filter(({ path }) => path === '/apis').length
    const before = asked()
    for (let i = 0; i < 100; i += 1) install(`Gizmo${i}`, ['v1'])
    await eventually(() => data('{ kinds(group: "lab.example.com") { kind } }'), (answer) => answer.kinds.length === 100, promptMs)
    expect(asked() - before).toBeLessThanOrEqual(6)
  })

  it('tells those who build on it which group versions changed, also when only a schema was edited', async () => {
    const { gateway, install, edit, remove } = await open()
    const [cluster] = gateway.clusters
    const told: string[] = []
    cluster?.discovery.onChange((change) => {
      for (const [what, names] of Object.entries(change)) for (const name of names as string[]) told.push(`${what} ${name}`)
    })
    install('Gizmo', ['v1'])
    await eventually(() => told, () => told.includes('added lab.example.com/v1'))
    // The definition's status is written after it: let that be told of too.
    told.length = 0
    edit('Gizmo', ['v1'])
    await eventually(() => told, () => told.includes('changed lab.example.com/v1'))
    edit('Gizmo', ['v1', 'v2'])
    await eventually(() => told, () => told.includes('added lab.example.com/v2'))
    remove('Gizmo')
    await eventually(() => told, () => told.includes('removed lab.example.com/v2'))
  })
})

describe('a kind whose definition is removed', () => {
  it('is forgotten within a second: no kind, the watch GONE, and its query says so', async () => {
    const { install, remove, gizmo, kindsSoon, live, watchOf, data } = await open({ watch: { backoffInitialMs: 60_000, backoffMaxMs: 60_000 } })
    install('Gizmo', ['v1'])
    gizmo('g')
    await kindsSoon(['v1'])
    await data(gizmos)
    await live('v1')
    remove('Gizmo')
    await Promise.all([kindsSoon([]), eventually(watchOf, ([watch]) => watch?.state === 'GONE' && watch.objects === 0, promptMs)])
    expect((await data(gizmos)).objects).toEqual({ nodes: [], cache: { synced: false }, partial: [{ code: 'KIND_NOT_SERVED', kind: 'lab.example.com/v1/Gizmo' }] })
  })

  it('tells subscribers each deletion once, and goes on when the same version returns', async () => {
    const { url, install, remove, gizmo, kindsSoon, watchOf } = await open({ watch: { absentRetryMs: 3_600_000 } })
    install('Gizmo', ['v1'])
    for (const name of ['a', 'b']) gizmo(name)
    await kindsSoon(['v1'])
    const { heard, soon } = follow(url)
    await soon('SYNCED')
    remove('Gizmo')
    await eventually(watchOf, ([watch]) => watch?.state === 'GONE')
    install('Gizmo', ['v1'])
    gizmo('c')
    await soon('ADDED c')
    expect(heard).toEqual(['ADDED a', 'ADDED b', 'SYNCED', 'DELETED a', 'DELETED b', 'ADDED c'])
  })

  it('can be watched no more, and its watch can be stopped', async () => {
    const { install, remove, kindsSoon, watchOf, data } = await open()
    install('Gizmo', ['v1'])
    await kindsSoon(['v1'])
    await data(`mutation { startWatch(kind: ${kindInput}) { state } }`)
    remove('Gizmo')
    await eventually(watchOf, ([watch]) => watch?.state === 'GONE')
    expect((await data(`mutation { stopWatch(kind: ${kindInput}) }`)).stopWatch).toBe(true)
    expect(await watchOf()).toEqual([])
  })
})

describe('a kind that returns in another version', () => {
  it.each([
    ['the configuration', { initialWatchingResources: [{ group: 'lab.example.com', kind: 'Gizmo', watchOptions: { labelSelector: {} } }] }, undefined],
    ['startWatch', {}, `mutation { startWatch(kind: ${kindInput}) { state } }`],
    ['a query', {}, gizmos],
  ])('is followed there by the watch of %s, and streams of the old version end', async (_, config, begin) => {
    const { url, install, remove, gizmo, kindsSoon, live, watchOf, data } = await open(config)
    install('Gizmo', ['v1'])
    gizmo('a')
    await kindsSoon(['v1'])
    if (begin !== undefined) await data(begin)
    const [{ origin } = {}] = (await live('v1')) as { origin?: string }[]
    const { heard, soon, ended } = follow(url)
    await soon('SYNCED')
    remove('Gizmo')
    await eventually(watchOf, ([watch]) => watch?.state === 'GONE')
    install('Gizmo', ['v2'])
    gizmo('b')
    expect(await live('v2')).toMatchObject([{ origin }])
    await ended()
    expect(heard).toEqual(['ADDED a', 'SYNCED', 'DELETED a'])
    expect((await data(gizmos)).objects.nodes).toEqual([{ apiVersion: 'lab.example.com/v2', metadata: { name: 'b' } }])
  })

  it('without having gone deletes only what is no longer there', async () => {
    const { server, url, install, edit, gizmo, kindsSoon, live, data } = await open()
    install('Gizmo', ['v1'])
    for (const name of ['a', 'b']) gizmo(name)
    await kindsSoon(['v1'])
    await data(gizmos)
    const { heard, soon, ended } = follow(url)
    await soon('SYNCED')
    // Nobody hears of the one deletion before the version is gone.
    server.disturbWatches('gizmos', (exchange) => exchange.cut())
    server.faults.add({ match: { resource: 'gizmos', path: /v1\/gizmos/ }, action: () => true })
    server.store.delete(server.store.resource('gizmos'), 'shop', 'a')
    edit('Gizmo', ['v2'])
    await live('v2')
    await ended()
    expect(heard).toEqual(['ADDED a', 'ADDED b', 'SYNCED', 'DELETED a'])
    expect((await data(gizmos)).objects.nodes).toEqual([{ apiVersion: 'lab.example.com/v2', metadata: { name: 'b' } }])
  })

  it('is not followed by a watch that named its version', async () => {
    const { install, edit, kindsSoon, live, watchOf, data } = await open()
    install('Gizmo', ['v1'])
    await kindsSoon(['v1'])
    await data('mutation { startWatch(kind: { group: "lab.example.com", version: "v1", kind: "Gizmo" }) { state } }')
    await live('v1')
    edit('Gizmo', ['v1', 'v2'])
    await kindsSoon(['v2', 'v1'])
    expect(await watchOf()).toMatchObject([{ kind: { version: 'v1' }, state: 'LIVE' }])
  })
})
