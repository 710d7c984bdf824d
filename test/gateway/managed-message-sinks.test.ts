import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway, type TestGateway } from '../support/gateway.ts'

/** Where nobody listens: what real brokers make of it is in test/delivery. */
const nowhere = '127.0.0.1:1'
const password = 'hunter2-hunter2'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'watchql-managed-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const main = { name: 'main', brokers: [nowhere] }
const stream = { name: 'stream', servers: [`nats://${nowhere}`] }
const withConnections = (more: object = {}) => ({ delivery: { kafkaConnections: [main], natsConnections: [stream], timeoutMs: 500, ...more } })
const ready = ({ data }: TestGateway) => eventually(() => data('{ kinds(kind: "ConfigMap") { kind } }'), ({ kinds }) => kinds.length === 1)
const createKafka = 'mutation ($input: KafkaSinkInput!) { createKafkaSink(input: $input) { id origin state reason connection brokers topic payload concurrency kinds { kind } } }'
const createNats = 'mutation ($input: NatsSinkInput!) { createNatsSink(input: $input) { id origin state reason connection servers subject } }'
const all = '{ sinks { id state reason pending origin } kafkaSinks { id connection brokers topic where payload } natsSinks { id connection servers subject } kafkaConnections { name brokers topics } natsConnections { name servers subjects } }'
const configMaps = [{ kind: 'ConfigMap' }]

describe('sinks of messages made by API', () => {
  it('choose a connection that the configuration names, and are told of the kinds they name', async () => {
    const server = await openApiServer()
    const gateway = await openGateway(server, { config: withConnections({ kafkaConnections: [{ ...main, topics: ['watchql.*'] }] }) })
    await ready(gateway)
    const { createKafkaSink } = await gateway.data(createKafka, { input: { connection: 'main', topic: 'watchql.{kind}', kinds: configMaps, payload: 'THIN', concurrency: 3, initial: 'SNAPSHOT' } })
    expect(createKafkaSink).toEqual({ id: expect.any(String) as string, origin: 'API', state: 'ACTIVE', reason: null, connection: 'main', brokers: [nowhere], topic: 'watchql.{kind}', payload: 'THIN', concurrency: 3, kinds: configMaps })
    const { createNatsSink } = await gateway.data(createNats, { input: { connection: 'stream', subject: 'watchql.{namespace}', kinds: configMaps } })
    expect(createNatsSink).toEqual({ id: expect.any(String) as string, origin: 'API', state: 'ACTIVE', reason: null, connection: 'stream', servers: [`nats://${nowhere}`], subject: 'watchql.{namespace}' })
    expect(await gateway.data(all)).toMatchObject({
      kafkaSinks: [{ id: createKafkaSink.id }],
      natsSinks: [{ id: createNatsSink.id }],
      kafkaConnections: [{ name: 'main', brokers: [nowhere], topics: ['watchql.*'] }],
      natsConnections: [{ name: 'stream', servers: [`nats://${nowhere}`], subjects: null }],
    })
    await eventually(() => gateway.data('{ watches { kind { kind } state } }'), ({ watches }) => watches.some((watch: { kind: { kind: string }; state: string }) => watch.kind.kind === 'ConfigMap' && watch.state === 'LIVE'))
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(() => gateway.data(all), ({ sinks }) => sinks.length === 2 && sinks.every(({ pending }: { pending: number }) => pending === 1))
  })

  it.each([
    ['a connection that is not declared', { connection: 'other' }, 'INVALID_ARGUMENT', 'there are main'],
    ['the connection of another system', { connection: 'stream' }, 'INVALID_ARGUMENT', 'kafkaConnections'],
    ['a placeholder that is none', { topic: 'watchql.{color}' }, 'INVALID_ARGUMENT', 'there is no {color}'],
    ['a topic that is none', { topic: 'watchql.a/b' }, 'INVALID_ARGUMENT', 'names no topics'],
    ['a topic that is not allowed', { topic: 'orders' }, 'INVALID_ARGUMENT', 'does not allow the topic orders; it allows watchql.*, audit'],
    ['a template that may name what is not allowed', { topic: '{kind}' }, 'INVALID_ARGUMENT', 'does not allow'],
    ['too much at once', { concurrency: 100_000 }, 'INVALID_ARGUMENT', 'concurrency'],
    ['a kind that is not served', { kinds: [{ kind: 'Nothing' }] }, 'UNKNOWN_KIND', 'Nothing'],
    ['a filter that is none', { where: { path: 'a[', eq: 1 } }, 'INVALID_PATH', 'a['],
    ['an expression that is none', { cel: 'object.(' }, 'INVALID_FILTER', 'cel'],
  ])('are refused with %s, and leave nothing behind', async (_what, input, code, message) => {
    const gateway = await openGateway(await openApiServer(), { config: withConnections({ kafkaConnections: [{ ...main, topics: ['watchql.*', 'audit'] }] }) })
    await ready(gateway)
    const { errors } = await gateway.query(createKafka, { input: { connection: 'main', topic: 'watchql.all', ...input } })
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining(message) as string, extensions: { code } })
    expect((await gateway.data(all)).sinks).toEqual([])
  })

  it('are changed and deleted while they run; what the file declares is read-only', async () => {
    const declared = [{ name: 'declared', connection: 'main', topic: 'all', kinds: configMaps }]
    const gateway = await openGateway(await openApiServer(), { config: withConnections({ kafka: declared }) })
    await ready(gateway)
    const { createKafkaSink } = await gateway.data(createKafka, { input: { connection: 'main', topic: 'a', kinds: configMaps, where: { path: 'data.on', eq: 'yes' } } })
    const { id } = createKafkaSink
    const update = 'mutation ($id: ID!, $input: KafkaSinkUpdate!) { updateKafkaSink(id: $id, input: $input) { topic connection payload where kinds { kind } } }'
    expect(await gateway.data(update, { id, input: { topic: 'b', payload: 'PATCH' } })).toEqual({ updateKafkaSink: { topic: 'b', connection: 'main', payload: 'PATCH', where: { path: 'data.on', eq: 'yes' }, kinds: configMaps } })
    expect(await gateway.data(update, { id, input: { where: null } })).toMatchObject({ updateKafkaSink: { topic: 'b', where: null } })
    const refused = async (text: string) => (await gateway.query(`mutation { ${text} }`)).errors?.[0]?.extensions.code
    expect(await refused(`updateKafkaSink(id: "${id}", input: { topic: "a b" }) { id }`)).toBe('INVALID_ARGUMENT')
    expect(await refused(`updateKafkaSink(id: "${id}", input: { connection: "gone" }) { id }`)).toBe('INVALID_ARGUMENT')
    expect(await refused(`updateNatsSink(id: "${id}", input: { subject: "x" }) { id }`)).toBe('NOT_FOUND')
    expect(await refused(`rotateWebhookSecret(id: "${id}") { secret }`)).toBe('NOT_FOUND')
    for (const mutation of ['deleteSink(id: "declared")', 'updateKafkaSink(id: "declared", input: { topic: "x" }) { id }', 'pauseSink(id: "declared") { id }']) expect(await refused(mutation)).toBe('WEBHOOK_READ_ONLY')
    expect((await gateway.data(all)).kafkaSinks).toMatchObject([{ id: 'declared', connection: 'main', brokers: [nowhere], topic: 'all' }, { id, topic: 'b' }])
    expect(await gateway.data(`mutation { deleteWebhook(id: "${id}") }`)).toEqual({ deleteWebhook: false })
    expect(await gateway.data(`mutation { deleteSink(id: "${id}") }`)).toEqual({ deleteSink: true })
    expect(await gateway.data(`mutation { deleteSink(id: "${id}") }`)).toEqual({ deleteSink: false })
  })

  it('wait with a visible reason, and lose nothing, while their connection is not declared or does not allow them', async () => {
    const server = await openApiServer()
    const database = { path: join(await folder(), 'watchql.db') }
    const first = await openGateway(server, { config: { ...withConnections(), database } })
    await ready(first)
    const { createKafkaSink: { id } } = await first.data(createKafka, { input: { connection: 'main', topic: 'orders', kinds: configMaps, initial: 'SNAPSHOT' } })
    const { createKafkaSink: paused } = await first.data(createKafka, { input: { connection: 'main', topic: 'orders', kinds: configMaps } })
    await first.data(`mutation { pauseSink(id: "${paused.id}") { state } }`)
    server.make('configmaps', { metadata: { name: 'a' } })
    const pendingOf = (gateway: TestGateway, sink: string) => gateway.data(all).then(({ sinks }) => sinks.find((one: { id: string }) => one.id === sink))
    await eventually(() => pendingOf(first, id), ({ pending }) => pending === 1)
    await first.stop()

    const second = await openGateway(server, { config: { ...withConnections({ kafkaConnections: [{ ...main, name: 'other' }] }), database } })
    const reason = 'The configuration declares no connection "main" under delivery.kafkaConnections; there are other.'
    expect(await pendingOf(second, id)).toEqual({ id, state: 'DISABLED', reason, pending: 1, origin: 'API' })
    expect(await pendingOf(second, paused.id)).toMatchObject({ state: 'PAUSED' })
    expect((await second.data(all)).kafkaSinks[0]).toMatchObject({ connection: 'main', brokers: [] })
    await ready(second)
    server.make('configmaps', { metadata: { name: 'b' } })
    await eventually(() => pendingOf(second, id), ({ pending }) => pending === 2)
    expect(await second.data(`mutation { testSink(id: "${id}") { accepted error } }`)).toEqual({ testSink: { accepted: false, error: reason } })
    expect(await second.data(`mutation { pauseSink(id: "${id}", paused: false) { state reason } }`)).toEqual({ pauseSink: { state: 'DISABLED', reason } })
    expect(await second.data(`mutation { updateKafkaSink(id: "${id}", input: { payload: THIN }) { state payload } }`)).toEqual({ updateKafkaSink: { state: 'DISABLED', payload: 'THIN' } })
    expect(await (await fetch(`${second.url}/metrics`)).text()).toContain(`watchql_sink_active{sink="${id}"} 0`)
    expect(await second.data(`{ deliveries(sink: "${id}") { nodes { attempts state } } }`)).toEqual({ deliveries: { nodes: [{ attempts: expect.any(Number) as number, state: 'PENDING' }, { attempts: 0, state: 'PENDING' }] } })
    await second.stop()

    const third = await openGateway(server, { config: { ...withConnections({ kafkaConnections: [{ ...main, topics: ['watchql.*'] }] }), database } })
    expect(await pendingOf(third, id)).toMatchObject({ state: 'DISABLED', reason: 'The connection main does not allow the topic orders; it allows watchql.*.', pending: 2 })
    expect(await third.data(`mutation { testSink(id: "${id}") { accepted error } }`)).toMatchObject({ testSink: { accepted: false, error: expect.stringContaining('does not allow') as string } })
    await third.stop()

    const fourth = await openGateway(server, { config: { ...withConnections(), database } })
    expect(await pendingOf(fourth, id)).toMatchObject({ state: 'ACTIVE', pending: 2 })
    await eventually(() => fourth.data('{ kafkaSinks { id lastFailureAt } }'), ({ kafkaSinks }) => kafkaSinks.some((sink: { id: string; lastFailureAt: string | null }) => sink.id === id && sink.lastFailureAt !== null))
  })

  it('go on at once when they are given a connection that is declared', async () => {
    const server = await openApiServer()
    const database = { path: join(await folder(), 'watchql.db') }
    const first = await openGateway(server, { config: { ...withConnections(), database } })
    await ready(first)
    const { createKafkaSink: { id } } = await first.data(createKafka, { input: { connection: 'main', topic: 'orders', kinds: configMaps } })
    await first.stop()
    const second = await openGateway(server, { config: { ...withConnections({ kafkaConnections: [{ ...main, name: 'other' }] }), database } })
    expect(await second.data(`mutation { updateKafkaSink(id: "${id}", input: { connection: "other" }) { state reason connection brokers } }`)).toEqual({ updateKafkaSink: { state: 'ACTIVE', reason: null, connection: 'other', brokers: [nowhere] } })
  })

  it('leave the credentials of their connection out of the database and of every answer', async () => {
    const place = await folder()
    const secret = join(place, 'password')
    await writeFile(secret, `${password}\n`)
    const sasl = { username: 'watchql', passwordFile: secret }
    const config = {
      database: { path: join(place, 'watchql.db') },
      delivery: {
        timeoutMs: 500,
        kafkaConnections: [{ ...main, sasl }],
        natsConnections: [{ ...stream, username: 'watchql', passwordFile: secret }],
        kafka: [{ name: 'own', brokers: [nowhere], sasl, topic: 'x', kinds: configMaps }],
      },
    }
    const gateway = await openGateway(await openApiServer(), { config })
    await ready(gateway)
    await gateway.data(createKafka, { input: { connection: 'main', topic: 'a', kinds: configMaps } })
    await gateway.data(createNats, { input: { connection: 'stream', subject: 'a', kinds: configMaps } })
    const { sinks } = await gateway.data(all)
    expect(sinks).toHaveLength(3)
    const tests = await Promise.all(sinks.map(({ id }: { id: string }) => gateway.data(`mutation { testSink(id: "${id}") { accepted error } }`)))
    expect(JSON.stringify([await gateway.data(all), tests])).not.toContain(password)
    await gateway.stop()
    const files = (await readdir(place)).filter((name) => name.startsWith('watchql.db'))
    const kept = (await Promise.all(files.map((name) => readFile(join(place, name), 'latin1')))).join('')
    expect(kept).toContain('"connection":"main"')
    expect(kept).not.toContain(password)
  })

  it('need the credentials of every connection at the start', async () => {
    const server = await openApiServer()
    await expect(openGateway(server, { config: withConnections({ kafkaConnections: [{ ...main, sasl: { username: 'a', passwordFile: '/nowhere/password' } }] }) })).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining('a secret of the connection main') as string })
    await expect(openGateway(server, { config: withConnections({ natsConnections: [{ ...stream, username: 'a', passwordEnv: 'NOT_THERE' }] }) })).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining('NOT_THERE') as string })
  })
})
