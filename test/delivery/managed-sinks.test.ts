import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startKafka } from '../servers/kafka.ts'
import { startNats } from '../servers/nats.ts'
import { selfSigned } from '../support/certificate.ts'
import { eventually, openApiServer, openGateway, type TestGateway } from '../support/gateway.ts'
import { asReceived, kafkaEvent, natsEvent } from '../support/messages.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'watchql-sinks-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const ready = ({ data }: TestGateway) => eventually(() => data('{ kinds(kind: "ConfigMap") { kind } }'), ({ kinds }) => kinds.length === 1)
const sinkOf = ({ data }: TestGateway) => data('{ sinks { id state pending dead lastError reason } }').then(({ sinks }) => sinks[0])
const settled = (gateway: TestGateway) => eventually(() => sinkOf(gateway), ({ pending }) => pending === 0, 60_000)

describe('a Kafka sink made by API', { timeout: 120_000 }, () => {
  it('logs in over TLS as its connection says by then, gives up what is too large for it alone, and goes on after restarts', async () => {
    const kafka = await startKafka()
    onTestFinished(() => kafka.stop())
    const place = await folder()
    const [passwordFile, caFile] = [join(place, 'password'), join(place, 'ca.crt')]
    await writeFile(passwordFile, 'not yet')
    await writeFile(caFile, kafka.ca)
    const main = { name: 'main', brokers: [kafka.saslTlsBroker], createTopics: true, tls: { caFile }, sasl: { username: 'watchql', passwordFile }, topics: ['watchql.*'] }
    const config = (kafkaConnections: readonly object[]) => ({ database: { path: join(place, 'watchql.db') }, delivery: { timeoutMs: 3000, retryWaitsSeconds: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2], kafkaConnections } })
    const server = await openApiServer()
    server.make('configmaps', { metadata: { name: 'before' } })
    const first = await openGateway(server, { config: config([main]) })
    await ready(first)
    const { createKafkaSink: { id } } = await first.data('mutation { createKafkaSink(input: { connection: "main", topic: "watchql.{kind}", kinds: [{ kind: "ConfigMap" }], initial: SNAPSHOT }) { id } }')
    const refused = await eventually(() => sinkOf(first), ({ lastError }) => lastError !== null, 30_000)
    expect(refused).toMatchObject({ lastError: expect.stringContaining('authentication failed') as string, pending: 1 })
    await writeFile(passwordFile, 'secret\n')
    await settled(first)

    for (const name of ['a', 'large', 'b']) server.make('configmaps', { metadata: { name }, data: { text: name === 'large' ? 'x'.repeat(1_500_000) : name } })
    await eventually(() => sinkOf(first), ({ pending, dead }) => pending === 0 && dead === 1, 30_000)
    const { deliveries } = await first.data(`{ deliveries(sink: "${id}", state: DEAD) { nodes { name error } } }`)
    expect(deliveries.nodes).toEqual([{ name: 'large', error: expect.stringMatching(/large/i) as string }])
    await first.data(`mutation { updateKafkaSink(id: "${id}", input: { payload: THIN }) { id } }`)
    expect(await first.data(`mutation { redeliver(sink: "${id}", state: DEAD) }`)).toEqual({ redeliver: 1 })
    await settled(first)
    await first.stop()

    const second = await openGateway(server, { config: config([]) })
    server.make('configmaps', { metadata: { name: 'meanwhile' } })
    expect(await eventually(() => sinkOf(second), ({ pending }) => pending === 1)).toMatchObject({ state: 'DISABLED', reason: expect.stringContaining('no connection "main"') as string })
    await second.stop()

    const third = await openGateway(server, { config: config([main]) })
    await settled(third)
    expect(await sinkOf(third)).toMatchObject({ id, state: 'ACTIVE', dead: 0, reason: null })
    expect(await third.data(`mutation { testSink(id: "${id}") { accepted error } }`)).toEqual({ testSink: { accepted: true, error: null } })

    const events = (await kafka.read('watchql.ConfigMap')).map((record) => [record.key, asReceived(kafkaEvent(record)).body.data] as const)
    for (const [key, { uid }] of events) expect(key).toBe(uid)
    const told = events.map(([, { type, name, object }]) => `${String(type)} ${String(name)}${object === undefined ? ' thin' : ''}`)
    expect(new Set(told)).toEqual(new Set(['ADDED a', 'ADDED b', 'ADDED before', 'ADDED large thin', 'ADDED meanwhile thin']))
    expect((await kafka.read('watchql.Test')).map((record) => asReceived(kafkaEvent(record)).body.data.reason)).toEqual(['TEST'])
  })
})

describe('a NATS sink made by API', { timeout: 60_000 }, () => {
  it('logs in over TLS with the token of its connection, and can be sent elsewhere while it runs', async () => {
    const [tls, token] = [selfSigned('nats'), 'a token of the operator']
    const nats = await startNats({ tls, token })
    onTestFinished(() => nats.stop())
    await nats.addStream('watchql', ['watchql.>'])
    const place = await folder()
    const [tokenFile, caFile] = [join(place, 'token'), join(place, 'ca.crt')]
    await writeFile(tokenFile, token)
    await writeFile(caFile, tls.cert)
    const server = await openApiServer()
    const gateway = await openGateway(server, { config: { delivery: { timeoutMs: 2000, natsConnections: [{ name: 'events', servers: [nats.url], tokenFile, tls: { caFile }, subjects: ['watchql.>'] }] } } })
    await ready(gateway)
    const { createNatsSink: { id } } = await gateway.data('mutation { createNatsSink(input: { connection: "events", subject: "watchql.old", kinds: [{ kind: "ConfigMap" }], initial: SNAPSHOT }) { id } }')
    const delivered = (count: number) => eventually(() => gateway.data(`{ deliveries(sink: "${id}", state: DELIVERED) { nodes { name } } }`), (answer) => answer.deliveries.nodes.length === count, 30_000)
    server.make('configmaps', { metadata: { name: 'a' } })
    await delivered(1)
    await gateway.data(`mutation { updateNatsSink(id: "${id}", input: { subject: "watchql.{namespace}.new" }) { id } }`)
    server.make('configmaps', { metadata: { name: 'b' } })
    await delivered(2)
    const namesOn = async (subject: string) => (await nats.read('watchql', subject)).map((record) => asReceived(natsEvent(record)).body.data.name)
    expect([await namesOn('watchql.old'), await namesOn('watchql.shop.new')]).toEqual([['a'], ['b']])
  })
})
