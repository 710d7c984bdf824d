import type { Kysely } from 'kysely'
import type { BackoffPolicy } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import type { Environment } from '../base/environment.ts'
import type { Logger } from '../base/logging.ts'
import type { DeliveryConfig } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import { Journal } from '../journal/journal.ts'
import { JournalStore } from '../journal/journal-store.ts'
import { Leases } from '../journal/leases.ts'
import { Ownership } from '../journal/ownership.ts'
import type { FilterLimits } from '../model/path-filter.ts'
import type { Cluster } from '../watch/cluster.ts'
import { begun } from './begun.ts'
import { Connections } from './connections.ts'
import { Deliveries } from './delivery.ts'
import { DeliveryHistory } from './history.ts'
import { DeliveryReader } from './journal-reader.ts'
import { keepInStep } from './keep-in-step.ts'
import { Outbox } from './outbox.ts'
import type { Attempt } from './outcomes.ts'
import type { OutboxTables } from './outbox-tables.ts'
import { OutboxUpkeep } from './outbox-upkeep.ts'
import { declaredSinks } from './read-secrets.ts'
import { withoutSecrets } from './redaction.ts'
import { SinkRegistry } from './sink-registry.ts'

export interface StartDeliveryOptions {
  readonly database: Database
  readonly cluster: Cluster
  readonly config: DeliveryConfig
  readonly filterLimits: FilterLimits
  readonly env: Environment
  readonly onAttempt: (attempt: Attempt, observedAt: number) => void
  readonly random: () => number
  readonly clock: Clock
  readonly logger: Logger
}

export interface RunningDelivery {
  readonly sinks: SinkRegistry
  readonly deliveries: Deliveries
  readonly history: DeliveryHistory
  readonly journal: Journal
  stop(): Promise<void>
}

/** Between attempts at a receiver that is down. */
const maxProbeMs = 300_000
const hourMs = 3_600_000
/** API servers send bookmarks every minute: after this a list has caught up if it ever will. */
const catchUpMs = 75_000

/** Records what one cluster's informers see, and delivers it. Rejects with DATABASE_FAILED, UNREADABLE_FILE or INVALID_CONFIG. */
export async function startDelivery(options: StartDeliveryOptions): Promise<RunningDelivery> {
  const { database, cluster, config, env, clock } = options
  const logger = options.logger.child({ cluster: cluster.name })
  const tables = database.tables as unknown as Kysely<OutboxTables>
  const waitsMs = config.retryWaitsSeconds.map((seconds) => seconds * 1000)
  const backoff: BackoffPolicy = { initialMs: 50, maxMs: 10_000, random: options.random }
  const outbox = new Outbox({ tables, relaxed: database.relaxed, shared: database.shared, clock })
  const connections = new Connections(config, env)
  await connections.check()
  const { shared } = database
  const upkeep = new OutboxUpkeep({ tables, relaxed: database.relaxed, shared, keepDelivered: config.keepDelivered, keepDead: config.keepDead })
  const sinks = await SinkRegistry.open({
    tables,
    shared,
    outbox,
    upkeep,
    connections,
    declared: await declaredSinks(config, env),
    maxSinks: config.maxWebhooks,
    filterLimits: options.filterLimits,
    maxBodyBytes: config.maxBodyBytes,
    allowLocalTargets: config.allowLocalTargets,
    waitsMs,
    breaker: { failures: 10, probeMs: waitsMs[0] ?? 0, maxProbeMs, giveUpMs: config.disableAfterHours * hourMs },
    backoff,
    random: options.random,
    clock,
    logger,
    onAttempt: options.onAttempt,
  })
  const leases = database.shared ? new Leases({ tables, cluster: cluster.name, leaseMs: config.leaseSeconds * 1000 }) : undefined
  const journal = new Journal({
    cluster,
    store: new JournalStore({ tables, ...(leases === undefined ? {} : { holder: leases.holder }), keepObjects: database.lasting, now: () => clock.now() }),
    reader: new DeliveryReader({ sinks, outbox, clock }),
    ...(leases === undefined ? {} : { ownership: new Ownership(leases, clock) }),
    view: config.redactSecrets ? withoutSecrets : (object) => object,
    maxWaiting: config.maxWaiting,
    maxWaitingBytes: config.maxWaitingBytes,
    batchSize: config.batchSize,
    gatherMs: config.gatherMs,
    catchUpMs,
    backoff,
    clock,
    logger,
  })
  sinks.start(() => journal.readersChanged())
  journal.start()
  const outOfStep = shared ? keepInStep({ sinks, clock, logger }) : () => Promise.resolve()
  return {
    sinks,
    deliveries: new Deliveries({ sinks, upkeep, connections, begun: (sink) => begun(sink, { sinks, cluster, clock }), rotationMs: config.rotationHours * hourMs, clock }),
    history: new DeliveryHistory(tables),
    journal,
    async stop() {
      await outOfStep()
      // First what was seen is made durable; what is not sent then is sent by the next run.
      await journal.stop()
      await sinks.stop()
    },
  }
}
