import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import type { Change } from '../../src/model/change.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import type { Api } from '../cluster/api.ts'
import { ApiError } from '../cluster/api.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { createAll } from '../cluster/objects.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually, openConfigured } from '../support/gateway.ts'
import { definitionOf, versionOf } from '../support/gizmos.ts'
import { openRelay } from '../support/relay.ts'

const promptMs = 1000
const group = 'lab.example.com'

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false })
  api = plane.api()
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

async function open(config: Record<string, unknown> = {}) {
  const relay = await openRelay(Number(new URL(plane.url).port))
  onTestFinished(() => relay.close())
  const tokenFilePath = join(plane.folder, 'admin-token')
  await writeFile(tokenFilePath, plane.token())
  const k8sClientConfig = { authType: 'BearerToken', apiServerUrl: `https://127.0.0.1:${relay.port}`, tokenFilePath, caCertDataPemBase64: plane.caData }
  const gateway = await openConfigured(parseConfig(JSON.stringify({ listenPort: 0, apiGroupsSyncIntervalSecond: 3600, ...config, k8sClientConfig }), 'the test', { env: {}, home: '/' }))
  const [cluster] = gateway.gateway.clusters
  const discovery = cluster?.discovery
  if (cluster === undefined || discovery === undefined) throw new Error('There is no cluster.')
  await eventually(() => discovery.resources().length, (count) => count > 0)
  const told: string[] = []
  cluster.feed.subscribe(({ type, resource, object }: Change) => void (resource.group === group && told.push(`${type} ${resource.version} ${object.metadata.name}`)))
  const watches = () => cluster.informers.all().map((informer) => `${informer.resource.version} ${informer.status().state} ${informer.status().objects}`).join()
  return { ...gateway, relay, cluster, told, watches, serves: (kind: string, version = 'v1') => discovery.find({ group, kind, version }) !== undefined }
}

const definition = (kind: string, versions: readonly string[]): Manifest => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', ...definitionOf(kind, versions) }) as Manifest
const definitionPath = (kind: string) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${kind.toLowerCase()}s.${group}`
const gizmo = (name: string, version: string): Manifest => ({ apiVersion: `${group}/${version}`, kind: 'Gizmo', metadata: { name, namespace: 'default' } })

const established = (kind: string) =>
  eventually(async () => ((await api.get<{ status?: { conditions?: { type: string; status: string }[] } }>(definitionPath(kind))).status?.conditions ?? []), (conditions) => conditions.some(({ type, status }) => type === 'Established' && status === 'True'), 60_000)
const removed = (kind: string) => eventually(() => api.get(definitionPath(kind)).then(() => false, (error: unknown) => error instanceof ApiError && error.status === 404), Boolean, 30_000)
const create = (object: Manifest) => eventually(() => api.create(object).then(() => '', String), (failure) => failure === '', 10_000)

onControlPlane('kinds on the real control plane', () => {
  it('are known within a second of being established, and forgotten within a second of their removal', async () => {
    const { serves } = await open()
    for (let round = 0; round < 5; round += 1) {
      await api.create(definition('Gizmo', ['v1']))
      await established('Gizmo')
      await eventually(() => serves('Gizmo'), Boolean, promptMs)
      await api.send('DELETE', definitionPath('Gizmo'))
      await removed('Gizmo')
      await eventually(() => serves('Gizmo'), (found) => !found, promptMs)
    }
  })

  it('removed and reinstalled with another version while watched: each deletion is told once, and the watch goes on there', async () => {
    const { told, watches, data } = await open({ initialWatchingResources: [{ group, kind: 'Gizmo' }], watch: { absentRetryMs: 3_600_000 } })
    await api.create(definition('Gizmo', ['v1']))
    for (const name of ['a', 'b']) await create(gizmo(name, 'v1'))
    await eventually(watches, (text) => text === 'v1 LIVE 2', 10_000)
    await api.send('DELETE', definitionPath('Gizmo'))
    await removed('Gizmo')
    await eventually(watches, (text) => text === 'v1 GONE 0')
    await api.create(definition('Gizmo', ['v2']))
    await create(gizmo('c', 'v2'))
    await eventually(watches, (text) => text === 'v2 LIVE 1')
    expect(told).toEqual(['ADDED v1 a', 'ADDED v1 b', 'DELETED v1 a', 'DELETED v1 b', 'ADDED v2 c'])
    expect((await data(`{ objects(kinds: [{ group: "${group}", kind: "Gizmo" }]) { nodes { apiVersion } partial { code } } }`)).objects).toEqual({ nodes: [{ apiVersion: `${group}/v2` }], partial: [] })
    // A version that is no longer served, while the objects live on.
    await api.patch(definition('Gizmo', []), { spec: { versions: ['v2', 'v3'].map((name) => ({ ...versionOf(name, name === 'v3'), served: name === 'v3' })) } })
    await eventually(watches, (text) => text === 'v3 LIVE 1')
    expect(told.filter((change) => change.startsWith('DELETED'))).toHaveLength(2)
    await api.send('DELETE', definitionPath('Gizmo'))
    await removed('Gizmo')
  })

  it('lose no object while the API server is killed and started again', async () => {
    const { told, watches, serves } = await open({ initialWatchingResources: [{ group, kind: 'Gizmo' }], apiGroupsSyncIntervalSecond: 1, watch: { absentRetryMs: 100, backoffInitialMs: 20, backoffMaxMs: 100 } })
    await api.create(definition('Gizmo', ['v1']))
    await create(gizmo('a', 'v1'))
    await eventually(watches, (text) => text === 'v1 LIVE 1', 10_000)
    await plane.killApiServer()
    await plane.restartApiServer()
    await eventually(watches, (text) => text === 'v1 LIVE 1', 30_000)
    await create(gizmo('b', 'v1'))
    await eventually(watches, (text) => text === 'v1 LIVE 2')
    expect(serves('Gizmo')).toBe(true)
    expect(told).toEqual(['ADDED v1 a', 'ADDED v1 b'])
    await api.send('DELETE', definitionPath('Gizmo'))
    await removed('Gizmo')
  })

  it('of an aggregated server that is down are none of the others\' business', async () => {
    const { cluster, serves } = await open()
    const before = cluster.discovery.resources().length
    const service = { name: 'nobody', namespace: 'default' }
    await api.create({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.down.example.com' }, spec: { group: 'down.example.com', version: 'v1', service, groupPriorityMinimum: 1000, versionPriority: 10, insecureSkipTLSVerify: true } })
    await api.create(definition('Gizmo', ['v1']))
    await established('Gizmo')
    await eventually(() => serves('Gizmo'), Boolean, promptMs)
    expect(cluster.discovery.resources().length).toBe(before + 1)
    for (const path of ['/apis/apiregistration.k8s.io/v1/apiservices/v1.down.example.com', definitionPath('Gizmo')]) await api.send('DELETE', path)
    await removed('Gizmo')
  })

  it('may be two hundred, watched over four connections, and nothing short waits behind their watches', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `Kind${i}`)
    await createAll(api, names.map((kind) => definition(kind, ['v1'])))
    await Promise.all(names.map(established))
    const { relay, cluster, data, serves } = await open({ initialWatchingResources: names.map((kind) => ({ group, kind })) })
    await eventually(() => cluster.informers.all().filter((informer) => informer.status().state === 'LIVE').length, (live) => live === names.length, 120_000)
    const startedAt = performance.now()
    expect((await data('{ objects(kinds: [{ kind: "Namespace" }]) { totalCount partial { message } } }')).objects).toMatchObject({ totalCount: 4, partial: [] })
    expect(performance.now() - startedAt).toBeLessThan(promptMs)
    await api.create(definition('Gizmo', ['v1']))
    await established('Gizmo')
    await eventually(() => serves('Gizmo'), Boolean, promptMs)
    expect(relay.most()).toBeLessThanOrEqual(4)
  })
})
