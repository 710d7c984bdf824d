import { describe, expect, it } from 'vitest'
import { openApiServer, openGateway, openPlayground, type Maker } from '../support/gateway.ts'

const names = (connection: { nodes: { metadata: { name: string } }[] }) => connection.nodes.map(({ metadata }) => metadata.name)
const fewPods = (make: Maker) => {
  const pods = [
    { name: 'web-1', labels: { app: 'web', tier: 'front' }, phase: 'Running', restarts: 0, memory: '512Mi' },
    { name: 'web-2', labels: { app: 'web', tier: 'front' }, phase: 'Pending', restarts: 3, memory: '1Gi' },
    { name: 'db-1', labels: { app: 'db' }, phase: 'Running', restarts: 12, memory: '8Gi' },
    { name: 'job-1', labels: {}, phase: 'Succeeded', restarts: 0 },
  ]
  for (const { name, labels, phase, restarts, memory } of pods)
    make('pods', { metadata: { name, labels, annotations: { note: `about ${name}` } }, spec: { nodeName: phase === 'Pending' ? null : 'n1', ...(memory === undefined ? {} : { memory }) }, status: { phase, containerStatuses: [{ name: 'main', restartCount: restarts }] } })
}

describe('filters', () => {
  it.each([
    ['labelSelector: "app=web,tier"', ['web-1', 'web-2']],
    ['labelSelector: "app!=web"', ['db-1', 'job-1']],
    ['labelSelector: "app in (web,db),!tier"', ['db-1']],
    ['fieldSelector: "status.phase=Running,metadata.name!=db-1"', ['web-1']],
    ['fieldSelector: "spec.hostNetwork=false,spec.nodeName="', ['web-2']],
    ['annotationSelector: "note=\\"about db-1\\""', ['db-1']],
    ['namespace: "shop", names: ["db-1", "nobody"]', ['db-1']],
    ['namespaces: ["elsewhere"]', []],
    ['where: { path: "status.phase", eq: "Pending" }', ['web-2']],
    ['where: { path: "spec.nodeName", eq: null }', ['web-2']],
    ['where: { path: "spec.nodeName", exists: false }', ['web-2']],
    ['where: { path: "status.phase", notIn: ["Running", "Pending"] }', ['job-1']],
    ['where: { path: "metadata.labels", eq: { tier: "front", app: "web" } }', ['web-1', 'web-2']],
    ['where: { path: "status.containerStatuses", some: { in: [{ name: "main", restartCount: 12 }] } }', ['db-1']],
    ['where: { path: "spec.memory", gt: "900M" }', ['db-1', 'web-2']],
    ['where: { path: "metadata.name", matches: "^(web|db)-1$" }', ['db-1', 'web-1']],
    ['where: { path: "metadata.annotations.note", icontains: "ABOUT W" }', ['web-1', 'web-2']],
    ['where: { path: "status.containerStatuses", some: { path: "restartCount", gte: 3 } }', ['db-1', 'web-2']],
    ['where: { path: "status.containerStatuses", every: { path: "restartCount", lt: 3 } }', ['job-1', 'web-1']],
    ['where: { path: "status.containerStatuses[0].restartCount", eq: 12 }', ['db-1']],
    ['where: { or: [{ path: "metadata.name", startsWith: "job" }, { and: [{ path: "metadata.name", endsWith: "2" }, { not: { path: "status.phase", eq: "Running" } }] }] }', ['job-1', 'web-2']],
    ['labelSelector: "app", where: { path: "status.phase", eq: "Running" }, fieldSelector: "metadata.name!=web-1"', ['db-1']],
  ])('%s', async (filter, expected) => {
    const server = await openApiServer()
    fewPods(server.make)
    const { data } = await openGateway(server)
    const { objects } = await data(`{ objects(kinds: [{ kind: "Pod" }], ${filter}) { totalCount nodes { metadata { name } } } }`)
    expect(names(objects)).toEqual(expected)
    expect(objects.totalCount).toBe(expected.length)
  })
})

describe('order and pages', () => {
  it('orders by kind, namespace and name unless told otherwise', async () => {
    const server = await openApiServer()
    server.make('namespaces', { metadata: { name: 'a' } })
    for (const [name, namespace] of [['b', 'shop'], ['a', 'shop'], ['z', 'a']] as const) {
      server.make('secrets', { metadata: { name, namespace } })
      server.make('configmaps', { metadata: { name, namespace } })
    }
    const { data } = await openGateway(server)
    const { objects } = await data('{ objects(kinds: [{ kind: "Secret" }, { kind: "ConfigMap" }]) { nodes { kind metadata { namespace name } } } }')
    expect(objects.nodes.map((node: { kind: string; metadata: { namespace: string; name: string } }) => `${node.kind} ${node.metadata.namespace}/${node.metadata.name}`)).toEqual([
      'ConfigMap a/z',
      'ConfigMap shop/a',
      'ConfigMap shop/b',
      'Secret a/z',
      'Secret shop/a',
      'Secret shop/b',
    ])
  })

  it('orders by values, missing ones last in either direction', async () => {
    const server = await openApiServer()
    fewPods(server.make)
    const { data } = await openGateway(server)
    const ordered = async (orderBy: string) => names((await data(`{ objects(kinds: [{ kind: "Pod" }], orderBy: ${orderBy}) { nodes { metadata { name } } } }`)).objects)
    expect(await ordered('[{ path: "status.containerStatuses[0].restartCount", direction: DESC }]')).toEqual(['db-1', 'web-2', 'job-1', 'web-1'])
    expect(await ordered('[{ path: "metadata.labels.app" }, { path: "metadata.name", direction: DESC }]')).toEqual(['db-1', 'web-2', 'web-1', 'job-1'])
    expect(await ordered('[{ path: "metadata.labels.app", direction: DESC }]')).toEqual(['web-1', 'web-2', 'db-1', 'job-1'])
  })

  it('pages forwards and backwards through everything, even while objects come and go', async () => {
    const server = await openApiServer()
    for (let i = 0; i < 25; i += 1) server.make('configmaps', { metadata: { name: `c${String(i).padStart(2, '0')}` }, data: { n: String(i % 4) } })
    const { data } = await openGateway(server)
    const orderBy = '[{ path: "data.n", direction: DESC }]'
    const page = async (args: string) => (await data(`{ objects(kinds: [{ kind: "ConfigMap" }], orderBy: ${orderBy}, ${args}) { nodes { metadata { name } } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`)).objects
    const whole = names(await page('first: 100'))

    const forwards: string[] = []
    let at = await page('first: 7')
    expect(at.pageInfo.hasPreviousPage).toBe(false)
    for (;;) {
      forwards.push(...names(at))
      if (!at.pageInfo.hasNextPage) break
      // The last row of the page goes, and one comes that stands before it.
      const resource = server.registry.resources().find(({ plural }) => plural === 'configmaps')
      server.store.delete(resource as never, 'shop', forwards.at(-1) as string)
      server.make('configmaps', { metadata: { name: `new-${forwards.length}` }, data: { n: '9' } })
      await new Promise((resolve) => setTimeout(resolve, 30))
      at = await page(`first: 7, after: "${at.pageInfo.endCursor}"`)
    }
    expect(forwards).toEqual(whole)

    const last = await page('last: 3')
    const before = await page(`last: 3, before: "${last.pageInfo.startCursor}"`)
    const rest = names(await page('first: 100'))
    expect([...names(before), ...names(last)]).toEqual(rest.slice(-6))
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })
})

describe('counts and groups', () => {
  it('counts, sums and finds extremes per group, quantities by their amounts', async () => {
    const server = await openApiServer()
    fewPods(server.make)
    const { data } = await openGateway(server)
    const { objects } = await data(`{ objects(kinds: [{ kind: "Pod" }], first: 0) {
      totalCount nodes { id }
      groups(by: ["status.phase"]) { keys count sum(path: "spec.memory") min(path: "spec.memory") max(path: "status.containerStatuses[0].restartCount") }
      top: groups(by: ["metadata.labels.app", "status.phase"], limit: 1) { keys count }
    } }`)
    expect(objects).toEqual({
      totalCount: 4,
      nodes: [],
      groups: [
        { keys: ['Running'], count: 2, sum: 8.5 * 2 ** 30, min: '512Mi', max: 12 },
        { keys: ['Pending'], count: 1, sum: 2 ** 30, min: '1Gi', max: 3 },
        { keys: ['Succeeded'], count: 1, sum: null, min: null, max: 0 },
      ],
      top: [{ keys: ['db', 'Running'], count: 1 }],
    })
  })
})

describe('a list of several kinds', () => {
  it('answers what it can and says per kind what it cannot', async () => {
    const { server } = await openPlayground({
      server: { tokens: undefined as never, authorizer: (_user, { resource }) => resource !== 'secrets' },
    })
    const { data } = await openGateway(server)
    const { objects } = await data(`{ objects(kinds: [{ kind: "Node" }, { kind: "Secret" }, { group: "apps", kind: "Deplyment" }, { group: "core", version: "v1", kind: "Node" }]) { totalCount cache { synced } partial { code kind message } } }`)
    expect(objects).toEqual({
      totalCount: 7,
      cache: { synced: false },
      partial: [
        { code: 'FORBIDDEN', kind: 'v1/Secret', message: expect.stringContaining('User "admin" cannot watch resource "secrets"') as string },
        { code: 'UNKNOWN_KIND', kind: 'apps/Deplyment', message: 'The cluster default serves no kind apps/Deplyment. Did you mean apps/v1/Deployment?' },
      ],
    })
  })

  it('agrees with the server on every object of the sample, with what the cache leaves out left out', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    for (const resource of server.registry.resources().filter(({ preferred }) => preferred)) {
      const { objects } = await data('query ($kind: KindInput!) { objects(kinds: [$kind], first: 1000) { nodes { raw } partial { message } } }', { kind: { group: resource.group, kind: resource.kind } })
      const truth = server.store.list(resource).map(({ metadata: { managedFields: _managedFields, ...metadata }, ...rest }) => ({ ...rest, metadata }))
      const key = ({ metadata }: { metadata: { name?: unknown; namespace?: unknown } }) => `${String(metadata.namespace)} ${String(metadata.name)}`
      const sorted = <T extends { metadata: object }>(objectsToSort: T[]) => objectsToSort.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
      expect(objects.partial).toEqual([])
      expect(sorted(objects.nodes.map(({ raw }: { raw: { metadata: object } }) => raw)), resource.plural).toEqual(sorted(truth))
    }
  })
})
