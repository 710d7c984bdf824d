import { connect } from '@nats-io/transport-node'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Kafka, type KafkaAccess } from '../../src/delivery/sinks/kafka.ts'
import type { Message, MessageSystem } from '../../src/delivery/sinks/message-system.ts'
import { Nats } from '../../src/delivery/sinks/nats.ts'
import { startKafka, type KafkaServer } from '../servers/kafka.ts'
import { startNats } from '../servers/nats.ts'
import type { TestServer } from '../servers/server.ts'

interface Read {
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

/** A real system, and a reader of it that has nothing to do with what sends. */
interface Fixture {
  readonly server: TestServer
  open(timeoutMs?: number): MessageSystem
  /** A destination of its own. */
  destination(name: string): string
  read(destination: string): Promise<readonly Read[]>
}

const message = (id: string, destination: string, more: Partial<Message> = {}): Message => ({ id, destination, key: id, headers: { 'ce-id': id, 'content-type': 'application/json' }, body: `{"number":${id.length},"text":"ä€😀"}`, ...more })

function describeSystem(title: string, start: () => Promise<Fixture>): void {
  describe(title, { timeout: 120_000 }, () => {
    let fixture: Fixture
    beforeAll(async () => {
      fixture = await start()
    }, 120_000)
    afterAll(() => fixture?.server.stop())

    const open = (timeoutMs?: number) => {
      const system = fixture.open(timeoutMs)
      onTestFinished(() => system.close())
      return system
    }

    it('keeps every message as it was sent: its key, headers and body', async () => {
      const destination = fixture.destination('whole')
      expect(await open().send([message('a', destination), message('b', destination)])).toEqual([{ is: 'KEPT' }, { is: 'KEPT' }])
      const read = await fixture.read(destination)
      expect(read.toSorted((a, b) => (a.value < b.value ? -1 : 1)).map(({ headers, value }) => [headers['ce-id'], headers['content-type'], value])).toEqual(expect.arrayContaining(['a', 'b'].map((id) => [id, 'application/json', '{"number":1,"text":"ä€😀"}'])))
      expect(read).toHaveLength(2)
    })

    it('keeps the messages of one key in the order in which they were sent', async () => {
      const destination = fixture.destination('order')
      const system = open()
      for (let round = 0; round < 50; round += 1) await system.send(['x', 'y', 'z'].map((key) => message(`${key}-${round}`, destination, { key, body: String(round), headers: { 'ce-key': key } })))
      const read = await fixture.read(destination)
      for (const key of ['x', 'y', 'z']) expect(read.filter(({ headers }) => headers['ce-key'] === key).map(({ value }) => Number(value))).toEqual(Array.from({ length: 50 }, (_, round) => round))
    })

    it('refuses what it can never take, and keeps what was sent along with it', async () => {
      const destination = fixture.destination('large')
      const outcomes = await open().send([message('a', destination), message('large', destination, { body: 'x'.repeat(3_000_000) }), message('b', destination)])
      expect(outcomes).toEqual([{ is: 'KEPT' }, { is: 'REFUSED', reason: expect.stringMatching(/size|large/) as string }, { is: 'KEPT' }])
    })

    it('says what failed while it is away, and keeps what is sent when it is back', async () => {
      const destination = fixture.destination('away')
      const system = open()
      await system.send([message('before', destination)])
      await fixture.server.kill()
      for (const attempt of [1, 2]) expect(await system.send([message(`away-${attempt}`, destination)])).toEqual([{ is: 'FAILED', reason: expect.stringMatching(/\w/) as string }])
      await fixture.server.restart()
      expect(await system.send([message('after', destination)])).toEqual([{ is: 'KEPT' }])
      expect((await fixture.read(destination)).map(({ headers }) => headers['ce-id'])).toEqual(expect.arrayContaining(['before', 'after']))
    })

    it('loses nothing that it acknowledged when it hangs while messages are under way', async () => {
      const destination = fixture.destination('hangs')
      const system = open(1000)
      await system.send([message('first', destination)])
      const acknowledged: string[] = ['first']
      let failed = 0
      for (let round = 0; round < 6; round += 1) {
        // It may have taken in what it does not get to acknowledge.
        const sending = system.send([message(`a-${round}`, destination), message(`b-${round}`, destination)])
        if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
        fixture.server.pause()
        const outcomes = await sending
        fixture.server.resume()
        outcomes.forEach(({ is }, i) => (is === 'KEPT' ? acknowledged.push(`${'ab'[i]}-${round}`) : (failed += 1)))
        // Other messages come next, as they do when the failed ones wait for their next attempt.
        for (const id of [`c-${round}`, `d-${round}`]) if ((await system.send([message(id, destination)]))[0]?.is === 'KEPT') acknowledged.push(id)
      }
      expect(failed).toBeGreaterThan(0)
      expect(acknowledged.length).toBeGreaterThan(8)
      const read = new Set((await fixture.read(destination)).map(({ headers }) => headers['ce-id']))
      expect(acknowledged.filter((id) => !read.has(id))).toEqual([])
    })
  })
}

describeSystem('Kafka', async () => {
  const server = await startKafka()
  return {
    server,
    open: (timeoutMs = 5000) => new Kafka({ access: () => Promise.resolve({ brokers: [server.broker], createTopics: true }), clientId: 'test', timeoutMs }),
    destination: (name) => `watchql.${name}`,
    read: (topic) => server.read(topic),
  }
})

describeSystem('NATS JetStream', async () => {
  const server = await startNats()
  const connection = await connect({ servers: server.url })
  await (await jetstreamManager(connection)).streams.add({ name: 'watchql', subjects: ['watchql.>'] })
  await connection.close()
  return {
    server,
    open: (timeoutMs = 5000) => new Nats({ access: () => Promise.resolve({ servers: [server.url] }), name: 'test', timeoutMs }),
    destination: (name) => `watchql.${name}`,
    read: async (subject) => {
      const reading = await connect({ servers: server.url })
      const { name } = await (await jetstreamManager(reading)).consumers.add('watchql', { ack_policy: AckPolicy.None, filter_subject: subject })
      const consumer = await jetstream(reading).consumers.get('watchql', name)
      const read: Read[] = []
      for await (const found of await consumer.fetch({ max_messages: 10_000, expires: 1500 })) read.push({ key: undefined, headers: Object.fromEntries((found.headers?.keys() ?? []).map((header) => [header, found.headers?.get(header) ?? ''])), value: found.string() })
      await reading.close()
      return read
    },
  }
})

describe('Kafka alone', { timeout: 120_000 }, () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka()
  }, 120_000)
  afterAll(() => server?.stop())
  const open = (more: Partial<KafkaAccess>) => {
    const system = new Kafka({ access: () => Promise.resolve({ brokers: [server.broker], createTopics: true, ...more }), clientId: 'test', timeoutMs: 5000 })
    onTestFinished(() => system.close())
    return system
  }

  it('puts a key where its own clients put it', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`)
    await open({}).send(keys.map((key) => message(key, 'ours', { key })))
    await server.write('theirs', keys)
    const places = async (topic: string) => Object.fromEntries((await server.read(topic)).map(({ key, partition }) => [key, partition]))
    const ours = await places('ours')
    expect(ours).toEqual(await places('theirs'))
    expect(new Set(Object.values(ours)).size).toBe(3)
  })

  it.each(['PLAIN', 'SCRAM-SHA-512'] as const)('lets in who knows the password (%s), and a wrong one is not told on', async (mechanism) => {
    const sasl = { mechanism, username: 'watchql', password: 'secret' }
    expect(await open({ brokers: [server.saslBroker], sasl }).send([message('a', 'login')])).toEqual([{ is: 'KEPT' }])
    const [outcome] = await open({ brokers: [server.saslBroker], sasl: { ...sasl, password: 'open sesame' } }).send([message('b', 'login')])
    expect(outcome).toEqual({ is: 'FAILED', reason: expect.stringContaining('SASL authentication failed') as string })
    expect(JSON.stringify(outcome)).not.toContain('sesame')
  })
})

describe('NATS JetStream alone', { timeout: 60_000 }, () => {
  it('keeps a message once, however often it is sent, and says where a stream is missing', async () => {
    const server = await startNats()
    onTestFinished(() => server.stop())
    const connection = await connect({ servers: server.url })
    onTestFinished(() => connection.close())
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'watchql', subjects: ['watchql.>'] })
    const system = new Nats({ access: () => Promise.resolve({ servers: [server.url] }), name: 'test', timeoutMs: 2000 })
    onTestFinished(() => system.close())
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await system.send([message('a', 'watchql.once'), message('b', 'watchql.once')])).toEqual([{ is: 'KEPT' }, { is: 'KEPT' }])
    expect((await manager.streams.info('watchql')).state.messages).toBe(2)
    expect(await system.send([message('c', 'other.once')])).toEqual([{ is: 'FAILED', reason: 'no stream takes the subject other.once, or JetStream is off' }])
  })
})
