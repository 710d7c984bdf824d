import { describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'watchql-webhooks-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const configMaps = async () => {
  const server = await openApiServer()
  const resource = server.registry.resources().find(({ plural }) => plural === 'configmaps')
  if (resource === undefined) throw new Error('No ConfigMaps here.')
  const change = (name: string, data: Record<string, string>, labels: Record<string, string> = {}) => void server.store.update(resource, 'shop', name, { metadata: { name, labels }, data })
  const remove = (name: string) => void server.store.delete(resource, 'shop', name)
  const make = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => server.make('configmaps', { metadata: { name, labels }, data })
  return { server, make, change, remove }
}

describe('webhooks of k8s-generic-watcher', () => {
  it('receive its payload: what there is, each change with the state before, and the last state', async () => {
    const { server, make, change, remove } = await configMaps()
    const receiver = await openReceiver()
    make('a', { v: '1' })
    await openGateway(server, { config: { initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'ConfigMap', notifiers: [{ webhookUrls: [receiver.url] }] }] } })
    await eventually(receiver.told, (told) => told.includes('ADDED a'))
    change('a', { v: '2' })
    await eventually(receiver.told, (told) => told.includes('MODIFIED a'))
    remove('a')
    await eventually(receiver.told, (told) => told.includes('DELETED a'))
    expect(receiver.told()).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    const [, modified, deleted] = receiver.received.map(({ body }) => body)
    expect(modified).toEqual({
      eventType: 'MODIFIED',
      gvk: 'v1/ConfigMap',
      group: 'core',
      version: 'v1',
      kind: 'ConfigMap',
      eventObjects: [expect.objectContaining({ data: { v: '1' } }), expect.objectContaining({ data: { v: '2' } })],
      message: '',
      additionalData: {},
      object: expect.objectContaining({ kind: 'ConfigMap', data: { v: '2' } }) as unknown,
    })
    expect(deleted.eventObjects).toHaveLength(1)
    expect(deleted.object.data).toEqual({ v: '2' })
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json')
  })

  it('receive only the types and objects that they name, and those of every kind where they are global', async () => {
    const { server, make, change, remove } = await configMaps()
    const [chosen, all] = [await openReceiver(), await openReceiver()]
    make('first')
    await openGateway(server, {
      config: {
        globalWebhookUrls: [all.url],
        initialWatchingResources: [{ kind: 'ConfigMap', notifiers: [{ webhookUrls: [chosen.url], eventTypes: ['MODIFIED'], filter: { labelSelectors: ['app', 'web'], fieldMatches: ['.data.on', 'yes'] } }] }, { kind: 'Namespace' }],
      },
    })
    await eventually(all.told, (told) => told.includes('ADDED first') && told.includes('ADDED shop'))
    make('a', { on: 'yes' })
    make('b', { on: 'yes' }, { app: 'web' })
    change('b', { on: 'no' }, { app: 'web' })
    change('b', { on: 'yes' }, { app: 'web' })
    remove('b')
    await eventually(all.told, (told) => told.includes('DELETED b'))
    await eventually(chosen.told, (told) => told.length > 0)
    expect(chosen.told()).toEqual(['MODIFIED b'])
    expect(chosen.received[0]?.body.object.data).toEqual({ on: 'yes' })
  })
})

describe('webhooks of delivery', () => {
  it('receive CloudEvents signed as Standard Webhooks says, of what their filter holds for', async () => {
    const { server, make, change, remove } = await configMaps()
    const receiver = await openReceiver()
    const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`
    const secretFile = join(await folder(), 'secret')
    await writeFile(secretFile, `${secret}\n`)
    const webhook = { name: 'audit', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], where: { path: 'data.on', eq: 'yes' }, changedPaths: ['data'], secretFiles: [secretFile], headers: { authorization: 'Bearer x' } }
    const gateway = await openGateway(server, { config: { delivery: { webhooks: [webhook] } } })
    const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text()
    make('a', { on: 'no' })
    await eventually(() => gateway.data('{ watches { kind { kind } state objects } }'), ({ watches }) => watches.some((watch: { kind: { kind: string }; objects: number }) => watch.kind.kind === 'ConfigMap' && watch.objects === 1))
    await new Promise((resolve) => setTimeout(resolve, 300))
    change('a', { on: 'yes' })
    change('a', { on: 'yes' }, { only: 'labels' })
    change('a', { on: 'yes', more: 'data' })
    change('a', { on: 'no' })
    remove('a')
    await eventually(receiver.told, (told) => told.length === 3)
    expect(receiver.received.map(({ body }) => [body.type, body.data.type, body.data.reason])).toEqual([
      ['watchql.object.added', 'ADDED', 'MATCHED'],
      ['watchql.object.modified', 'MODIFIED', undefined],
      ['watchql.object.deleted', 'DELETED', 'UNMATCHED'],
    ])
    expect(await metrics()).toMatch(/watchql_delivery_attempts_total\{sink="audit",outcome="delivered"\} 3/)
    for (const { headers, text, body } of receiver.received) {
      new Webhook(secret.slice(6)).verify(text, headers as Record<string, string>)
      expect(headers).toMatchObject({ 'content-type': 'application/cloudevents+json; charset=utf-8', authorization: 'Bearer x', 'webhook-id': body.id })
      expect(body).toMatchObject({ specversion: '1.0', source: '/clusters/default', subject: 'v1/ConfigMap/shop/a', datacontenttype: 'application/json', data: { cluster: 'default', kind: 'ConfigMap', object: { kind: 'ConfigMap' } } })
    }
  })

  it('are told after a restart what happened meanwhile, and nothing twice that they took', async () => {
    const { server, make, change, remove } = await configMaps()
    const receiver = await openReceiver()
    const config = { database: { path: join(await folder(), 'watchql.db') }, delivery: { webhooks: [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot' }] } }
    for (const name of ['changed', 'deleted', 'same']) make(name)
    const first = await openGateway(server, { config })
    await eventually(receiver.told, (told) => told.length === 3)
    expect(receiver.received.map(({ body }) => body.data.reason)).toEqual(['INITIAL', 'INITIAL', 'INITIAL'])
    await first.stop()
    change('changed', { is: 'new' })
    remove('deleted')
    make('created')
    await openGateway(server, { config })
    await eventually(receiver.told, (told) => told.length === 6)
    expect(receiver.told().slice(3).toSorted()).toEqual(['ADDED created', 'DELETED deleted', 'MODIFIED changed'])
    expect(receiver.received.find(({ body }) => body.data.type === 'DELETED')?.body.data).toMatchObject({ finalStateUnknown: true, object: { metadata: { name: 'deleted' } } })
  })

  it('never see the values of Secrets unless that is configured', async () => {
    const { server } = await configMaps()
    const [safe, open] = [await openReceiver(), await openReceiver()]
    server.make('secrets', { metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } })
    const webhooks = (url: string) => [{ name: 'all', url, kinds: [{ kind: 'Secret' }], initial: 'snapshot' }]
    await openGateway(server, { config: { delivery: { webhooks: webhooks(safe.url) } } })
    await openGateway(server, { config: { delivery: { webhooks: webhooks(open.url), redactSecrets: false } } })
    await eventually(() => [safe.received.length, open.received.length], (counts) => counts.every((count) => count === 1))
    expect(safe.received[0]?.body.data.object.data).toEqual({ password: '[redacted]' })
    expect(open.received[0]?.body.data.object.data).toEqual({ password: 'aHVudGVyMg==' })
  })
})
