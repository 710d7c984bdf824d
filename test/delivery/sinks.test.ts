import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway, type TestGateway } from '../support/gateway.ts'
import { startKafka } from '../servers/kafka.ts'
import { startNats } from '../servers/nats.ts'
import { asReceived, kafkaEvent, natsEvent } from '../support/messages.ts'

/** What each of them was told last, by name: `DELETED` is told, not only left out. */
interface Told {
  readonly type: string
  readonly reason?: string
  readonly name: string
  readonly uid: string
  readonly object: { readonly data?: Readonly<Record<string, string>> }
}

const settled = ({ data }: TestGateway, name: string) => eventually(() => data('{ sinks { id pending } }'), ({ sinks }) => sinks.every(({ id, pending }: { id: string; pending: number }) => id !== name || pending === 0), 60_000)

describe('a Kafka sink', { timeout: 120_000 }, () => {
  it('keeps every event of what its filter holds for, as CloudEvents by the uid, also those of while Kafka was away', async () => {
    const kafka = await startKafka()
    onTestFinished(() => kafka.stop())
    const server = await openApiServer()
    const { store } = server
    const configMaps = store.resource('configmaps')
    server.make('configmaps', { metadata: { name: 'before' }, data: { on: 'yes' } })
    const gateway = await openGateway(server, {
      config: { delivery: { timeoutMs: 2000, retryWaitsSeconds: Array.from({ length: 9 }, () => 0.5), kafka: [{ name: 'log', brokers: [kafka.broker], topic: 'watchql.{group}.{kind}', createTopics: true, kinds: [{ kind: 'ConfigMap' }], cel: 'type == "DELETED" || object.data.on == "yes"', initial: 'snapshot' }] } },
    })
    await eventually(() => gateway.data('{ kafkaSinks { id lastSuccessAt } }'), ({ kafkaSinks }) => kafkaSinks[0]?.lastSuccessAt !== null, 30_000)
    await kafka.kill()
    server.make('configmaps', { metadata: { name: 'off' }, data: { on: 'no' } })
    for (const name of ['a', 'b']) server.make('configmaps', { metadata: { name }, data: { on: 'yes' } })
    store.update(configMaps, 'shop', 'a', { metadata: store.get(configMaps, 'shop', 'a').metadata, data: { on: 'yes', round: '2' } })
    store.delete(configMaps, 'shop', 'b')
    await eventually(() => gateway.data('{ sinks { pending lastError __typename ... on KafkaSink { topic } } }'), ({ sinks }) => sinks[0].pending === 4 && sinks[0].lastError !== null, 30_000)
    await kafka.restart()
    await gateway.data('mutation { pauseSink(id: "log", paused: false) { state } }')
    await settled(gateway, 'log')

    const records = await kafka.read('watchql.core.ConfigMap')
    const events = records.map((record) => {
      const event = kafkaEvent(record)
      const { body } = asReceived(event)
      return { key: record.key, id: event.id, type: event.type, source: event.source, told: body.data as Told }
    })
    for (const { key, told, source } of events) expect([key, source]).toEqual([told.uid, '/clusters/default'])
    // What was under way when it went away may have come twice: then under one id.
    const once = [...new Map(events.map((event) => [event.id, event])).values()]
    const of = (name: string) => once.filter(({ told }) => told.name === name).map(({ type, told }) => [type, told.reason ?? '', told.object.data?.['round'] ?? ''])
    expect(of('before')).toEqual([['watchql.object.added', 'INITIAL', '']])
    expect(of('a')).toEqual([['watchql.object.added', '', ''], ['watchql.object.modified', '', '2']])
    expect(of('b')).toEqual([['watchql.object.added', '', ''], ['watchql.object.deleted', '', '']])
    expect(of('off')).toEqual([])
  })
})

describe('a NATS sink', { timeout: 60_000 }, () => {
  it('waits for a stream, then keeps each event once', async () => {
    const nats = await startNats()
    onTestFinished(() => nats.stop())
    const server = await openApiServer()
    server.make('configmaps', { metadata: { name: 'a' } })
    const gateway = await openGateway(server, { config: { delivery: { timeoutMs: 1000, nats: [{ name: 'stream', servers: [nats.url], subject: 'watchql.{namespace}.{kind}', kinds: [{ kind: 'ConfigMap' }], payload: 'thin', initial: 'snapshot' }] } } })
    const sink = () => gateway.data('{ natsSinks { id pending lastError subject } }').then(({ natsSinks }) => natsSinks[0])
    await eventually(sink, ({ lastError }) => lastError !== null)
    expect((await sink()).lastError).toContain('no stream takes the subject watchql.shop.ConfigMap')

    await nats.addStream('all', ['watchql.>'])
    await gateway.data('mutation { pauseSink(id: "stream", paused: false) { state } }')
    await settled(gateway, 'stream')
    expect(await gateway.data('mutation { testSink(id: "stream") { accepted error } }')).toEqual({ testSink: { accepted: true, error: null } })
    await gateway.data('mutation { redeliver(sink: "stream", state: DELIVERED) }')
    await settled(gateway, 'stream')

    const events = (await nats.read('all', 'watchql.shop.ConfigMap')).map(natsEvent)
    expect(events.map(({ type, source, subject }) => [type, source, subject])).toEqual([['watchql.object.added', '/clusters/default', 'v1/ConfigMap/shop/a']])
    const [{ data }] = events.map((event) => asReceived(event).body)
    expect(data).toMatchObject({ type: 'ADDED', reason: 'INITIAL', name: 'a' })
    expect(data.object).toBeUndefined()
  })
})
