import type { Kysely } from 'kysely'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logging.ts'
import { defaults } from '../../src/config/defaults.ts'
import { openDatabase, type DatabaseTarget } from '../../src/database/database.ts'
import { Connections } from '../../src/delivery/connections.ts'
import { DeliveryReader } from '../../src/delivery/journal-reader.ts'
import { Outbox } from '../../src/delivery/outbox.ts'
import type { OutboxTables } from '../../src/delivery/outbox-tables.ts'
import { OutboxUpkeep } from '../../src/delivery/outbox-upkeep.ts'
import { SinkRegistry } from '../../src/delivery/sink-registry.ts'
import { JournalStore } from '../../src/journal/journal-store.ts'
import { Leases } from '../../src/journal/leases.ts'
import type { KubeObject } from '../../src/model/object.ts'
import type { Resource } from '../../src/model/resource.ts'
import type { WebhookDefinition } from '../../src/model/sink.ts'

/** Events that wait for one webhook, recorded as the service does, and then sent as it does. */
export interface Queue {
  fill(objects: Iterable<KubeObject>): Promise<void>
  /** Begins to send; settles when nothing is pending. */
  drain(): Promise<void>
  pending(): number
  close(): Promise<void>
}

const { delivery } = defaults
const kind: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', singular: 'pod', shortNames: [], categories: [], namespaced: true, verbs: [], preferred: true }

export async function openQueue(target: DatabaseTarget, url: string): Promise<Queue> {
  const database = await openDatabase(target)
  const tables = database.tables as unknown as Kysely<OutboxTables>
  const { shared } = database
  const outbox = new Outbox({ tables, relaxed: database.relaxed, shared, clock: systemClock })
  const upkeep = new OutboxUpkeep({ tables, relaxed: database.relaxed, shared, keepDelivered: delivery.keepDelivered, keepDead: delivery.keepDead })
  const { concurrency, ratePerSecond, timeoutMs, maxBodyBytes } = delivery
  const webhook: WebhookDefinition = { type: 'WEBHOOK', id: 'bench', url, format: 'cloudevents', payload: 'full', filter: {}, initial: 'none', keys: [], headers: {}, concurrency, ratePerSecond, timeoutMs, maxBacklog: 100_000_000 }
  const waitsMs = delivery.retryWaitsSeconds.map((seconds) => seconds * 1000)
  const sinks = await SinkRegistry.open({
    tables,
    shared,
    outbox,
    upkeep,
    connections: new Connections({ kafka: [], nats: [], kafkaConnections: [], natsConnections: [] }, {}),
    declared: [webhook],
    maxSinks: 1,
    filterLimits: { maxTerms: 1, maxDepth: 1 },
    maxBodyBytes,
    allowLocalTargets: true,
    waitsMs,
    breaker: { failures: 10, probeMs: 5000, maxProbeMs: 5000, giveUpMs: 1e9 },
    backoff: { initialMs: 50, maxMs: 1000, random: Math.random },
    random: Math.random,
    clock: systemClock,
    logger: silentLogger,
    onAttempt: () => undefined,
  })
  const leases = shared ? new Leases({ tables, cluster: 'bench', leaseMs: 3_600_000 }) : undefined
  const [lease] = (await leases?.acquire([kind])) ?? []
  const store = new JournalStore({ tables, ...(leases === undefined ? {} : { holder: leases.holder }), keepObjects: true, now: Date.now })
  const reader = new DeliveryReader({ sinks, outbox, clock: systemClock })
  const record = (objects: readonly KubeObject[], complete: boolean) =>
    store.record(
      [
        {
          cluster: 'bench',
          kind,
          observations: objects.map((object) => ({ is: 'there', object })),
          resourceVersion: '1',
          scope: '{}',
          initial: false,
          newcomers: complete ? ['bench'] : [],
          complete,
          ...(lease === undefined ? {} : { epoch: lease.epoch }),
        },
      ],
      reader,
    )
  await record([], true)
  const sink = sinks.all[0]
  const pending = () => sink?.pending ?? 0
  return {
    fill: async (objects) => {
      let batch: KubeObject[] = []
      for (const object of objects) {
        batch.push(object)
        if (batch.length < delivery.batchSize) continue
        await record(batch, false)
        batch = []
      }
      if (batch.length > 0) await record(batch, false)
    },
    drain: async () => {
      sinks.start(() => undefined)
      while (pending() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    pending,
    close: async () => {
      await sinks.stop()
      await database.close()
    },
  }
}
