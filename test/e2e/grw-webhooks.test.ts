import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { ApiClient, type Document } from '../contract/api-client.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/gateway.ts'
import { makeWorld } from '../support/grw/world.ts'
import { openOnPlane } from '../support/on-plane.ts'
import { openReceiver, status } from '../support/receiver.ts'

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

const start = (config: object) => openOnPlane(plane, { config: { types: { allow: [] }, ...config } })
const configMaps = '/api/v1/namespaces/lab/configmaps'
const make = (name: string, data: object, metadata: object = {}) => client.create(configMaps, { metadata: { name, ...metadata }, data })
const change = (name: string, data: object) => client.patch(`${configMaps}/${name}`, { data })
const remove = (name: string) => client.delete(`${configMaps}/${name}`)
function asCached({ metadata, ...object }: Document): Document {
  const { managedFields: _managedFields, ...cached } = metadata
  return { ...object, metadata: cached }
}
const deployments = { group: 'apps', version: 'v1', kind: 'Deployment' }
const ofLab = { group: 'core', version: 'v1', kind: 'ConfigMap', watchOptions: { namespace: 'lab' } }

onControlPlane("k8s-generic-watcher's webhooks", () => {
  it('receive its payload: what there is, each change with the state before, and the last state', async () => {
    const receiver = await openReceiver()
    const added = asCached(await make('told', { v: '1' }))
    await start({ initialWatchingResources: [{ ...ofLab, notifiers: [{ webhookUrls: [receiver.url] }] }] })
    await eventually(receiver.told, (told) => told.includes('ADDED told'), 20_000)
    const modified = asCached(await change('told', { v: '2' }))
    await eventually(receiver.told, (told) => told.includes('MODIFIED told'), 20_000)
    await remove('told')
    await eventually(receiver.told, (told) => told.includes('DELETED told'), 20_000)
    const kind = { gvk: 'v1/ConfigMap', group: 'core', version: 'v1', kind: 'ConfigMap', message: expect.any(String) as string, additionalData: {} }
    const bodies = receiver.received.map(({ body }) => body).filter(({ object }) => object.metadata.name === 'told')
    expect(bodies).toEqual([
      { eventType: 'ADDED', ...kind, eventObjects: [added], object: added },
      { eventType: 'MODIFIED', ...kind, eventObjects: [added, modified], object: modified },
      { eventType: 'DELETED', ...kind, eventObjects: [bodies[2]?.object], object: expect.objectContaining({ data: { v: '2' } }) as unknown },
    ])
    expect(receiver.received.map(({ headers }) => headers['content-type'])).toEqual(receiver.received.map(() => 'application/json'))
  })

  it('receive only what they name, and the global ones every event of every initial kind', async () => {
    const [few, last, all, also] = [await openReceiver(), await openReceiver(), await openReceiver(), await openReceiver()]
    const filter = { kind: 'ConfigMap', namespace: 'lab', labelSelectors: ['app', 'few'], annotationSelectors: ['example.com/owner', 'anna'], fieldMatches: ['.data.on', 'yes'] }
    await start({
      globalWebhookUrls: [all.url],
      initialWebHookUrls: [also.url],
      initialWatchingResources: [{ ...ofLab, notifiers: [{ webhookUrls: [few.url], eventTypes: ['MODIFIED', 'DELETED'], filter }] }, deployments, { ...ofLab, notifiers: [{ webhookUrls: [last.url], eventTypes: ['DELETED'] }] }],
    })
    await eventually(all.told, (told) => told.includes('ADDED dns'), 20_000)
    const meant = { labels: { app: 'few' }, annotations: { 'example.com/owner': 'anna' } }
    await make('meant', { on: 'yes' }, meant)
    await make('other', { on: 'yes' }, { ...meant, labels: { app: 'other' } })
    await make('nobody', { on: 'yes' }, { ...meant, annotations: {} })
    await change('meant', { on: 'no' })
    for (const name of ['meant', 'other', 'nobody']) await change(name, { on: 'yes', round: '2' })
    for (const name of ['meant', 'other', 'nobody']) await remove(name)
    for (const receiver of [all, also]) await eventually(receiver.told, (told) => ['meant', 'other', 'nobody'].every((name) => told.includes(`DELETED ${name}`)), 20_000)
    await eventually(few.told, (told) => told.includes('DELETED meant'), 20_000)
    expect(few.told()).toEqual(['MODIFIED meant', 'DELETED meant'])
    await eventually(last.told, (told) => told.length === 3, 20_000)
    expect(last.told().toSorted()).toEqual(['DELETED meant', 'DELETED nobody', 'DELETED other'])
    expect(few.received[0]?.body.object.data).toEqual({ on: 'yes', round: '2' })
    for (const receiver of [all, also]) {
      expect(receiver.told()).toEqual(expect.arrayContaining(['ADDED web', 'ADDED dns', 'ADDED proxy', 'ADDED meant']))
      expect(receiver.told().filter((event) => event === 'MODIFIED meant')).toHaveLength(2)
      expect(receiver.received.find(({ body }) => body.object.metadata.name === 'dns')?.body).toMatchObject({ gvk: 'apps/v1/Deployment', group: 'apps', version: 'v1', kind: 'Deployment' })
    }
  })

  it('are told again what they refused or were silent about, and after a restart what happened meanwhile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchql-webhooks-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const receiver = await openReceiver()
    const config = { database: { path: join(folder, 'watchql.db') }, delivery: { timeoutMs: 300, retryWaitsSeconds: [1, 1, 1] }, initialWatchingResources: [{ ...ofLab, notifiers: [{ webhookUrls: [receiver.url], filter: { fieldMatches: ['data.kept', 'yes'] } }] }] }
    const first = await start(config)
    await first.until('LIVE')
    receiver.replies(status(500))
    await make('kept', { kept: 'yes' })
    await make('gone', { kept: 'yes' })
    await eventually(receiver.told, (told) => told.length >= 2, 20_000)
    receiver.replies(() => undefined)
    await eventually(receiver.told, (told) => told.length >= 4, 20_000)
    receiver.replies(status(204))
    await eventually(receiver.told, (told) => told.length >= 6, 20_000)
    expect(receiver.told().slice(4).toSorted()).toEqual(['ADDED gone', 'ADDED kept'])
    await eventually(() => first.data('{ webhooks { pending } }'), ({ webhooks }) => webhooks[0].pending === 0, 20_000)
    await first.stop()
    const told = receiver.told().length
    await change('kept', { round: '2' })
    await remove('gone')
    await start(config)
    await eventually(receiver.told, (events) => events.length === told + 2, 20_000)
    expect(receiver.told().slice(told).toSorted()).toEqual(['DELETED gone', 'MODIFIED kept'])
    const [old, latest] = receiver.received.findLast(({ body }) => body.eventType === 'MODIFIED')?.body.eventObjects ?? []
    expect([old.data, latest.data]).toEqual([{ kept: 'yes' }, { kept: 'yes', round: '2' }])
  })
})
