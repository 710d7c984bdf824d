import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../../src/base/logging.ts'
import { defaults } from '../../src/config/defaults.ts'
import { Connections } from '../../src/delivery/connections.ts'
import { DeliveryReader } from '../../src/delivery/journal-reader.ts'
import { Outbox } from '../../src/delivery/outbox.ts'
import type { Attempt } from '../../src/delivery/outcomes.ts'
import type { OutboxTables } from '../../src/delivery/outbox-tables.ts'
import { OutboxUpkeep } from '../../src/delivery/outbox-upkeep.ts'
import { SinkRegistry } from '../../src/delivery/sink-registry.ts'
import type { WebhookDefinition } from '../../src/model/sink.ts'
import { sqliteFile, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/gateway.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openReceiver, status, type Reply } from '../support/receiver.ts'
import { pod, recordedCluster } from '../support/recorded-cluster.ts'

const minute = 60_000
const hour = 60 * minute

/** One run of everything from the journal to the receiver, with the service's own waits, by a clock that the test sets forward. */
async function run(made: TestDatabase, url: string, clock: ManualClock) {
  const database = await made.open()
  const tables = database.tables as unknown as Kysely<OutboxTables>
  const { retryWaitsSeconds, maxWebhooks, disableAfterHours, maxBodyBytes, keepDelivered, keepDead } = defaults.delivery
  const waitsMs = retryWaitsSeconds.map((seconds) => seconds * 1000)
  const attempts: Attempt[] = []
  const webhook: WebhookDefinition = { type: 'WEBHOOK', id: 'all', url, filter: {}, format: 'cloudevents', payload: 'full', initial: 'snapshot', keys: [], headers: {}, concurrency: 16, ratePerSecond: 0, timeoutMs: 10_000, maxBacklog: 1_000_000 }
  const outbox = new Outbox({ tables, relaxed: database.relaxed, shared: false, clock })
  const sinks = await SinkRegistry.open({
    tables,
    shared: false,
    outbox,
    upkeep: new OutboxUpkeep({ tables, relaxed: database.relaxed, shared: false, keepDelivered, keepDead }),
    connections: new Connections({ kafka: [], nats: [], kafkaConnections: [], natsConnections: [] }, {}),
    declared: [webhook],
    maxSinks: maxWebhooks,
    filterLimits: { maxTerms: 10, maxDepth: 10 },
    maxBodyBytes,
    allowLocalTargets: true,
    waitsMs,
    breaker: { failures: 10, probeMs: waitsMs[0] ?? 0, maxProbeMs: 5 * minute, giveUpMs: disableAfterHours * hour },
    backoff: { initialMs: 50, maxMs: 1000, random: () => 0.5 },
    random: () => 0.5,
    clock,
    logger: silentLogger,
    onAttempt: (attempt) => void attempts.push(attempt),
  })
  const cluster = recordedCluster(database, { reader: new DeliveryReader({ sinks, outbox, clock }) })
  sinks.start(() => cluster.journal.readersChanged())
  const stop = async () => {
    await cluster.journal.stop()
    await sinks.stop()
  }
  onTestFinished(stop)
  const [sink] = sinks.all
  return { ...cluster, attempts, stop, pending: () => sink?.pending ?? 0, state: () => sink?.saved.state, trouble: () => sink?.trouble }
}

it('an outage of four days and a restart in its middle give nothing up; then all is told in order', { timeout: 90_000 }, async () => {
  const clock = new ManualClock()
  const receiver = await openReceiver()
  const database = await sqliteFile()
  const down: readonly Reply[] = [status(500), status(302, { location: '/' }), (_received, response) => void response.socket?.destroy(), status(400)]
  const state = new Map<string, ReturnType<typeof pod>>()
  const ended: string[] = []
  let now = await run(database, receiver.url, clock)
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
  const write = (name: string, hours: number) => {
    const next = pod(name, { hours: String(hours) })
    state.set(name, next)
    now.writer.put(next)
  }
  for (const name of names) write(name, 0)
  now.list()
  await now.settle()
  await eventually(now.pending, (pending) => pending === 0, 20_000)
  receiver.received.length = 0
  for (let hours = 1; hours <= 96; hours += 1) {
    receiver.replies(down[hours % down.length] as Reply)
    write(names[hours % 15] ?? '', hours)
    if (hours === 90) for (const name of names.slice(15)) now.writer.remove({ ...(state.get(name) ?? pod(name)), metadata: { ...(state.get(name) ?? pod(name)).metadata, resourceVersion: String(1_000_000 + ended.push(name)) } })
    await now.settle()
    if (hours === 48) {
      await now.stop()
      now = await run(database, receiver.url, clock)
      for (const object of state.values()) now.writer.put(structuredClone(object))
      now.list()
      await now.settle()
    }
    for (let i = 0; i < 12; i += 1) {
      clock.advance(5 * minute)
      await sleep(3)
    }
  }
  expect(now.attempts.filter(({ state: outcome }) => outcome !== 'PENDING')).toEqual([])
  expect([now.pending(), now.state()]).toEqual([96 + 5, 'ACTIVE'])
  expect(now.trouble()).toBeDefined()
  // About one each five minutes, whatever there is.
  expect(receiver.received.length).toBeGreaterThan(96)
  expect(receiver.received.length).toBeLessThan(96 * 13 + 60)

  const before = receiver.received.length
  receiver.replies(status(204))
  clock.advance(5 * minute)
  await eventually(now.pending, (pending) => pending === 0, 20_000)
  const after = receiver.received.slice(before).map(({ body }) => body)
  expect(after).toHaveLength(96 + 5)
  for (const name of names) {
    const own = after.filter(({ data }) => data.name === name)
    expect(own.map(({ sequence }) => sequence)).toEqual(own.map(({ sequence }) => sequence as string).toSorted())
    expect(own.at(-1)?.data).toMatchObject(ended.includes(name) ? { type: 'DELETED' } : { object: { spec: state.get(name)?.['spec'] } })
  }
  const texts = new Map<string, string>()
  for (const { headers, text } of receiver.received) expect(texts.get(String(headers['webhook-id'])) ?? text).toBe(texts.set(String(headers['webhook-id']), text) && text)
  expect(now.trouble()).toBeUndefined()
})
