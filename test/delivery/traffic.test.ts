import { describe, expect, it, onTestFinished } from 'vitest'
import { startKafka } from '../servers/kafka.ts'
import { startNats } from '../servers/nats.ts'
import type { TestServer } from '../servers/server.ts'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { asReceived, kafkaEvent, natsEvent } from '../support/messages.ts'
import type { Received } from '../support/receiver.ts'

interface System {
  readonly server: TestServer
  /** The part of the configuration that sends all ConfigMaps there. */
  readonly delivery: object
  read(): Promise<readonly Received[]>
}

const sink = { name: 'all', kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot' }

const systems: Readonly<Record<string, () => Promise<System>>> = {
  Kafka: async () => {
    const server = await startKafka()
    return {
      server,
      delivery: { kafka: [{ ...sink, brokers: [server.broker], topic: 'watchql', createTopics: true }] },
      read: async () => (await server.read('watchql')).map((record) => asReceived(kafkaEvent(record))),
    }
  },
  'NATS JetStream': async () => {
    const server = await startNats()
    await server.addStream('watchql', ['watchql.>'])
    return {
      server,
      delivery: { nats: [{ ...sink, servers: [server.url], subject: 'watchql.all' }] },
      read: async () => (await server.read('watchql', 'watchql.all')).map((record) => asReceived(natsEvent(record))),
    }
  },
}

/** Whoever reads keeps the last sequence of each object: what is not larger was read already. */
function asReadersRead(received: readonly Received[]): readonly Received[] {
  const last = new Map<string, string>()
  return received.filter(({ body }) => {
    const isNew = body.sequence > (last.get(body.data.uid) ?? '')
    if (isNew) last.set(body.data.uid, body.sequence)
    return isNew
  })
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const faults: Readonly<Record<string, (server: TestServer) => Promise<void>>> = {
  killed: async (server) => {
    await server.kill()
    await sleep(1000)
    await server.restart()
  },
  'restarted in good order': (server) => server.restart(),
  'hanging for longer than is waited for': async (server) => {
    server.pause()
    await sleep(3000)
    server.resume()
  },
  'hanging again and again': async (server) => {
    for (let round = 0; round < 10; round += 1) {
      server.pause()
      await sleep(round * 40)
      server.resume()
      await sleep(200)
    }
  },
}

describe.each(Object.keys(systems))('with %s in the midst of traffic', { timeout: 180_000 }, (name) => {
  it('every state of every object is kept in its order, whatever befalls it', async () => {
    const system = await systems[name]?.()
    if (system === undefined) throw new Error(`No ${name} here.`)
    onTestFinished(() => system.server.stop())
    const server = await openApiServer()
    const ledger = keepLedger(server, seeded(7))
    const gateway = await openGateway(server, { config: { delivery: { ...system.delivery, timeoutMs: 1000, retryWaitsSeconds: Array.from({ length: 9 }, () => 0.1) } } })
    const attempts = async (outcome: string) => Number(new RegExp(`watchql_delivery_attempts_total\\{sink="all",outcome="${outcome}"\\} (\\d+)`).exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1] ?? 0)
    const [delivered, failed] = [() => attempts('delivered'), () => attempts('failed')]
    // What happens before it has begun is told as it is by then.
    server.make('configmaps', { metadata: { name: 'first' } })
    await eventually(delivered, (count) => count === 1, 30_000)
    const traffic = setInterval(() => ledger.mutate(), 4)
    onTestFinished(() => clearInterval(traffic))
    await eventually(delivered, (count) => count > 50, 30_000)
    for (const [fault, befall] of Object.entries(faults)) {
      const before = await failed()
      await befall(system.server)
      expect(await failed(), `nothing failed while it was ${fault}`).toBeGreaterThan(fault === 'hanging again and again' ? -1 : before)
      // It goes on by itself.
      const at = await delivered()
      await eventually(delivered, (count) => count > at + 50, 60_000)
    }
    clearInterval(traffic)
    // Nothing pending says nothing while the latest changes are yet to be recorded.
    await eventually(async () => ledger.missing(asReadersRead(await system.read())), (missing) => missing.length === 0, 60_000)
    await eventually(() => gateway.data('{ sinks { pending dead state } }'), ({ sinks: [{ pending }] }) => pending === 0, 60_000)
    expect(await gateway.data('{ sinks { pending dead state } }')).toEqual({ sinks: [{ pending: 0, dead: 0, state: 'ACTIVE' }] })

    const kept = await system.read()
    const bodies = new Map(kept.map(({ headers, text }) => [headers['webhook-id'], text]))
    expect(kept.filter(({ headers, text }) => bodies.get(headers['webhook-id']) !== text)).toEqual([])
    const read = asReadersRead(kept)
    ledger.check(read)
    const told = new Set(read.map(({ body }) => `${String(body.data.uid)} ${String(body.data.resourceVersion)}`))
    const made = [...ledger.versions].flatMap(([uid, versions]) => versions.map((version) => `${uid} ${version}`))
    expect(made.filter((state) => !told.has(state))).toEqual([])
    expect(made.length).toBeGreaterThan(250)
  })
})
