import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { ApiClient, type Document } from '../contract/api-client.ts'
import { startKafka } from '../servers/kafka.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/gateway.ts'
import { makeWorld } from '../support/grw/world.ts'
import { openOnPlane } from '../support/on-plane.ts'
import { openReceiver } from '../support/receiver.ts'

let plane: ControlPlane
let client: ApiClient

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false })
  client = new ApiClient({ url: plane.url, ca: plane.ca, token: plane.token() })
  await makeWorld(client)
}, 900_000)

afterAll(async () => {
  await client?.close()
  await plane?.stop()
})

const start = (config: object = {}) => openOnPlane(plane, { config: { types: { allow: [] }, ...config } })
const namesOf = (connection: Document): string[] => connection.nodes.map(({ metadata }: Document) => metadata.name).toSorted()
const configMaps = '/api/v1/namespaces/lab/configmaps'

onControlPlane('what k8s-generic-watcher announced', () => {
  it('is here: queries by group and kind across versions, in which each object is one', async () => {
    const { data } = await start()
    const query = 'query ($kinds: [KindInput!]!) { objects(kinds: $kinds) { totalCount nodes { apiVersion metadata { name } } } }'
    const { objects } = await data(query, { kinds: [{ group: 'networking.istio.io', kind: 'Gateway' }, { group: 'networking.istio.io', version: 'v1beta1', kind: 'Gateway' }] })
    expect([objects.totalCount, namesOf(objects)]).toEqual([3, ['inner', 'narrow', 'public']])
    const any = await data(query, { kinds: [{ group: 'networking.istio.io', kind: 'VirtualService' }] })
    expect(any.objects.nodes.map(({ apiVersion }: Document) => apiVersion)).toEqual(Array.from({ length: 3 }, () => 'networking.istio.io/v1'))
  })

  it('is here: fuzzy queries', async () => {
    const { data } = await start()
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }, { kind: "ConfigMap" }], search: "plcaed shop") { nodes { metadata { name } } } }')
    expect(namesOf(objects)).toEqual(['placed'])
  })

  it('is here: Kafka', { timeout: 120_000 }, async () => {
    const kafka = await startKafka()
    onTestFinished(() => kafka.stop())
    const { data } = await start({ delivery: { kafka: [{ name: 'log', brokers: [kafka.broker], topic: 'watchql.{group}.{kind}', createTopics: true, kinds: [{ kind: 'ConfigMap' }], namespaces: ['lab'], initial: 'snapshot' }] } })
    await eventually(() => data('{ kafkaSinks { pending lastSuccessAt } }'), ({ kafkaSinks }) => kafkaSinks[0].lastSuccessAt !== null, 60_000)
    await client.create(configMaps, { metadata: { name: 'to-kafka' }, data: { on: 'yes' } })
    await client.delete(`${configMaps}/to-kafka`)
    const told = async () => (await kafka.read('watchql.core.ConfigMap')).map(({ value, headers }) => `${headers['ce_type']} ${JSON.parse(value).name}`)
    expect(await eventually(told, (found) => found.includes('watchql.object.deleted to-kafka'), 60_000)).toEqual(expect.arrayContaining(['watchql.object.added web', 'watchql.object.added to-kafka']))
  })

  it('is here: Service and its Endpoints and Pods, Deployment and ReplicaSet and Pod, PVC and PV, Istio', async () => {
    const template = { metadata: { labels: { app: 'related' } }, spec: { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] } }
    const spec = { replicas: 1, selector: { matchLabels: { app: 'related' } }, template }
    const owned = (apiVersion: string, kind: string, { metadata: { name, uid } }: Document) => ({ labels: { app: 'related' }, ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] })
    const deployment = await client.create('/apis/apps/v1/namespaces/lab/deployments', { metadata: { name: 'related' }, spec })
    const replicaSet = await client.create('/apis/apps/v1/namespaces/lab/replicasets', { metadata: { name: 'related-1', ...owned('apps/v1', 'Deployment', deployment) }, spec })
    await client.create('/api/v1/namespaces/lab/pods', { metadata: { name: 'related-1-a', ...owned('apps/v1', 'ReplicaSet', replicaSet) }, spec: { ...template.spec, schedulerName: 'none' } })
    await client.create('/api/v1/namespaces/lab/services', { metadata: { name: 'related' }, spec: { selector: { app: 'related' }, ports: [{ port: 80 }] } })
    await client.create('/api/v1/namespaces/lab/endpoints', { metadata: { name: 'related' }, subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }] })
    await client.create('/api/v1/persistentvolumes', { metadata: { name: 'related' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/related' } } })
    await client.create('/api/v1/namespaces/lab/persistentvolumeclaims', { metadata: { name: 'related' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', volumeName: 'related', resources: { requests: { storage: '1Gi' } } } })
    const { data } = await openOnPlane(plane, { config: { types: { allow: ['core/v1/*', 'apps/v1/*', 'networking.istio.io/v1/*'] } } })
    const named = 'nodes { metadata { name } }'
    const query = `{
      deployment(namespace: "lab", name: "related") { relations { replicaSets { nodes { metadata { name } relations { pods { ${named} } } } } } }
      service(namespace: "lab", name: "related") { relations { endpoints { ${named} } pods { ${named} } } }
      persistentVolumeClaim(namespace: "lab", name: "related") { relations { persistentVolume { object { metadata { name } } } } }
      networkingIstioIoV1VirtualService(namespace: "shop", name: "wide") { relations { gateways { ${named} } } }
    }`
    await eventually(() => data('{ __type(name: "NetworkingIstioIoV1VirtualService") { name } }'), ({ __type }) => __type !== null, 20_000)
    const found = (name: string) => ({ nodes: [{ metadata: { name } }] })
    const one = (name: string) => ({ object: { metadata: { name } } })
    expect(await data(query)).toEqual({
      deployment: { relations: { replicaSets: { nodes: [{ metadata: { name: 'related-1' }, relations: { pods: found('related-1-a') } }] } } },
      service: { relations: { endpoints: found('related'), pods: found('related-1-a') } },
      persistentVolumeClaim: { relations: { persistentVolume: one('related') } },
      networkingIstioIoV1VirtualService: { relations: { gateways: { nodes: [{ metadata: { name: 'narrow' } }, { metadata: { name: 'public' } }] } } },
    })
  })

  it('is here: watched kinds that are added, changed and removed at run time', async () => {
    const { data, url } = await start({ watch: { onDemand: false } })
    const size = async () => ((await (await fetch(`${url}/manage/cacheSize?group=core&version=v1&kind=ConfigMap`)).json()) as Document).data as number
    const status = async () => (await fetch(`${url}/resources/k8sObjects?group=core&version=v1&kind=ConfigMap`)).status
    expect(await status()).toBe(409)
    await data('mutation { startWatch(kind: { kind: "ConfigMap" }, options: { namespace: "shop" }) { state } }')
    expect(await eventually(size, (found) => found > 0, 20_000)).toBe(2)
    await data('mutation { stopWatch(kind: { kind: "ConfigMap" }) }')
    expect([await size(), await status()]).toEqual([0, 409])
    await data('mutation { startWatch(kind: { kind: "ConfigMap" }, options: { namespace: "lab" }) { state } }')
    expect(await eventually(size, (found) => found > 0, 20_000)).toBe(1)
  })

  it('is here: webhooks that are added, changed and removed at run time', async () => {
    const { data } = await start({ delivery: { allowLocalTargets: true } })
    const [first, second] = [await openReceiver(), await openReceiver()]
    const make = async (name: string) => {
      await client.create(configMaps, { metadata: { name } })
      await client.delete(`${configMaps}/${name}`)
    }
    const { createWebhook } = await data('mutation ($input: WebhookInput!) { createWebhook(input: $input) { id } }', { input: { url: first.url, format: 'GRW', kinds: [{ kind: 'ConfigMap' }], namespaces: ['lab'], initial: 'SNAPSHOT' } })
    await eventually(first.told, (told) => told.includes('ADDED web'), 20_000)
    await make('one')
    await eventually(first.told, (told) => told.includes('DELETED one'), 20_000)
    expect(first.received.at(-1)?.body).toMatchObject({ eventType: 'DELETED', gvk: 'v1/ConfigMap', eventObjects: [{ metadata: { name: 'one' } }] })
    await data('mutation ($id: ID!, $input: WebhookUpdate!) { updateWebhook(id: $id, input: $input) { id } }', { id: createWebhook.id, input: { url: second.url, eventTypes: ['ADDED'] } })
    await make('two')
    await eventually(second.told, (told) => told.includes('ADDED two'), 20_000)
    expect(await data('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id: createWebhook.id })).toEqual({ deleteWebhook: true })
    await make('three')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect([first.told().slice(-2), second.told()]).toEqual([['ADDED one', 'DELETED one'], ['ADDED two']])
  })

  it('is here: CRDs that are seen at once, however long the interval is', async () => {
    const { url } = await start({ apiGroupsSyncIntervalSecond: 86_400 })
    const ask = async () => (await fetch(`${url}/resources/k8sObjects?group=sudden.example.com&version=v1&kind=Surprise`)).status
    const groups = async () => ((await (await fetch(`${url}/resources/apiGroups`)).json()) as Document).data.groups.map(({ name }: Document) => name) as string[]
    expect([await ask(), await groups()]).toEqual([404, expect.not.arrayContaining(['sudden.example.com'])])
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }]
    await client.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { metadata: { name: 'surprises.sudden.example.com' }, spec: { group: 'sudden.example.com', scope: 'Namespaced', names: { kind: 'Surprise', plural: 'surprises', singular: 'surprise', listKind: 'SurpriseList' }, versions } })
    // Nothing is asked for meanwhile: a question would have the server asked.
    await eventually(groups, (found) => found.includes('sudden.example.com'), 10_000)
    expect(await ask()).toBe(200)
    await client.delete('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/surprises.sudden.example.com')
    await eventually(groups, (found) => !found.includes('sudden.example.com'), 20_000)
  })

  it('is here: a dedicated watch and cache of one query, which later equal ones share, and which ends unused', async () => {
    const { url } = await start({ watch: { dedicatedIdleMs: 2000 } })
    const ask = async (conditions: object) => {
      const body = JSON.stringify({ group: 'core', version: 'v1', kind: 'ConfigMap', namespace: 'shop', dedicated: true, ...conditions })
      const answer = (await (await fetch(`${url}/resources/k8sObjects`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()) as Document
      return answer.data.map(({ metadata }: Document) => metadata.name) as string[]
    }
    const running = async () => /^watchql_dedicated_watches\{[^}]*\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]
    expect(await ask({ labelSelectors: ['app', 'web', 'tier', 'front'] })).toEqual(['web'])
    expect(await ask({ labelSelectors: ['tier', 'front', 'app', 'web'] })).toEqual(['web'])
    expect(await running()).toBe('1')
    expect(await ask({ labelSelectors: ['tier', 'back'] })).toEqual(['api'])
    expect(await running()).toBe('2')
    await client.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'another', labels: { tier: 'back' } } })
    await eventually(() => ask({ labelSelectors: ['tier', 'back'] }), (names) => names.length === 2)
    await client.delete('/api/v1/namespaces/shop/configmaps/another')
    expect(((await (await fetch(`${url}/manage/cachedResourcesList`)).json()) as Document).data).toEqual([])
    await eventually(running, (count) => count === '0', 10_000)
  })
})
