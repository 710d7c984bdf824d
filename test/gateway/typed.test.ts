import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { buildSchema, lexicographicSortSchema, printSchema, validateSchema } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { clusterSdl } from '../../src/print-schema.ts'
import { eventually, openApiServer, openPlayground } from '../support/gateway.ts'
import { disagreements, generousLimits, schemaOf, typedKinds } from '../support/typed-agreement.ts'
import { openTyped } from '../support/typed-gateway.ts'

const names = (answer: { readonly nodes: readonly { readonly metadata: { readonly name: string } }[] }) => answer.nodes.map(({ metadata }) => metadata.name)

describe('typed lists', () => {
  it('agree with the whole objects on every field of every object of every kind of the sample', async () => {
    const { server } = await openPlayground()
    const gateway = await openTyped(server, { config: { limits: generousLimits } })
    const schema = await schemaOf(gateway)
    expect(validateSchema(schema)).toEqual([])
    const kinds = await typedKinds(gateway)
    expect(kinds.length).toBeGreaterThan(40)
    let compared = 0
    for (const kind of kinds) {
      const { objects, found } = await disagreements(gateway, schema, kind)
      expect(found, kind.typeName).toEqual([])
      compared += objects
    }
    expect(compared).toBeGreaterThan(400)
  }, 60_000)

  it('take the arguments of generic ones', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    const filters = 'namespaces: ["shop", "payments"], labelSelector: "app.kubernetes.io/component=web", orderBy: [{ path: "metadata.creationTimestamp", direction: DESC }], first: 3'
    const rest = '{ totalCount nodes { metadata { name } } edges { cursor node { id } } pageInfo { hasNextPage endCursor } groups(by: ["status.phase"]) { keys count } cache { synced } partial { code } }'
    const { pods, coreV1Pods, objects } = await data(`{ pods(${filters}) ${rest} coreV1Pods(${filters}) ${rest} objects(kinds: [{ kind: "Pod" }], ${filters}) ${rest} }`)
    expect(pods.totalCount).toBeGreaterThan(3)
    expect(coreV1Pods).toEqual(pods)
    expect(objects).toEqual(pods)
  })

  it('are filtered by nested inputs as generic ones are by paths', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    const agree = async (list: string, kind: string, typed: string, generic: string) => {
      const answer = await data(`{ typed: ${list}(first: 1000, where: ${typed}) { nodes { metadata { name } } } generic: objects(kinds: [${kind}], first: 1000, where: ${generic}) { nodes { metadata { name } } } all: ${list} { totalCount } }`)
      expect(names(answer.typed), typed).toEqual(names(answer.generic))
      expect(answer.typed.nodes.length, typed).toBeGreaterThan(0)
      expect(answer.typed.nodes.length, typed).toBeLessThan(answer.all.totalCount)
    }
    const [pod, deployment] = ['{ kind: "Pod" }', '{ group: "apps", kind: "Deployment" }']
    await agree('pods', pod, '{ status: { phase: { eq: "Running" } }, metadata: { namespace: { ne: "shop" } } }', '{ and: [{ path: "status.phase", eq: "Running" }, { path: "metadata.namespace", ne: "shop" }] }')
    await agree('pods', pod, '{ spec: { containers: { some: { image: { icontains: "CART" } } } } }', '{ path: "spec.containers", some: { path: "image", icontains: "CART" } }')
    await agree('pods', pod, '{ metadata: { labels: { key: "app.kubernetes.io/name", in: ["cart", "web"] } } }', '{ path: "metadata.labels[\'app.kubernetes.io/name\']", in: ["cart", "web"] }')
    await agree('pods', pod, '{ spec: { containers: { every: { resources: { requests: { path: "memory", gt: "200Mi" } } } } } }', '{ path: "spec.containers", every: { path: "resources.requests.memory", gt: "200Mi" } }')
    await agree('pods', pod, '{ or: [{ spec: { nodeName: { eq: "node-1" } } }, { not: { metadata: { namespace: { in: ["shop", "payments"] } } } }] }', '{ or: [{ path: "spec.nodeName", eq: "node-1" }, { not: { path: "metadata.namespace", in: ["shop", "payments"] } }] }')
    await agree('deployments', deployment, '{ spec: { replicas: { gte: 3, lt: 6 }, template: { spec: { or: [{ serviceAccountName: { exists: true } }, { volumes: { exists: true } }] } } } }', '{ and: [{ path: "spec.replicas", gte: 3, lt: 6 }, { or: [{ path: "spec.template.spec.serviceAccountName", exists: true }, { path: "spec.template.spec.volumes", exists: true }] }] }')
  })

  it('refuse a filter that is too large or no expression, naming the place', async () => {
    const { server } = await openPlayground()
    const { query } = await openTyped(server, { config: { limits: { filterTerms: 3, filterDepth: 2 } } })
    const refusal = async (where: string) => (await query(`{ pods(where: ${where}) { totalCount } }`)).errors?.[0]
    expect(await refusal('{ spec: { nodeName: { matches: "(" } } }')).toMatchObject({ message: expect.stringContaining('where.spec.nodeName.matches') as string, extensions: { code: 'INVALID_FILTER' } })
    expect(await refusal('{ not: { not: { not: { spec: { nodeName: { eq: "n" } } } } } }')).toMatchObject({ extensions: { code: 'INVALID_FILTER' } })
    expect(await refusal('{ spec: { nodeName: { ne: "a" }, hostname: { ne: "b" }, subdomain: { ne: "c" } } }')).toMatchObject({ extensions: { code: 'INVALID_FILTER' } })
    expect(await refusal('{ spec: { nodeName: { gt: 3 } } }')).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
  })

  it('answer for one object by its name, and begin to watch its kind', async () => {
    const { server } = await openPlayground()
    const { data, query } = await openTyped(server)
    const { deployment, missing, clusterWide } = await data('{ deployment(namespace: "shop", name: "cart") { spec { replicas } metadata { name } } missing: deployment(namespace: "shop", name: "nobody") { id } clusterWide: coreV1Node(name: "node-1") { metadata { name } } }')
    expect(deployment).toEqual({ spec: { replicas: expect.any(Number) as number }, metadata: { name: 'cart' } })
    expect([missing, clusterWide]).toEqual([null, { metadata: { name: 'node-1' } }])
    expect((await query('{ deployment(name: "cart") { id } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    expect((await data('{ kinds(watched: true) { kind } }')).kinds).toEqual([{ kind: 'Node' }, { kind: 'Deployment' }])
  })

  it('are of types that generic answers have too', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }], first: 1) { nodes { __typename id ... on CoreV1Pod { spec { nodeName } } } } }')
    expect(objects.nodes[0]).toEqual({ __typename: 'CoreV1Pod', id: expect.any(String) as string, spec: { nodeName: expect.stringMatching(/^node-/) as string } })
    expect((await data(`{ node(id: "${objects.nodes[0].id}") { __typename ... on KubernetesObject { kind } ... on CoreV1Pod { status { phase } } } }`)).node).toMatchObject({ __typename: 'CoreV1Pod', kind: 'Pod', status: { phase: expect.any(String) as string } })
  })

  it('are only of the kinds that the configuration wants typed', async () => {
    const { server } = await openPlayground()
    const gateway = await openTyped(server, { config: { types: { allow: ['core/*/*', 'apps/v1/Deployment'], deny: ['core/v1/Secret'] } } })
    const { kinds } = await gateway.data('{ kinds { kind typed typeName untypedReason } __schema { queryType { fields { name } } } }')
    const typed = kinds.filter((kind: { typed: boolean }) => kind.typed).map(({ typeName }: { typeName: string }) => typeName)
    expect(typed).toContain('AppsV1Deployment')
    expect(typed).not.toContain('CoreV1Secret')
    expect(typed).not.toContain('AppsV1StatefulSet')
    expect(kinds.find(({ kind }: { kind: string }) => kind === 'Secret')).toMatchObject({ typed: false, typeName: null })
  })
})

describe('typed subscriptions', () => {
  it('tell changes of objects that the typed filter holds for, by their fields', async () => {
    const server = await openApiServer()
    const { url } = await openTyped(server)
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    server.make('configmaps', { metadata: { name: 'a', labels: { app: 'web' } }, data: { size: '1' } })
    const changes = client.iterate({ query: 'subscription { configMaps(initial: true, where: { data: { key: "size", exists: true } }, labelSelector: "app=web") { type object { __typename data } cursor } }' })
    const next = async () => (await changes.next()).value?.data?.['configMaps'] as { readonly type: string; readonly object: unknown }
    expect(await next()).toMatchObject({ type: 'ADDED', object: { __typename: 'CoreV1ConfigMap', data: { size: '1' } } })
    expect(await next()).toMatchObject({ type: 'SYNCED', object: null })
    server.make('configmaps', { metadata: { name: 'b', labels: { app: 'web' } }, data: { other: '1' } })
    server.make('configmaps', { metadata: { name: 'c', labels: { app: 'web' } }, data: { size: '2' } })
    expect(await next()).toMatchObject({ type: 'ADDED', object: { data: { size: '2' } } })
    const refused = client.iterate({ query: 'subscription { pods(where: { spec: { nodeName: { matches: "(" } } }) { type } }' })
    expect((await refused.next()).value).toMatchObject({ errors: [{ extensions: { code: 'INVALID_FILTER' } }] })
  })

  it('take what generic ones take: patches, types, a throttle, only what changes the selection', async () => {
    const server = await openApiServer()
    const { url, data } = await openTyped(server)
    const { __schema } = await data('{ __schema { subscriptionType { fields { name args { name } } } } }')
    const args = (field: string) => __schema.subscriptionType.fields.find(({ name }: { name: string }) => name === field).args.map(({ name }: { name: string }) => name).filter((name: string) => name !== 'kinds').toSorted()
    expect(args('configMaps')).toEqual(args('objects'))

    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    const follow = (more: string, selection: string) => {
      const changes = client.iterate({ query: `subscription { configMaps(${more}) { ${selection} } }` })
      return async () => (await changes.next()).value?.data?.['configMaps'] as Record<string, unknown>
    }
    const resource = server.registry.resources().find(({ plural }) => plural === 'configmaps') as never
    const set = (size: string, label = 'x') => server.store.update(resource, 'shop', 'a', { metadata: { name: 'a', labels: { label } }, data: { size } })
    server.make('configmaps', { metadata: { name: 'a', labels: { label: 'x' } }, data: { size: '1' } })
    const changed = follow('initial: true, types: [MODIFIED], changedOnly: true', 'type object { data }')
    const patches = follow('initial: true, types: [MODIFIED], mode: PATCH', 'type patch')
    const throttled = follow('initial: true, throttleMs: 300', 'type object { data }')
    expect([await changed(), await patches()]).toMatchObject([{ type: 'SYNCED' }, { type: 'SYNCED' }])
    expect([await throttled(), await throttled()]).toMatchObject([{ type: 'ADDED' }, { type: 'SYNCED' }])
    for (const size of ['1', '3', '2']) set(size, 'y')
    expect(await throttled()).toEqual({ type: 'MODIFIED', object: { data: { size: '2' } } })
    // The first changes the label alone.
    expect(await changed()).toEqual({ type: 'MODIFIED', object: { data: { size: '3' } } })
    for (const [path, value] of [['/metadata/labels/label', 'y'], ['/data/size', '3']]) expect(await patches()).toMatchObject({ type: 'MODIFIED', patch: expect.arrayContaining([{ op: 'replace', path, value }]) as unknown })
  })
})

describe('types', () => {
  it('of a group version whose document cannot be had are missing, with the reason, until it can', async () => {
    const { server } = await openPlayground()
    let broken = true
    server.faults.add({ match: { path: /^\/openapi\/v3\/apis\/apps\/v1/ }, times: 1000, action: (exchange) => broken && (exchange.json(500, { kind: 'Status', code: 500, message: 'the dog ate it' }), true) })
    const gateway = await openTyped(server)
    const deployment = async () => (await gateway.data('{ kinds(group: "apps", kind: "Deployment") { typed untypedReason } }')).kinds[0]
    expect(await deployment()).toEqual({ typed: false, untypedReason: expect.stringContaining('the dog ate it') as string })
    broken = false
    await eventually(deployment, ({ typed }) => typed)
  })

  it('are printed for code generators as they are served', async () => {
    const { server } = await openPlayground()
    const surroundings = { env: {}, home: '/' }
    const config = parseConfig('{}', 'the test', surroundings)
    const sdl = await clusterSdl({ ...config, cluster: { ...config.cluster, connection: { type: 'anonymous', server: server.url } } }, surroundings)
    const gateway = await openTyped(server)
    expect(printSchema(lexicographicSortSchema(buildSchema(sdl)))).toBe(printSchema(lexicographicSortSchema(await schemaOf(gateway))))
  })
})

describe('a server that publishes OpenAPI v2 only', () => {
  it('has types of all its kinds too, with the fields that v3 tells', async () => {
    const { server } = await openPlayground()
    const whole = await openTyped(server)
    server.faults.add({ match: { path: /^\/openapi\/v3/ }, times: 1000, action: (exchange) => (exchange.json(404, { kind: 'Status', code: 404, message: 'not here' }), true) })
    const old = await openTyped(server)
    const fields = '{ containers: __type(name: "CoreV1Container") { fields { name type { name kind } } } spec: __type(name: "NetworkingIstioIoV1VirtualServiceSpec") { fields { name } } kinds { typeName } }'
    expect(await old.data(fields)).toEqual(await whole.data(fields))
  })
})
