import { sql, type Kysely, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'
import { Writes } from '../database/writes.ts'
import type { RedeliveryChoice } from '../model/delivery-record.ts'
import { forgetEvents, queueLanes, type OutboxTables } from './outbox-tables.ts'

export interface UpkeepOptions {
  readonly tables: Kysely<OutboxTables>
  /** A transaction that may be lost with the machine, not with the process: what was forgotten is forgotten again then. */
  readonly relaxed: <T>(work: (transaction: Transaction<OutboxTables>) => Promise<T>) => Promise<T>
  /** Other processes write it too. */
  readonly shared: boolean
  /** Delivered and dead deliveries that are remembered per sink; older ones are forgotten. */
  readonly keepDelivered: number
  readonly keepDead: number
}

/** What is done to an outbox from outside of its sending: counted, sent again, forgotten. */
export class OutboxUpkeep {
  readonly #options: UpkeepOptions

  constructor(options: UpkeepOptions) {
    this.#options = options
  }

  async counts(sink: string): Promise<{ readonly pending: number; readonly dead: number; readonly delivered: number }> {
    const { tables } = this.#options
    const pending = await tables.selectFrom('lanes').select((lanes) => lanes.fn.sum<number | null>('pending').as('pending')).where('sink', '=', sink).executeTakeFirst()
    return { pending: pending?.pending ?? 0, ...(await this.#finished(sink)) }
  }

  async oldestPendingAt(sink: string): Promise<number | undefined> {
    const row = await this.#options.tables
      .selectFrom('lanes')
      .innerJoin('deliveries', (join) => join.onRef('deliveries.sink', '=', 'lanes.sink').onRef('deliveries.lane', '=', 'lanes.lane'))
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .select('observed_at')
      .where('lanes.sink', '=', sink)
      .where(sql<boolean>`deliveries.state = 'PENDING'`)
      .orderBy('lanes.due_at')
      .limit(1)
      .executeTakeFirst()
    return row?.observed_at
  }

  /** Forgets the oldest finished deliveries beyond what is kept, and events that nobody needs any more. Answers how many. */
  async prune(sink: string): Promise<number> {
    const { keepDelivered, keepDead } = this.#options
    // Not what is pending: that may be millions.
    const counts = await this.#finished(sink)
    let pruned = 0
    for (const [state, keep] of [['DELIVERED', keepDelivered], ['DEAD', keepDead]] as const) {
      let excess = (state === 'DEAD' ? counts.dead : counts.delivered) - keep
      for (; excess > 0; excess -= 500) pruned += await this.#forgetOldest(sink, state, Math.min(500, excess))
    }
    return pruned
  }

  /** Puts finished deliveries back, to be sent once more under their old ids. Answers how many. */
  async redeliver(sink: string, choice: RedeliveryChoice, now: number, limit: number): Promise<number> {
    return this.#options.tables.transaction().execute(async (transaction) => {
      let chosen = transaction.selectFrom('deliveries').select(['event', 'lane']).where('sink', '=', sink).where(sql<boolean>`finished_at is not null`)
      if (choice.events !== undefined) chosen = chosen.where('event', 'in', choice.events)
      if (choice.state !== undefined) chosen = chosen.where('state', '=', choice.state)
      if (choice.since !== undefined) chosen = chosen.where('finished_at', '>=', choice.since)
      if (choice.until !== undefined) chosen = chosen.where('finished_at', '<=', choice.until)
      const rows = await chosen.orderBy('event').limit(limit).execute()
      const pending = new Map<string, number>()
      for (const some of slices(rows, 500)) {
        // Whoever forgot or put back some of them meanwhile was first.
        const back = await transaction
          .updateTable('deliveries')
          .set({ state: 'PENDING', attempts: 0, finished_at: null })
          .where('sink', '=', sink)
          .where('event', 'in', some.map(({ event }) => event))
          .where(sql<boolean>`finished_at is not null`)
          .returning('lane')
          .execute()
        for (const { lane } of back) pending.set(lane, (pending.get(lane) ?? 0) + 1)
      }
      const writes = new Writes(transaction, this.#options.shared)
      await queueLanes([...pending].map(([lane, count]) => ({ sink, lane, pending: count })), now, writes, true)
      await writes.flush()
      return [...pending.values()].reduce((sum, count) => sum + count, 0)
    })
  }

  /** Lets everything that waits for a later attempt be tried now. */
  async hurry(sink: string, now: number): Promise<void> {
    await this.#options.tables.updateTable('lanes').set({ due_at: now }).where('sink', '=', sink).where('due_at', '>', now).execute()
  }

  /** Forgets whatever is there for a sink. */
  async clear(sink: string): Promise<void> {
    const { tables, shared } = this.#options
    for (;;) {
      const rows = await tables.selectFrom('deliveries').select(['event', 'base']).where('sink', '=', sink).limit(500).execute()
      if (rows.length === 0) break
      await tables.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', rows.map(({ event }) => event)).execute()
        await forgetEvents(rows, transaction, shared)
      })
    }
    await tables.deleteFrom('lanes').where('sink', '=', sink).execute()
  }

  async #finished(sink: string): Promise<{ readonly dead: number; readonly delivered: number }> {
    const rows = await this.#options.tables
      .selectFrom('deliveries')
      .select(['state', (finished) => finished.fn.countAll<number>().as('count')])
      .where('sink', '=', sink)
      .where(sql<boolean>`finished_at is not null`)
      .groupBy('state')
      .execute()
    const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
    return { dead: of('DEAD'), delivered: of('DELIVERED') }
  }

  async #forgetOldest(sink: string, state: 'DELIVERED' | 'DEAD', limit: number): Promise<number> {
    const { relaxed, shared } = this.#options
    return relaxed(async (transaction) => {
      const oldest = transaction
        .selectFrom('deliveries')
        .select(['sink', 'event'])
        .where('sink', '=', sink)
        .where('state', '=', state)
        .where(sql<boolean>`finished_at is not null`)
        .orderBy('finished_at')
        .limit(limit)
      // One that is put back meanwhile stays.
      const rows = await transaction.deleteFrom('deliveries').where((row) => row(row.refTuple('sink', 'event'), 'in', oldest.$asTuple('sink', 'event'))).where('state', '=', state).returning(['event', 'base']).execute()
      if (rows.length > 0) await forgetEvents(rows, transaction, shared)
      return rows.length
    })
  }
}
