import { describe, expect, it } from 'vitest'
import { contentType, cutAfter, cutMidLine, duplicate, expiredEvent, garbageLine, inPiecesOf, refuse, respond, type FaultAction } from '../../src/playground/api-server/faults.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

/** A gateway that watches config maps by streamed lists, and what its feed told. */
async function open(options: { objects?: number; streamingLists?: boolean; fault?: FaultAction; times?: number } = {}) {
  const server = await openApiServer({ streamingLists: options.streamingLists ?? true })
  const resource = server.registry.find('', 'v1', 'configmaps')
  for (let i = 0; i < (options.objects ?? 30); i += 1) server.make('configmaps', { metadata: { name: `c${i}` } })
  if (options.fault !== undefined) server.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, times: options.times ?? 1, action: options.fault })
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'ConfigMap' }] } })
  const [cluster] = gateway.gateway.clusters
  const told: string[] = []
  cluster?.feed.subscribe(({ type, object }) => told.push(`${type} ${object.metadata.name}`))
  const requests = (verb: string) => server.requests.filter((request) => request.verb === verb && request.resource === 'configmaps')
  const names = async () => ((await gateway.data('{ objects(kinds: [{ kind: "ConfigMap" }], first: 100) { nodes { metadata { name resourceVersion } } } }')).objects.nodes as { metadata: { name: string; resourceVersion: string } }[]).map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
  const truth = () => server.store.list(resource as never).map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
  return {
    server,
    told,
    names,
    lists: () => requests('list').length,
    streams: () => requests('watch').filter(({ query }) => query.get('sendInitialEvents') === 'true').length,
    remove: (name: string) => server.store.delete(resource as never, 'shop', name),
    live: () => eventually(() => cluster?.informers.all()[0]?.status().state, (state) => state === 'LIVE'),
    agrees: () => eventually(async () => JSON.stringify((await names()).toSorted()) === JSON.stringify(truth().toSorted()), Boolean),
  }
}

describe('a streamed list', () => {
  it('comes as the beginning of the watch that then goes on: one request for both', async () => {
    const { server, agrees, live, lists, streams, told } = await open()
    await live()
    server.make('configmaps', { metadata: { name: 'later' } })
    await agrees()
    expect([lists(), streams(), server.requests.filter(({ verb, resource }) => verb === 'watch' && resource === 'configmaps').length]).toEqual([0, 1, 1])
    expect(told.at(-1)).toBe('ADDED later')
  })

  it.each<[string, FaultAction]>([
    ['a cut in the middle of an object', cutMidLine(7)],
    ['a cut before anything came', cutAfter(0)],
    ['a refused connection', refuse],
    ['an error of the server', respond(500, 'InternalError')],
    ['429 with Retry-After', respond(429, 'TooManyRequests', { 'retry-after': '0' })],
    ['410 in an ERROR event', expiredEvent],
    ['a line that is no JSON', garbageLine(5)],
    ['a wrong content type', contentType('text/html')],
    ['duplicates', duplicate],
    ['pieces that end anywhere', inPiecesOf(7)],
  ])('comes in whole, each object once, after %s', async (_, fault) => {
    const { agrees, live, told } = await open({ fault, times: 2 })
    await live()
    await agrees()
    expect(new Set(told).size).toBe(told.length)
  })

  it.each<[string, Parameters<typeof open>[0]]>([
    ['refuses it', { streamingLists: false }],
    ['ends it in peace before it is complete', { fault: (exchange) => (exchange.begin(200), exchange.end(), true), times: Number.POSITIVE_INFINITY }],
  ])('is asked for in pages, and never streamed again, where the server %s', async (_, options) => {
    const { agrees, lists, streams, names } = await open(options)
    await eventually(async () => (await names()).length, (count) => count === 30)
    await agrees()
    expect([lists(), streams()]).toEqual([1, 1])
  })

  it('that comes anew never empties the cache: what is gone meanwhile is deleted once, at its end', async () => {
    const { server, live, agrees, told, remove, lists, streams, names } = await open({ objects: 3 })
    await live()
    told.length = 0
    // All before the watch can be begun again.
    server.disturbWatches('configmaps', (exchange) => exchange.cut())
    remove('c1')
    server.make('configmaps', { metadata: { name: 'new' } })
    server.compact()
    expect(await names()).toHaveLength(3)
    await agrees()
    expect(told.toSorted()).toEqual(['ADDED new', 'DELETED c1'])
    expect(lists() + streams()).toBe(2)
  })
})
