import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/model/change.ts'
import type { Exchange } from '../../src/playground/api-server/exchange.ts'
import {
  contentType,
  cutAfter,
  delay,
  duplicate,
  expiredEvent,
  inject,
  refuse,
  respond,
  silentAfter,
  stall,
  type FaultAction,
} from '../../src/playground/api-server/faults.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

const totals = '{ objects(kinds: [{ kind: "ConfigMap" }], first: 5000) { nodes { metadata { name resourceVersion } } } }'

/** A gateway that watches config maps, and everything that its feed told. */
async function open(options: { objects?: number; faults?: { verb: string; action: FaultAction; times?: number; continued?: boolean }[]; watch?: object } = {}) {
  const server = await openApiServer()
  const resource = server.registry.find('', 'v1', 'configmaps')
  const make = (name: string, data = 'x') => server.make('configmaps', { metadata: { name }, data: { value: data } })
  for (let i = 0; i < (options.objects ?? 3); i += 1) make(`c${i}`)
  for (const { verb, action, times = 1, continued } of options.faults ?? []) server.faults.add({ match: { verb, resource: 'configmaps', ...(continued === undefined ? {} : { continued }) }, times, action })
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'ConfigMap' }], transport: { idleTimeoutMs: 500 }, watch: { idleTimeoutMs: 1000, streamingLists: false, ...options.watch } } })
  const [cluster] = gateway.gateway.clusters
  const told: string[] = []
  cluster?.feed.subscribe((change: Change) => told.push(`${change.type} ${change.object.metadata.name}`))
  const status = () => cluster?.informers.all()[0]?.status()
  const truth = () => server.store.list(resource as never).map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted()
  const ours = async () => ((await gateway.data(totals)).objects.nodes as { metadata: { name: string; resourceVersion: string } }[]).map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted()
  return {
    server,
    make,
    change: (name: string, value: string) => server.store.update(resource as never, 'shop', name, { metadata: { name }, data: { value } }),
    remove: (name: string) => server.store.delete(resource as never, 'shop', name),
    told,
    status,
    cursor: () => cluster?.feed.head(),
    live: () => eventually(() => status()?.state, (state) => state === 'LIVE'),
    watching: () => eventually(() => server.disturbWatches('configmaps', () => undefined), (count) => count === 1),
    disturb: (action: (exchange: Exchange) => void) => server.disturbWatches('configmaps', action),
    /** Until we hold exactly what the server holds. */
    agrees: () => eventually(async () => JSON.stringify(await ours()) === JSON.stringify(truth()), Boolean),
    lists: () => server.requests.filter(({ verb, resource: plural }) => verb === 'list' && plural === 'configmaps').length,
  }
}

describe('a first list', () => {
  it.each<[string, FaultAction]>([
    ['refused connections', refuse],
    ['errors of the server', respond(500, 'InternalError')],
    ['429 with Retry-After', respond(429, 'TooManyRequests', { 'retry-after': '0' })],
    ['an expired credential', respond(401, 'Unauthorized')],
    ['the login page of a proxy', contentType('text/html')],
    ['a body cut in the middle of an item', cutAfter(700)],
    ['a body that is no JSON', inject('<<<')],
    ['a slow answer', delay(200)],
  ])('comes in whole after %s', async (_, action) => {
    const { agrees, live } = await open({ objects: 20, faults: [{ verb: 'list', action, times: 2 }] })
    await live()
    await agrees()
  })

  it('waits as long as Retry-After says', async () => {
    const startedAt = performance.now()
    const { live } = await open({ faults: [{ verb: 'list', action: respond(429, 'TooManyRequests', { 'retry-after': '1' }) }] })
    await live()
    expect(performance.now() - startedAt).toBeGreaterThan(900)
  })

  it('begins anew when its continue token expires between two pages', async () => {
    const { agrees, live, server } = await open({ objects: 25, watch: { pageSize: 10 }, faults: [{ verb: 'list', action: respond(410, 'Expired'), continued: true, times: 2 }] })
    await live()
    await agrees()
    const lists = server.requests.filter(({ verb, resource }) => verb === 'list' && resource === 'configmaps')
    expect(lists.map(({ query }) => (query.has('continue') ? 'next' : query.has('limit') ? 'first' : 'whole'))).toEqual(['first', 'next', 'first', 'next', 'whole'])
  })

  it('is given up on when the server goes silent in the middle, and asked for again', async () => {
    const { agrees, live, lists } = await open({ objects: 20, faults: [{ verb: 'list', action: silentAfter(700) }] })
    await live()
    await agrees()
    expect(lists()).toBe(2)
  })
})

describe('a watch', () => {
  it.each<[string, FaultAction]>([
    ['is refused', refuse],
    ['is answered with an error', respond(503, 'ServiceUnavailable')],
    ['is cut in the middle of a line', cutAfter(300)],
    ['goes silent', stall],
    ['gets garbage', inject('not json\n')],
    ['gets an event of an unknown type', inject('{"type":"NONSENSE","object":{"metadata":{"resourceVersion":"999999"}}}\n')],
    ['gets an event with an older resourceVersion', inject('{"type":"MODIFIED","object":{"metadata":{"name":"c0","resourceVersion":"1"}}}\n')],
    ['gets every event twice', duplicate],
    ['is told in an event that it is too old', expiredEvent],
    ['is told by its status that it is too old', respond(410, 'Expired')],
    ['gets another content type', contentType('text/html')],
  ])('misses nothing and repeats nothing when it %s', async (_, action) => {
    const { make, change, remove, told, live, agrees, server } = await open({ faults: [{ verb: 'watch', action, times: 2 }] })
    await live()
    told.length = 0
    make('new')
    change('c1', 'changed')
    remove('c2')
    await agrees()
    server.faults.clear()
    make('last')
    await agrees()
    expect(told.toSorted()).toEqual(['ADDED last', 'ADDED new', 'DELETED c2', 'MODIFIED c1'])
  })

  it('that is cut in the middle of a character resumes without a gap and without a new list', async () => {
    const { make, told, live, watching, agrees, disturb, lists } = await open()
    await live()
    await watching()
    const text = 'ü'.repeat(50)
    disturb((exchange) => exchange.rewriters.push((chunk) => {
      exchange.writeRaw(chunk.subarray(0, chunk.indexOf('ü') + 1))
      return undefined
    }))
    make('umlaut', text)
    await agrees()
    expect(told.filter((line) => line.endsWith('umlaut'))).toEqual(['ADDED umlaut'])
    expect(lists()).toBe(1)
  })

  it('that expired is made up for by a new list that never empties the cache: missed deletions come out, with their last state', async () => {
    const { make, remove, told, live, watching, agrees, disturb, server, lists } = await open({ objects: 50 })
    await live()
    await watching()
    told.length = 0
    const release = server.faults.add({ match: { verb: 'watch' }, action: refuse })
    disturb((exchange) => exchange.cut())
    remove('c7')
    make('c8-new')
    remove('c9')
    make('c9')
    server.store.compact()
    release()
    await agrees()
    expect(told.toSorted()).toEqual(['ADDED c8-new', 'ADDED c9', 'DELETED c7', 'DELETED c9'])
    expect(lists()).toBe(2)
  })

  it('whose server is away says STALE, serves what it knows, and is LIVE again without losing a cursor', async () => {
    const { make, live, watching, status, disturb, server, agrees, cursor } = await open()
    await live()
    await watching()
    const before = cursor()
    const release = server.faults.add({ match: {}, action: refuse })
    disturb((exchange) => exchange.cut())
    await eventually(() => status()?.state, (state) => state === 'STALE')
    expect(status()).toMatchObject({ objects: 3, lastError: { code: 'UNREACHABLE' } })
    expect(status()?.staleSince).toBeDefined()
    make('later')
    release()
    await live()
    await agrees()
    expect(status()?.staleSince).toBeUndefined()
    expect(cursor()).not.toBe(before)
  })

  it('that the server ends in the ordinary way goes on without a new list', async () => {
    const { make, live, watching, agrees, disturb, lists } = await open()
    await live()
    for (let i = 0; i < 3; i += 1) {
      await watching()
      disturb((exchange) => exchange.end())
      make(`after-${i}`)
      await agrees()
    }
    expect(lists()).toBe(1)
  })

  it('that carries an endless line is begun again instead of collecting it', async () => {
    const { make, live, agrees } = await open({ watch: { maxObjectBytes: 100_000 }, faults: [{ verb: 'watch', action: inject('x'.repeat(200_000)) }] })
    await live()
    make('new')
    await agrees()
  })
})

describe('a kind', () => {
  it('that becomes forbidden says so and tells no false deletions; given back, it is right again', async () => {
    let allowed = true
    const server = await openApiServer({ authorizer: (_user, { resource }) => allowed || resource !== 'secrets' })
    for (const name of ['a', 'b']) server.make('secrets', { metadata: { name } })
    const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Secret' }, { kind: 'Namespace' }] } })
    const told: string[] = []
    gateway.gateway.clusters[0]?.feed.subscribe((change) => told.push(`${change.type} ${change.object.metadata.name}`))
    const ask = async () => (await gateway.data('{ objects(kinds: [{ kind: "Secret" }, { kind: "Namespace" }]) { totalCount partial { code kind } } }')).objects
    await eventually(ask, ({ totalCount }) => totalCount === 3)
    told.length = 0
    allowed = false
    server.disturbWatches('secrets', (exchange) => exchange.cut())
    expect(await eventually(ask, ({ partial }) => partial.length > 0)).toEqual({ totalCount: 1, partial: [{ code: 'FORBIDDEN', kind: 'v1/Secret' }] })
    server.store.delete(server.registry.find('', 'v1', 'secrets') as never, 'shop', 'a')
    expect(told).toEqual([])
    allowed = true
    expect(await eventually(ask, ({ partial }) => partial.length === 0)).toMatchObject({ totalCount: 2 })
    expect(told).toEqual(['DELETED a'])
  })

  it('whose definition is removed is GONE with each object deleted once, and comes back with another version', async () => {
    const server = await openApiServer()
    const install = (version: string) =>
      server.make('customresourcedefinitions', { metadata: { name: 'gizmos.lab.example.com' }, spec: { group: 'lab.example.com', scope: 'Namespaced', names: { kind: 'Gizmo', plural: 'gizmos' }, versions: [{ name: version, served: true, storage: true }] } })
    install('v1')
    for (const name of ['a', 'b']) server.make('gizmos', { metadata: { name } })
    const gateway = await openGateway(server, { config: { initialWatchingResources: [{ group: 'lab.example.com', kind: 'Gizmo' }] } })
    const told: string[] = []
    const [cluster] = gateway.gateway.clusters
    cluster?.feed.subscribe((change) => told.push(`${change.type} ${change.object.metadata.name}`))
    const state = () => cluster?.informers.all()[0]?.status().state
    await eventually(state, (now) => now === 'LIVE')
    told.length = 0
    server.store.delete(server.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions') as never, undefined, 'gizmos.lab.example.com')
    await eventually(state, (now) => now === 'GONE')
    expect(told.toSorted()).toEqual(['DELETED a', 'DELETED b'])
    install('v2')
    server.make('gizmos', { metadata: { name: 'c' } })
    await cluster?.discovery.refresh()
    const ask = async () => (await gateway.data('{ objects(kinds: [{ group: "lab.example.com", kind: "Gizmo" }]) { nodes { apiVersion metadata { name } } } }')).objects.nodes as unknown
    await eventually(ask, (nodes) => JSON.stringify(nodes) === JSON.stringify([{ apiVersion: 'lab.example.com/v2', metadata: { name: 'c' } }]))
  })
})
