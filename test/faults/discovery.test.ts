import { describe, expect, it } from 'vitest'
import type { Logger } from '../../src/base/logging.ts'
import { page, refuse, respond, stall, type FaultAction } from '../../src/playground/api-server/faults.ts'
import { definitionsOf } from '../support/gizmos.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

const allPaths = /^\/apis?(\/|$)(?!.*\/gizmos)/
const served = '{ kinds { group version kind } }'
const gizmos = '{ objects(kinds: [{ group: "lab.example.com", kind: "Gizmo" }]) { nodes { metadata { name } } partial { code } } }'

/** A gateway that knows and holds a Gizmo, the server's discovery in one form or the other; and the deletions that it told. */
async function open(aggregatedDiscovery: boolean) {
  const server = await openApiServer({ aggregatedDiscovery })
  const { install } = definitionsOf(server)
  install('Gizmo', ['v1'])
  server.make('gizmos', { metadata: { name: 'g' } })
  const gateway = await openGateway(server, { config: { apiGroupsSyncIntervalSecond: 1 } })
  const [cluster] = gateway.gateway.clusters
  const kinds = async () => (await gateway.data(served)).kinds.length as number
  const total = server.registry.resources().length
  await eventually(kinds, (count) => count === total)
  await gateway.data(gizmos)
  const deleted: string[] = []
  cluster?.feed.subscribe(({ type, object }) => void (type === 'DELETED' && deleted.push(object.metadata.name)))
  const asked = () => server.requests.filter(({ path }) => path === '/apis').length
  const askedAgain = async (times = 2) => {
    const before = asked()
    await eventually(asked, (count) => count >= before + times)
  }
  return { ...gateway, server, install, kinds, total, deleted, askedAgain, refresh: () => cluster?.discovery.refresh() }
}

describe.each([
  ['aggregated', true],
  ['plain', false],
])('%s discovery', (_, aggregated) => {
  it.each<[string, FaultAction]>([
    ['is refused', refuse],
    ['fails', respond(500, 'InternalError')],
    ['is forbidden', respond(403, 'Forbidden')],
    ['is not there', respond(404, 'NotFound')],
    ['is the page of a proxy', page(200, 'text/html', '<html>Log in</html>')],
    ['is JSON of something else', page(200, 'application/json', '{"status":"ok"}')],
    ['is null', page(200, 'application/json', 'null')],
    ['names nothing', page(200, 'application/json', aggregated ? '{"kind":"APIGroupDiscoveryList","items":[]}' : '{"kind":"APIGroupList","groups":[]}')],
    ['is cut off', page(200, 'application/json', '{"kind":"APIGroupDiscoveryList","items":[{"metadata":')],
  ])('that %s makes no kind vanish and deletes nothing, and new kinds are found afterwards', async (_fault, action) => {
    const { server, install, kinds, total, deleted, data, refresh, askedAgain } = await open(aggregated)
    server.faults.add({ match: { path: allPaths, verb: 'get' }, action })
    // One that was under way already may still be answered.
    await refresh()?.catch(() => undefined)
    install('Gadget', ['v1'])
    await expect(refresh()).rejects.toThrow()
    await askedAgain()
    expect(await kinds()).toBe(total)
    expect((await data(gizmos)).objects).toEqual({ nodes: [{ metadata: { name: 'g' } }], partial: [] })
    server.faults.clear()
    await eventually(kinds, (count) => count === total + 1)
    expect(deleted).toEqual([])
  })
})

describe('discovery that never answers', () => {
  it('keeps no query of a known kind waiting, and goes on when the server does', async () => {
    const server = await openApiServer()
    const { install } = definitionsOf(server)
    const { data } = await openGateway(server, { config: { transport: { idleTimeoutMs: 300 } } })
    await eventually(() => data(served), (answer) => answer.kinds.length > 0)
    server.faults.add({ match: { path: /^\/apis$/ }, times: 2, action: stall })
    install('Gizmo', ['v1'])
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')).objects.totalCount).toBe(0)
    await eventually(() => data(gizmos), ({ objects }) => objects.partial.length === 0)
  })
})

describe('one aggregated API whose server is down', () => {
  it.each([
    ['named stale', true],
    ['not answering for its group version', false],
  ])('keeps its kinds where it is %s, while the others follow the cluster', async (_, aggregated) => {
    const { server, install, kinds, total, deleted, askedAgain } = await open(aggregated)
    // As the aggregator tells of it: the group version without its resources.
    server.faults.add(
      aggregated
        ? { match: { path: /^\/apis$/ }, action: (exchange) => (exchange.rewriters.push((bytes) => Buffer.from(staleWithoutResources(bytes.toString()))), false) }
        : { match: { path: /^\/apis\/lab\.example\.com\/v1$/ }, action: respond(503, 'ServiceUnavailable') },
    )
    await askedAgain()
    expect(await kinds()).toBe(total)
    install('Elsewhere', ['v2'])
    await eventually(kinds, (count) => count === total + 1)
    expect(deleted).toEqual([])
  })
})

describe('a document that lacks a group for a while', () => {
  it('as that of a server which has only just started, deletes nothing, and the watch goes on as it was', async () => {
    const { server, kinds, total, deleted, data, refresh } = await open(true)
    const watched = '{ watches { state objects restarts } }'
    const before = await data(watched)
    server.faults.add({ match: { path: /^\/apis$/ }, action: (exchange) => (exchange.rewriters.push((bytes) => Buffer.from(withoutGizmos(bytes.toString()))), false) })
    await refresh()
    expect(await kinds()).toBe(total - 1)
    expect((await data(gizmos)).objects.nodes).toHaveLength(1)
    server.faults.clear()
    await refresh()
    expect(await kinds()).toBe(total)
    expect(await data(watched)).toEqual(before)
    expect(deleted).toEqual([])
  })
})

interface Aggregated {
  items: { metadata: { name?: string }; versions: { version: string; freshness: string; resources: unknown[] }[] }[]
}

function withoutGizmos(text: string): string {
  const document = JSON.parse(text) as Aggregated
  return JSON.stringify({ ...document, items: document.items.filter(({ metadata }) => metadata.name !== 'lab.example.com') })
}

function staleWithoutResources(text: string): string {
  const document = JSON.parse(text) as Aggregated
  for (const { metadata, versions } of document.items)
    for (const version of versions) if (metadata.name === 'lab.example.com' && version.version === 'v1') Object.assign(version, { freshness: 'Stale', resources: [] })
  return JSON.stringify(document)
}

describe('definitions that may not be watched', () => {
  it('are found at the interval, which is said once; and at once when the right is given', async () => {
    const server = await openApiServer()
    server.setAuthorizer((_user, { resource }) => resource !== 'customresourcedefinitions' && resource !== 'apiservices')
    const lines: string[] = []
    const logger: Logger = { log: (_level, message) => void lines.push(message), child: () => logger }
    const { install } = definitionsOf(server)
    const { data } = await openGateway(server, { logger, config: { apiGroupsSyncIntervalSecond: 1, watch: { absentRetryMs: 50 } } })
    const versions = async () => (await data('{ kinds(kind: "Gizmo") { version } }')).kinds.map(({ version }: { version: string }) => version)
    await eventually(() => data(served), (answer) => answer.kinds.length > 0)
    install('Gizmo', ['v1'])
    await eventually(versions, (found) => found.length === 1, 2500)
    const refusals = server.requests.filter(({ resource }) => resource === 'customresourcedefinitions').length
    expect(refusals).toBeGreaterThan(2)
    expect(lines.filter((line) => line.startsWith('customresourcedefinitions cannot be watched'))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('apiservices cannot be watched'))).toHaveLength(1)
    server.setAuthorizer(() => true)
    await eventually(() => lines, () => lines.includes('customresourcedefinitions are watched now'))
  })

  it('are looked for by nobody at an interval that is switched off, but are still watched', async () => {
    const server = await openApiServer()
    const { install } = definitionsOf(server)
    const { data } = await openGateway(server, { config: { enableSyncApiGroups: false } })
    await eventually(() => server.disturbWatches('customresourcedefinitions', () => undefined), (count) => count === 1)
    install('Gizmo', ['v1'])
    await eventually(() => data('{ kinds(kind: "Gizmo") { version } }'), ({ kinds }) => kinds.length === 1, 1000)
  })
})
