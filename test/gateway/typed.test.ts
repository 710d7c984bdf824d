import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { buildSchema, lexicographicSortSchema, printSchema, validateSchema } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { clusterSdl } from '../../src/print-schema.ts'
import type { ApiServer } from '../../src/playground/api-server/api-server.ts'
import { eventually, openApiServer, openGateway, openPlayground, type GatewayTestOptions, type TestGateway } from '../support/gateway.ts'
import { gizmoGroup } from '../support/gizmos.ts'
import { disagreements, generousLimits, schemaOf, typedKinds } from '../support/typed-agreement.ts'

/** With types, once they are there. */
async function openTyped(server: { readonly url: string }, { config, ...options }: GatewayTestOptions = {}): Promise<TestGateway> {
  const gateway = await openGateway(server, { ...options, config: { types: { allow: ['*/*/*'] }, ...config } })
  await hasType(gateway, 'CoreV1Pod')
  return gateway
}

const typeNamed = async ({ data }: TestGateway, name: string) => (await data(`{ __type(name: "${name}") { name fields { name description type { name kind } } } }`)).__type
const hasType = (gateway: TestGateway, name: string, timeoutMs = 10_000) => eventually(() => typeNamed(gateway, name), (type) => type !== null, timeoutMs)
const names = (answer: { readonly nodes: readonly { readonly metadata: { readonly name: string } }[] }) => answer.nodes.map(({ metadata }) => metadata.name)

type Schema = Readonly<Record<string, unknown>>

/** A kind of the group lab.example.com with one version and this schema. */
function define({ store }: Pick<ApiServer, 'store'>, kind: string, properties: Schema, more: Schema = {}): void {
  const singular = kind.toLowerCase()
  store.create(store.resource('customresourcedefinitions'), undefined, {
    metadata: { name: `${singular}s.${gizmoGroup}` },
    spec: {
      group: gizmoGroup,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties, ...more } } }],
    },
  })
}

const object = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, ...more })

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

describe('the type of a custom kind', () => {
  const promptMs = 2000

  /** Looks by itself only once an hour: what comes, comes from the definition. */
  async function open() {
    const server = await openApiServer()
    const gateway = await openTyped(server, { config: { apiGroupsSyncIntervalSecond: 3600 } })
    await eventually(() => server.disturbWatches('customresourcedefinitions', () => undefined), (count) => count === 1)
    /** From now on the published documents stay as they are, for some seconds on a real server. */
    const publishNothingNew = async () => {
      const published = await (await fetch(`${server.url}/openapi/v3`)).json()
      server.faults.add({ match: { path: /^\/openapi\/v3$/ }, times: 1000, action: (exchange) => (exchange.json(200, published), true) })
    }
    return { server, ...gateway, publishNothingNew, type: (name: string) => hasType(gateway, name, promptMs) }
  }

  it('is there within two seconds of the definition, though the published documents lag behind', async () => {
    const { server, data, type, publishNothingNew } = await open()
    await publishNothingNew()
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer', format: 'int32' } }) })
    await type('LabExampleComV1Gizmo')
    server.make('gizmos', { metadata: { name: 'g' }, spec: { size: 3 } })
    expect((await data('{ labExampleComV1Gizmos(where: { spec: { size: { gt: 2 } } }) { nodes { spec { size } } } }')).labExampleComV1Gizmos.nodes).toEqual([{ spec: { size: 3 } }])
  })

  it('follows an edited definition as soon, and goes with a removed one', async () => {
    const { server, data, type, query, publishNothingNew } = await open()
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await type('LabExampleComV1GizmoSpec')
    await publishNothingNew()
    const definitions = server.store.resource('customresourcedefinitions')
    const stored = server.store.get(definitions, undefined, `gizmos.${gizmoGroup}`)
    const edited = JSON.parse(JSON.stringify(stored).replaceAll('"size"', '"weight"'))
    server.store.update(definitions, undefined, `gizmos.${gizmoGroup}`, edited)
    const fields = async () => (await data('{ __type(name: "LabExampleComV1GizmoSpec") { fields { name } } }')).__type?.fields.map(({ name }: { name: string }) => name)
    await eventually(fields, (found) => found?.join() === 'weight', promptMs)
    server.store.delete(definitions, undefined, `gizmos.${gizmoGroup}`)
    await eventually(() => query('{ labExampleComV1Gizmos { totalCount } }'), ({ errors }) => errors?.[0]?.extensions.code === 'GRAPHQL_VALIDATION_FAILED', promptMs)
  })

  it('spells every field that objects can have, and finds it by its own key', async () => {
    const { server, data, type } = await open()
    define(
      server,
      'Gizmo',
      {
        value: { type: 'integer', format: 'int32' },
        spec: object(
          {
            'content-type': { type: 'string' },
            content_type: { type: 'string' },
            '2fa': { type: 'boolean' },
            $ref: { type: 'string' },
            constructor: { type: 'string' },
            not: { type: 'string' },
            port: { 'x-kubernetes-int-or-string': true },
            limit: { 'x-kubernetes-int-or-string': true, pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$' },
            big: { type: 'integer', format: 'int64' },
            when: { type: 'string', format: 'date-time' },
            settings: { type: 'object', additionalProperties: { type: 'string' } },
            rules: { type: 'object', additionalProperties: object({ deep: { type: 'string' } }) },
            matrix: { type: 'array', items: { type: 'array', items: { type: 'integer', format: 'int32' } } },
            anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
            first: object({ same: { type: 'string' } }),
            second: object({ same: { type: 'string' } }),
          },
          { 'x-kubernetes-preserve-unknown-fields': true },
        ),
      },
    )
    await type('LabExampleComV1Gizmo')
    const spec = {
      'content-type': 'a/b', content_type: 'c', '2fa': true, $ref: '#/x', not: 'never', port: 'http', limit: '1Gi', big: 9_007_199_254_740_991, when: '2030-01-01T00:00:00Z',
      settings: { 'log.level': 'info' }, rules: { a: { deep: 'x' } }, matrix: [[1, 2], [3]], anything: { goes: [1, null] },
      template: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 't', labels: { app: 'web' } }, payload: 7 }, first: { same: '1' }, second: { same: '2' }, undeclared: { here: true },
    }
    server.make('gizmos', { metadata: { name: 'g' }, value: 5, spec })
    const { nodes } = (
      await data(`{ labExampleComV1Gizmos { nodes { value_ specValue: value(path: "spec.big") spec {
        content_type content_type_ _2fa _ref constructor not port limit big when settings rules matrix anything
        template { apiVersion kind metadata { name label(key: "app") } _rest } first { __typename same } second { __typename same } _rest } } } }`)
    ).labExampleComV1Gizmos
    const same = '__typename'
    expect(nodes).toEqual([
      {
        value_: 5,
        specValue: spec.big,
        spec: {
          content_type: 'c', content_type_: 'a/b', _2fa: true, _ref: '#/x', constructor: null, not: 'never', port: 'http', limit: '1Gi', big: spec.big, when: spec.when,
          settings: spec.settings, rules: spec.rules, matrix: spec.matrix, anything: spec.anything,
          template: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 't', label: 'web' }, _rest: { payload: 7 } },
          first: { [same]: 'LabExampleComV1GizmoSpecFirst', same: '1' },
          second: { [same]: 'LabExampleComV1GizmoSpecFirst', same: '2' },
          _rest: { undeclared: { here: true } },
        },
      },
    ])
    for (const where of [
      '{ limit: { eq: "1024Mi", gt: "1000M" } }', '{ content_type_: { eq: "a/b" } }', '{ not_: { eq: "never" } }', '{ _rest: { path: "undeclared.here", eq: true } }', '{ port: { in: ["http", 80] } }',
      '{ settings: { key: "log.level", startsWith: "in" } }', '{ matrix: { some: { contains: "x" }, exists: false, not: { exists: true } } }', '{ rules: { path: "a.deep", eq: "x" } }', '{ template: { metadata: { labels: { key: "app", eq: "web" } }, _rest: { path: "payload", gte: 7 } } }',
    ]) {
      const { totalCount } = (await data(`{ labExampleComV1Gizmos(where: { spec: ${where} }) { totalCount } }`)).labExampleComV1Gizmos
      expect(totalCount, where).toBe(where.includes('matrix') ? 0 : 1)
    }
  })

  it('is missing when its schema cannot be used, with the reason, while all others are there', async () => {
    const server = await openApiServer()
    const gateway = await openTyped(server, { config: { types: { allow: ['*/*/*'], maxTypesPerKind: 150 } } })
    define(server, 'Monster', { spec: object(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`part${i}`, object({ [`own${i}`]: { type: 'string' } })]))) })
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await hasType(gateway, 'LabExampleComV1Gizmo')
    const { kinds } = await gateway.data('{ kinds(group: "lab.example.com", kind: "Monster") { typed untypedReason } }')
    expect(kinds).toEqual([{ typed: false, untypedReason: expect.stringContaining('150') as string }])
    server.make('monsters', { metadata: { name: 'm' } })
    expect((await gateway.data('{ objects(kinds: [{ group: "lab.example.com", kind: "Monster" }]) { nodes { __typename kind } } }')).objects.nodes).toEqual([{ __typename: 'GenericObject', kind: 'Monster' }])
  })

  it('comes and goes without ending what runs', async () => {
    const { server, url, type } = await open()
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    const heard: string[] = []
    const follow = async () => {
      for await (const { data } of client.iterate<{ objects: { object: { metadata: { name: string } } } }>({ query: 'subscription { objects(kinds: [{ kind: "ConfigMap" }], initial: true) { object { metadata { name } } } }' })) heard.push(data?.objects.object?.metadata.name ?? 'SYNCED')
    }
    void follow()
    await eventually(() => heard, () => heard.includes('SYNCED'))
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await type('LabExampleComV1Gizmo')
    server.make('configmaps', { metadata: { name: 'after-the-swap' } })
    await eventually(() => heard, () => heard.includes('after-the-swap'))
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
