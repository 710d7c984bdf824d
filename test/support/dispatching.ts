import type { Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import { silentLogger } from '../../src/base/logging.ts'
import { defaults } from '../../src/config/defaults.ts'
import { openDatabase } from '../../src/database/database.ts'
import { Writes } from '../../src/database/writes.ts'
import { Dispatcher, type Answer, type DispatcherOptions } from '../../src/delivery/dispatcher.ts'
import { Fitting } from '../../src/delivery/fitting.ts'
import { Outbox } from '../../src/delivery/outbox.ts'
import type { Attempt } from '../../src/delivery/outcomes.ts'
import type { OutboxTables } from '../../src/delivery/outbox-tables.ts'
import { OutboxUpkeep } from '../../src/delivery/outbox-upkeep.ts'
import { FakeClock } from './fake-clock.ts'

export const second = 1000
export const hour = 3600 * second
export const accepted: Answer = { outcome: 'accepted', status: 204, error: null }

/** A dispatcher over a database in memory, by a clock that the test lets pass. */
export async function dispatching(options: Partial<DispatcherOptions> = {}) {
  const database = await openDatabase({ path: ':memory:' })
  const tables = database.tables as unknown as Kysely<OutboxTables>
  const clock = new FakeClock()
  const outbox = new Outbox({ tables, relaxed: database.relaxed, shared: false, clock })
  const upkeep = new OutboxUpkeep({ tables, relaxed: database.relaxed, shared: false, keepDelivered: 100, keepDead: 100 })
  const sent: string[] = []
  const attempts: Attempt[] = []
  const disabled: string[] = []
  let sequence = 0
  const state: { answer: (event: string, lane: string) => Answer | Promise<Answer> } = { answer: () => accepted }
  const dispatcher = new Dispatcher({
    sink: 's',
    outbox,
    fitting: new Fitting(new Set()),
    hurry: () => upkeep.hurry('s', clock.now()),
    timeoutMs: 15 * second,
    send: async ({ event, lane }) => {
      sent.push(`${lane}${Number(event.slice(2))}`)
      return state.answer(event, lane)
    },
    concurrency: 4,
    ratePerSecond: 0,
    waitsMs: defaults.delivery.retryWaitsSeconds.map((seconds) => seconds * second),
    lookMs: hour,
    breaker: { failures: 5, probeMs: 5 * second, maxProbeMs: 300 * second, giveUpMs: 120 * hour },
    backoff: { initialMs: 10, maxMs: 100, random: () => 0.5 },
    random: () => 0.5,
    clock,
    logger: silentLogger,
    onAttempt: (attempt) => attempts.push(attempt),
    onDisable: (reason) => disabled.push(reason),
    ...options,
  })
  onTestFinished(async () => {
    const stopped = dispatcher.stop(1)
    await clock.pass(10 * second)
    await stopped
    await database.close()
  })
  const add = async (lanes: string, body = '{}') => {
    const made = lanes.split(' ').map((lane) => ({ sink: 's', event: `k-${String((sequence += 1)).padStart(4, '0')}`, lane, type: 'MODIFIED', reason: null }))
    await tables.transaction().execute(async (transaction) => {
      for (const { event, lane } of made)
        await transaction.insertInto('journal_events').values({ id: event, cluster: 'c', group: '', version: 'v1', kind: 'Pod', namespace: '', name: lane, uid: lane, resource_version: '1', sequence, type: 'MODIFIED', reason: null, final_state_unknown: 0, observed_at: 1, body, old_body: null }).execute()
      const writes = new Writes(transaction, false)
      await outbox.add(made, clock.now(), new Set(), writes)
      await writes.flush()
    })
    dispatcher.wake()
  }
  return { dispatcher, outbox, clock, sent, attempts, disabled, add, answers: (answer: typeof state.answer) => (state.answer = answer), counts: () => upkeep.counts('s') }
}
