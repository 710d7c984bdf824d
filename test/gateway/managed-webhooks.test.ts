import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway, type TestGateway } from '../support/gateway.ts'
import { openReceiver, status } from '../support/receiver.ts'

const local = { delivery: { allowLocalTargets: true } }
const create = 'mutation ($input: WebhookInput!) { createWebhook(input: $input) { id secret state origin } }'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'watchql-managed-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Discovery is in, so that kinds can be named. */
const ready = ({ data }: TestGateway) => eventually(() => data('{ kinds(kind: "ConfigMap") { kind } }'), ({ kinds }) => kinds.length === 1)
const describeAll = '{ webhooks { id state reason origin pending dead lastError kinds { kind } headerNames signed secret } }'

describe('webhooks made by API', () => {
  it('are told of the kinds they name, which are watched from then on, and sign with the secret they were given', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    const gateway = await openGateway(server, { config: local })
    await ready(gateway)
    server.make('configmaps', { metadata: { name: 'a' } })
    const { createWebhook } = await gateway.data(create, { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT', headers: { authorization: 'Bearer x' } } })
    expect(createWebhook).toMatchObject({ state: 'ACTIVE', origin: 'API', secret: expect.stringMatching(/^whsec_/) as string })
    await eventually(receiver.told, (told) => told.length === 1)
    const [{ headers, text }] = receiver.received as [(typeof receiver.received)[number]]
    new Webhook(createWebhook.secret).verify(text, headers as Record<string, string>)
    expect((await gateway.data(describeAll)).webhooks).toEqual([{ id: createWebhook.id, state: 'ACTIVE', reason: null, origin: 'API', pending: 0, dead: 0, lastError: null, kinds: [{ kind: 'ConfigMap' }], headerNames: ['authorization'], signed: true, secret: null }])
    const { deliveries } = await gateway.data(`{ deliveries(sink: "${createWebhook.id}") { nodes { type reason state name attempts status event } pageInfo { hasNextPage } } }`)
    expect(deliveries).toEqual({ nodes: [{ type: 'ADDED', reason: 'INITIAL', state: 'DELIVERED', name: 'a', attempts: 1, status: 204, event: headers['webhook-id'] }], pageInfo: { hasNextPage: false } })
  })

  it('are told of whatever changes after they were made, of kinds that were watched and of one that was not', async () => {
    const server = await openApiServer()
    const gateway = await openGateway(server, { config: { ...local, initialWatchingResources: [{ kind: 'ConfigMap' }] } })
    await ready(gateway)
    server.make('configmaps', { metadata: { name: 'before' } })
    for (const [kind, plural] of [['ConfigMap', 'configmaps'], ['Endpoints', 'endpoints'], ['ConfigMap', 'configmaps'], ['Endpoints', 'endpoints']] as const) {
      const receiver = await openReceiver()
      await gateway.data(create, { input: { url: receiver.url, kinds: [{ kind }], initial: 'NONE' } })
      server.make(plural, { metadata: { name: `after-${receiver.url.split(':').at(-1)?.replace('/', '')}` } })
      await eventually(receiver.told, (told) => told.length === 1)
      expect(receiver.told()[0]).toMatch(/^ADDED after-/)
    }
  })

  it('survive a restart with what is due to them; what the file declares is read-only', async () => {
    const server = await openApiServer()
    const [receiver, declared] = [await openReceiver(), await openReceiver()]
    const config = { database: { path: join(await folder(), 'watchql.db') }, delivery: { allowLocalTargets: true, webhooks: [{ name: 'declared', url: declared.url, kinds: [{ kind: 'ConfigMap' }] }] } }
    const first = await openGateway(server, { config })
    await ready(first)
    const { createWebhook } = await first.data(create, { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT' } })
    await first.data(`mutation { pauseWebhook(id: "${createWebhook.id}") { state } }`)
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(() => first.data(describeAll), ({ webhooks }) => webhooks.find(({ id }: { id: string }) => id === createWebhook.id).pending === 1)
    expect(receiver.received).toEqual([])
    await first.stop()

    const second = await openGateway(server, { config })
    expect((await second.data(describeAll)).webhooks).toMatchObject([{ id: 'declared', origin: 'CONFIG' }, { id: createWebhook.id, state: 'PAUSED', pending: 1 }])
    await second.data(`mutation { pauseWebhook(id: "${createWebhook.id}", paused: false) { state } }`)
    await eventually(receiver.told, (told) => told.length === 1)
    new Webhook(createWebhook.secret).verify(receiver.received[0]?.text ?? '', receiver.received[0]?.headers as Record<string, string>)
    for (const mutation of ['deleteWebhook(id: "declared")', 'rotateWebhookSecret(id: "declared") { secret }', 'updateWebhook(id: "declared", input: {}) { id }', 'pauseWebhook(id: "declared") { id }'])
      expect((await second.query(`mutation { ${mutation} }`)).errors?.[0]?.extensions.code).toBe('WEBHOOK_READ_ONLY')
    expect(await second.data('mutation { testWebhook(id: "declared") { accepted status } }')).toEqual({ testWebhook: { accepted: true, status: 204 } })
    expect(declared.received.at(-1)?.body.data.reason).toBe('TEST')
  })

  it('are changed, rotated and deleted while they run', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    const gateway = await openGateway(server, { config: local })
    await ready(gateway)
    const { createWebhook } = await gateway.data(create, { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT', where: { path: 'data.on', eq: 'yes' } } })
    const { id, secret } = createWebhook
    server.make('configmaps', { metadata: { name: 'no' }, data: { on: 'no' } })
    server.make('configmaps', { metadata: { name: 'yes' }, data: { on: 'yes' } })
    await eventually(receiver.told, (told) => told.join() === 'ADDED yes')
    await gateway.data('mutation ($id: ID!) { updateWebhook(id: $id, input: { where: null, payload: THIN }) { where } }', { id })
    const { rotateWebhookSecret } = await gateway.data('mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret oldValidUntil } }', { id })
    server.make('configmaps', { metadata: { name: 'later' } })
    await eventually(receiver.told, (told) => told.join() === 'ADDED yes,ADDED later')
    const [, later] = receiver.received
    expect(later?.body.data.object).toBeUndefined()
    for (const key of [secret, rotateWebhookSecret.secret]) new Webhook(key).verify(later?.text ?? '', later?.headers as Record<string, string>)
    expect(Date.parse(rotateWebhookSecret.oldValidUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000)
    expect(await gateway.data('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id })).toEqual({ deleteWebhook: true })
    expect(await gateway.data('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id })).toEqual({ deleteWebhook: false })
    expect((await gateway.data(describeAll)).webhooks).toEqual([])
  })

  it('say why they are disabled, and deliver what waited when they are enabled again', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    const gateway = await openGateway(server, { config: local })
    await ready(gateway)
    const { createWebhook } = await gateway.data(create, { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT' } })
    receiver.replies(status(410))
    server.make('configmaps', { metadata: { name: 'a' } })
    const disabled = await eventually(async () => (await gateway.data(describeAll)).webhooks[0], ({ state }) => state === 'DISABLED')
    expect(disabled).toMatchObject({ reason: expect.stringContaining('410') as string, pending: 1 })
    server.make('configmaps', { metadata: { name: 'b' } })
    receiver.replies(status(200))
    await gateway.data('mutation ($id: ID!) { pauseWebhook(id: $id, paused: false) { state reason } }', { id: createWebhook.id })
    await eventually(() => receiver.told().slice(1).toSorted(), (told) => told.join() === 'ADDED a,ADDED b')
  })

  it('may not be sent to the service itself or its node, whatever the name', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    const gateway = await openGateway(server)
    await ready(gateway)
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost'), receiver.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), 'http://169.254.169.254/latest']) {
      const { createWebhook } = await gateway.data(create, { input: { url, kinds: [{ kind: 'ConfigMap' }] } })
      const { testWebhook } = await gateway.data('mutation ($id: ID!) { testWebhook(id: $id) { accepted error } }', { id: createWebhook.id })
      expect(testWebhook).toEqual({ accepted: false, error: expect.stringContaining('may not go there') as string })
    }
    expect(receiver.received).toEqual([])
  })

  it.each([
    ['no URL', { url: 'nowhere' }, 'INVALID_ARGUMENT'],
    ['a kind that is not served', { url: 'http://a/', kinds: [{ kind: 'Nothing' }] }, 'UNKNOWN_KIND'],
    ['a filter that is none', { url: 'http://a/', where: { path: 'a[', eq: 1 } }, 'INVALID_PATH'],
    ['a selector that is none', { url: 'http://a/', labelSelector: 'a in' }, 'INVALID_SELECTOR'],
    ['relations', { url: 'http://a/', where: { relation: 'pods', some: {} } }, 'INVALID_FILTER'],
    ['a secret that is none', { url: 'http://a/', secret: 'short' }, 'INVALID_ARGUMENT'],
    ['headers that are none', { url: 'http://a/', headers: { 'a b': 'c' } }, 'INVALID_ARGUMENT'],
    ['too much at once', { url: 'http://a/', concurrency: 100_000 }, 'INVALID_ARGUMENT'],
  ])('are refused with %s', async (_what, input, code) => {
    const gateway = await openGateway(await openApiServer())
    await ready(gateway)
    expect((await gateway.query(create, { input })).errors?.[0]?.extensions.code).toBe(code)
    expect((await gateway.data(describeAll)).webhooks).toEqual([])
  })

  it('send again what is asked for', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    const gateway = await openGateway(server, { config: local })
    await ready(gateway)
    const { createWebhook } = await gateway.data(create, { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT' } })
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(receiver.told, (told) => told.length === 1)
    await eventually(() => gateway.data('mutation ($id: ID!) { redeliver(sink: $id, state: DELIVERED) }', { id: createWebhook.id }), ({ redeliver }) => redeliver === 1)
    await eventually(receiver.told, (told) => told.length === 2)
    expect(receiver.received[1]?.text).toBe(receiver.received[0]?.text)
    expect((await gateway.query('mutation ($id: ID!) { redeliver(sink: $id) }', { id: createWebhook.id })).errors?.[0]?.extensions.code).toBe('INVALID_ARGUMENT')
    expect((await gateway.query('{ deliveries(sink: "nobody") { nodes { event } } }')).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })
})
