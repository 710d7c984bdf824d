import { describe, expect, it } from 'vitest'
import { endAnswer, endQuery, expectedEnds, expectedRelations, type Lists } from '../support/expected-relations.ts'
import { eventually, openApiServer, openGateway, openPlayground, type GatewayTestOptions, type TestGateway } from '../support/gateway.ts'
import type { Item } from '../support/same-objects.ts'

/** With types, once they are there. */
async function openTyped(server: { readonly url: string }, { config, ...options }: GatewayTestOptions = {}): Promise<TestGateway> {
  const gateway = await openGateway(server, { ...options, config: { types: { allow: ['*/*/*'] }, limits: { queryCost: 100_000_000 }, ...config } })
  await eventually(() => gateway.data('{ __type(name: "CoreV1PodRelations") { name } }'), ({ __type }) => __type !== null, 20_000)
  return gateway
}

const lists = [...new Set(expectedRelations.flatMap(({ from, to }) => [from, to]))]

async function listAll({ data }: TestGateway): Promise<Lists> {
  const answer = await data(`{ ${lists.map((list) => `${list}(first: 5000) { nodes { raw } }`).join(' ')} }`)
  return Object.fromEntries(lists.map((list) => [list, answer[list].nodes.map(({ raw }: { raw: Item }) => raw)]))
}

describe('the relations of the sample cluster', () => {
  it.each(expectedRelations.map((relation) => [relation.from, relation.name, relation] as const))('%s.%s is what every pair of objects says, from both ends', async (_from, _name, relation) => {
    const { server } = await openPlayground()
    const gateway = await openTyped(server)
    const all = await listAll(gateway)
    for (const { list, field, many, of } of expectedEnds(relation, all)) {
      expect([...of.values()].flat().length, `what ${list}.${field} leads to`).toBeGreaterThan(0)
      expect(endAnswer(await gateway.data(endQuery(list, field, many)), list, field, many), `${list}.${field}`).toEqual(of)
    }
  })
})

describe('a relation to one object', () => {
  const status = (gateway: TestGateway, name: string, relation: string) => gateway.data(`{ pod(namespace: "shop", name: "${name}") { relations { ${relation} { status kind namespace name object { metadata { name } } } } } }`).then(({ pod }) => pod.relations[relation])

  it('tells whether what the object names is there, missing, or nothing at all', async () => {
    const server = await openApiServer()
    server.make('nodes', { metadata: { name: 'n1' } })
    server.make('pods', { metadata: { name: 'found' }, spec: { nodeName: 'n1' } })
    server.make('pods', { metadata: { name: 'lost' }, spec: { nodeName: 'n2' } })
    server.make('pods', { metadata: { name: 'pending' }, spec: {} })
    const gateway = await openTyped(server)
    expect(await status(gateway, 'found', 'node')).toEqual({ status: 'FOUND', kind: 'Node', namespace: null, name: 'n1', object: { metadata: { name: 'n1' } } })
    expect(await status(gateway, 'lost', 'node')).toEqual({ status: 'MISSING', kind: 'Node', namespace: null, name: 'n2', object: null })
    expect(await status(gateway, 'pending', 'node')).toBeNull()
    expect(await status(gateway, 'found', 'namespace')).toMatchObject({ status: 'FOUND', name: 'shop' })
  })

  it('does not take an object that was made later for the one that was meant', async () => {
    const server = await openApiServer()
    server.make('replicasets', { metadata: { name: 'web' }, spec: {} })
    const owner = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }]
    server.make('pods', { metadata: { name: 'old', ownerReferences: owner('an-earlier-one') }, spec: {} })
    const gateway = await openTyped(server)
    expect(await status(gateway, 'old', 'replicaSet')).toMatchObject({ status: 'MISSING', kind: 'ReplicaSet', name: 'web' })
    expect(await status(gateway, 'old', 'controller')).toMatchObject({ status: 'MISSING' })
    expect(await status(gateway, 'old', 'deployment')).toMatchObject({ status: 'MISSING', kind: 'ReplicaSet' })
  })

  it('says NOT_WATCHED where the gateway does not know: the kind is not watched, or only a part of it', async () => {
    const server = await openApiServer()
    server.make('nodes', { metadata: { name: 'n1' } })
    server.make('configmaps', { metadata: { name: 'settings' } })
    server.make('pods', { metadata: { name: 'web' }, spec: { nodeName: 'n1', serviceAccountName: 'robot' } })
    const watched = [{ kind: 'Pod' }, { kind: 'ServiceAccount', watchOptions: { labelSelector: { app: 'other' } } }]
    const gateway = await openTyped(server, { config: { watch: { onDemand: false }, initialWatchingResources: watched } })
    await eventually(() => gateway.query('{ pods { totalCount } serviceAccounts { totalCount } }'), ({ errors }) => errors === undefined)
    expect(await status(gateway, 'web', 'node')).toEqual({ status: 'NOT_WATCHED', kind: 'Node', namespace: null, name: 'n1', object: null })
    expect(await status(gateway, 'web', 'serviceAccount')).toMatchObject({ status: 'NOT_WATCHED', name: 'robot' })
    const { pod } = await gateway.data('{ pod(namespace: "shop", name: "web") { relations { services { totalCount partial { code kind } cache { synced } } } } }')
    expect(pod.relations.services).toEqual({ totalCount: 0, partial: [{ code: 'KIND_NOT_WATCHED', kind: 'Service' }], cache: { synced: false } })
  })

  it('says FORBIDDEN where the gateway may not read the kind', async () => {
    const server = await openApiServer()
    server.make('pods', { metadata: { name: 'web' }, spec: { nodeName: 'n1' } })
    server.faults.add({ match: { path: /^\/api\/v1\/nodes/ }, times: 1000, action: (exchange) => (exchange.json(403, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', message: 'nodes is forbidden', code: 403 }), true) })
    const gateway = await openTyped(server)
    expect(await status(gateway, 'web', 'node')).toMatchObject({ status: 'FORBIDDEN', object: null })
  })

  it('follows what changes: bound, unbound, deleted, made again', async () => {
    const server = await openApiServer()
    const { store } = server
    const [pods, nodes] = [store.resource('pods'), store.resource('nodes')]
    server.make('pods', { metadata: { name: 'web', labels: { app: 'web' } }, spec: {} })
    server.make('services', { metadata: { name: 'web' }, spec: { selector: { app: 'web' } } })
    const gateway = await openTyped(server)
    const services = () => gateway.data('{ services { nodes { relations { pods { nodes { metadata { name } } } } } } }').then(({ services: { nodes: [service] } }) => service.relations.pods.nodes.length)
    expect(await status(gateway, 'web', 'node')).toBeNull()
    expect(await services()).toBe(1)
    const { metadata } = store.get(pods, 'shop', 'web')
    store.update(pods, 'shop', 'web', { metadata: { ...metadata, labels: { app: 'other' } }, spec: { nodeName: 'n1' } })
    await eventually(() => status(gateway, 'web', 'node'), (node) => node?.status === 'MISSING')
    expect(await services()).toBe(0)
    server.make('nodes', { metadata: { name: 'n1' } })
    await eventually(() => status(gateway, 'web', 'node'), (node) => node?.status === 'FOUND')
    store.delete(nodes, undefined, 'n1')
    await eventually(() => status(gateway, 'web', 'node'), (node) => node?.status === 'MISSING')
  })
})

describe('filters by relations', () => {
  async function openShop() {
    const server = await openApiServer()
    server.make('nodes', { metadata: { name: 'big', labels: { size: 'big' } } })
    server.make('nodes', { metadata: { name: 'small' } })
    for (const [app, phases] of [['good', ['Running', 'Running']], ['mixed', ['Running', 'Failed']], ['bad', ['Failed']], ['none', []]] as const) {
      server.make('services', { metadata: { name: app }, spec: { selector: { app } } })
      phases.forEach((phase, i) => server.make('pods', { metadata: { name: `${app}-${i}`, labels: { app } }, spec: { nodeName: i === 0 ? 'big' : i === 1 ? 'small' : 'gone' }, status: { phase } }))
    }
    server.make('pods', { metadata: { name: 'lost' }, spec: { nodeName: 'gone' } })
    return openTyped(server)
  }
  const names = (answer: { readonly nodes: readonly { readonly metadata: { readonly name: string } }[] }) => answer.nodes.map(({ metadata }) => metadata.name)

  it.each([
    ['services', '{ pods: { some: { status: { phase: { eq: "Failed" } } } } }', ['bad', 'mixed']],
    ['services', '{ pods: { every: { status: { phase: { eq: "Running" } } } } }', ['good', 'none']],
    ['services', '{ pods: { none: { status: { phase: { eq: "Running" } } } } }', ['bad', 'none']],
    ['services', '{ pods: { none: {} } }', ['none']],
    ['services', '{ pods: { some: { relations: { node: { is: { metadata: { name: { eq: "small" } } } } } } } }', ['good', 'mixed']],
    ['pods', '{ node: { is: { metadata: { labels: { key: "size", eq: "big" } } } } }', ['bad-0', 'good-0', 'mixed-0']],
    ['pods', '{ node: { isNot: { metadata: { labels: { key: "size", eq: "big" } } } } }', ['good-1', 'lost', 'mixed-1']],
    ['pods', '{ node: { exists: false } }', ['lost']],
    ['pods', '{ services: { some: { metadata: { name: { startsWith: "m" } } } }, node: { exists: true } }', ['mixed-0', 'mixed-1']],
    ['nodes', '{ pods: { some: { relations: { services: { some: { metadata: { name: { eq: "bad" } } } } } } } }', ['big']],
  ])('%s where relations: %s', async (list, filter, expected) => {
    const { data } = await openShop()
    const answer = await data(`{ ${list}(where: { relations: ${filter} }) { totalCount nodes { metadata { name } } } all: ${list}(where: { not: { relations: ${filter} } }) { totalCount } every: ${list} { totalCount } }`)
    expect(names(answer[list])).toEqual(expected)
    expect(answer[list].totalCount + answer.all.totalCount).toBe(answer.every.totalCount)
  })

  it('go by names in generic lists, also through several relations and inside a relation', async () => {
    const { data, query } = await openShop()
    const objects = (where: string) => data(`{ objects(kinds: [{ kind: "Service" }], where: ${where}) { nodes { metadata { name } relations { many(relation: "pods", where: { relation: "node", some: { path: "metadata.name", eq: "big" } }) { nodes { metadata { name } } } } } } }`).then(({ objects: found }) => found)
    const found = await objects('{ relation: "pods", some: { and: [{ path: "status.phase", eq: "Running" }, { relation: "node", some: { path: "metadata.name", eq: "small" } }] } }')
    expect(names(found)).toEqual(['good'])
    expect(names(found.nodes[0].relations.many)).toEqual(['good-0'])
    const { errors } = await query('{ objects(kinds: [{ kind: "Service" }], where: { relation: "pod", some: {} }) { totalCount } }')
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('Service has no relation "pod"; it has apiServices, controller, '), extensions: { code: 'INVALID_FILTER' } })
  })

  it.each([
    ['{ relation: "pods" }', 'try { relation: "pods", some: {} }'],
    ['{ relation: "pods", eq: 1 }', 'goes with'],
    ['{ path: "spec.ports", some: { relation: "pods", some: {} } }', 'only whole objects have relations'],
    ['{ relation: "owners", some: {} }', 'any kind'],
  ])('%s: %s', async (where, message) => {
    const { query } = await openShop()
    const { errors } = await query(`{ objects(kinds: [{ kind: "Service" }], where: ${where}) { totalCount } }`)
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining(message), extensions: { code: 'INVALID_FILTER' } })
  })
})

describe('lists that relations lead to', () => {
  it('have the arguments of lists: filters, order, pages, counts and groups', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    const [node] = (await data('{ nodes(first: 1) { nodes { relations { pods(first: 500) { totalCount nodes { metadata { name namespace } status { phase } } } } } } }')).nodes.nodes
    const all = node.relations.pods
    const query = (more: string) => data(`{ nodes(first: 1) { nodes { relations { pods${more} } } } }`).then(({ nodes }) => nodes.nodes[0].relations.pods)
    const [{ metadata: { namespace } }] = all.nodes
    expect((await query(`(namespace: "${namespace}", first: 500) { totalCount }`)).totalCount).toBe(all.nodes.filter(({ metadata }: { metadata: { namespace: string } }) => metadata.namespace === namespace).length)
    expect((await query('(where: { status: { phase: { ne: "Running" } } }) { totalCount }')).totalCount).toBe(all.nodes.filter(({ status }: { status: { phase: string } }) => status.phase !== 'Running').length)
    const descending = await query('(first: 3, orderBy: [{ path: "metadata.name", direction: DESC }]) { nodes { metadata { name } } pageInfo { hasNextPage endCursor } }')
    const sorted = all.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name).toSorted().toReversed()
    expect(descending.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(sorted.slice(0, 3))
    const next = await query(`(first: 3, after: "${descending.pageInfo.endCursor}", orderBy: [{ path: "metadata.name", direction: DESC }]) { nodes { metadata { name } } }`)
    expect(next.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(sorted.slice(3, 6))
    const { groups } = await query('{ groups(by: ["status.phase"]) { keys count } }')
    expect(groups.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(all.totalCount)
  })

  it('are there by name for objects of any kind, with types or without', async () => {
    const { server } = await openPlayground()
    const { data, query } = await openGateway(server)
    const { objects } = await data('{ objects(kinds: [{ group: "apps", kind: "Deployment" }], first: 1) { nodes { __typename relations { names owners { status } many(relation: "pods") { totalCount nodes { relations { one(relation: "deployment") { status object { metadata { name } } } } } } children { nodes { kind } } events { totalCount } namespace { status } } metadata { name } } } }')
    const [deployment] = objects.nodes
    expect(deployment).toMatchObject({ __typename: 'GenericObject', relations: { owners: [], namespace: { status: 'FOUND' } } })
    expect(deployment.relations.many.totalCount).toBeGreaterThan(0)
    for (const pod of deployment.relations.many.nodes) expect(pod.relations.one).toEqual({ status: 'FOUND', object: { metadata: { name: deployment.metadata.name } } })
    expect(new Set(deployment.relations.children.nodes.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['ReplicaSet']))
    const { errors } = await query('{ objects(kinds: [{ group: "apps", kind: "Deployment" }], first: 1) { nodes { relations { one(relation: "pods") { status } } } } }')
    expect(errors?.[0]).toMatchObject({ message: 'The relation pods leads to several; ask for it with `many`.', extensions: { code: 'INVALID_ARGUMENT' } })
  })

  it('cannot multiply without end: what one operation follows at a stretch is limited', async () => {
    const { server } = await openPlayground()
    const { query } = await openTyped(server, { config: { limits: { relatedObjects: 200 } } })
    const { errors } = await query('{ pods(first: 200) { nodes { relations { node { object { relations { pods { totalCount } } } } } } } }')
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('limits.relatedObjects'), extensions: { code: 'QUERY_TOO_COMPLEX' } })
    const again = await query('{ pods(first: 20) { nodes { relations { node { status } } } } }')
    expect(again.errors).toBeUndefined()
  })
})

describe('a walk around an object', () => {
  it('tells what belongs with it, how far, and does not go past hubs', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    await data('{ pods { totalCount } replicaSets { totalCount } services { totalCount } nodes { totalCount } configMaps { totalCount } ingresses { totalCount } }')
    const around = (depth: number, more = '') => data(`{ deployments(namespace: "payments", name: "gateway") { nodes { id relations { related(depth: ${depth}${more}) { truncated objects { distance relation hub from object { id kind metadata { name } } } } } } } }`).then(({ deployments }) => deployments.nodes[0])
    const { id, relations: { related } } = await around(4)
    const found = (kind: string) => related.objects.filter(({ object }: { object: { kind: string } }) => object.kind === kind)
    expect(found('ReplicaSet').map(({ distance, from, relation }: Record<string, unknown>) => [distance, from, relation])).toEqual(found('ReplicaSet').map(() => [1, id, 'replicaSets']))
    expect(found('Pod')).toHaveLength(3)
    expect(found('Service').map(({ object }: { object: { metadata: { name: string } } }) => object.metadata.name)).toEqual(['gateway'])
    expect(found('Ingress')).toHaveLength(1)
    expect(found('Node').length).toBeGreaterThan(0)
    expect(found('Node').every(({ hub }: { hub: boolean }) => hub)).toBe(true)
    expect(related.truncated).toBe(false)
    const nodes = (await around(4, ', kinds: [{ kind: "Node" }]')).relations.related.objects
    expect(nodes).toEqual(found('Node'))
    expect((await around(1)).relations.related.objects.every(({ distance }: { distance: number }) => distance === 1)).toBe(true)
  })
})
