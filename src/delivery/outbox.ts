import { sql, type Kysely, type Transaction } from 'kysely'
import { GroupCommit } from '../base/group-commit.ts'
import type { DeliveryTables } from '../database/delivery-tables.ts'
import type { JournalTables } from '../database/journal-tables.ts'
import type { Delivery } from './payload.ts'

export type OutboxTables = DeliveryTables & JournalTables

/** A delivery to be: what one sink is told of one event. */
export interface NewDelivery {
  readonly sink: string
  readonly event: string
  readonly lane: string
  readonly type: string
  readonly reason: string | null
}

/** How an attempt ended. */
export interface Attempt {
  readonly sink: string
  readonly event: string
  readonly lane: string
  readonly state: 'PENDING' | 'DELIVERED' | 'DEAD'
  /** Those that count. */
  readonly attempts: number
  readonly at: number
  readonly durationMs: number
  readonly status: number | null
  readonly error: string | null
  /** When its lane is due again; of a pending one. */
  readonly dueAt?: number
}

export interface OutboxOptions {
  readonly tables: Kysely<OutboxTables>
  /** Other processes deliver from it too: lanes are held by leases. */
  readonly shared: boolean
  /** Delivered and dead deliveries that are remembered per sink; older ones are forgotten. */
  readonly keepDelivered: number
  readonly keepDead: number
}

/** How long a lane is held by a process that may have died. */
const holdMs = 120_000

/**
 * The deliveries that are due, durable. An object's deliveries to one sink are a lane: a lane is
 * held by one attempt at a time and gives its deliveries out in order, so that one that fails
 * holds back only its own object.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #commits: GroupCommit<Attempt>

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#commits = new GroupCommit((attempts) => this.#save(attempts), 200)
  }

  get shared(): boolean {
    return this.#options.shared
  }

  /** Within the transaction that records the events. `crowded` are sinks whose states in between are left out. */
  async add(deliveries: readonly NewDelivery[], now: number, crowded: ReadonlySet<string>, transaction: Transaction<OutboxTables>): Promise<ReadonlyMap<string, number>> {
    const added = countBy(deliveries, ({ sink }) => sink)
    const lanes = new Map<string, { sink: string; lane: string; pending: number }>()
    for (const { sink, lane } of deliveries) {
      const key = `${sink} ${lane}`
      const known = lanes.get(key)
      if (known === undefined) lanes.set(key, { sink, lane, pending: 1 })
      else known.pending += 1
    }
    const pending = { base: '', coalesced: 0, state: 'PENDING', attempts: 0, attempted_at: null, finished_at: null, status: null, duration_ms: null, error: null }
    for (const some of slices(deliveries, 200)) await transaction.insertInto('deliveries').values(some.map((delivery) => ({ ...delivery, ...pending }))).execute()
    await this.#queue([...lanes.values()], now, transaction)
    for (const { sink, lane } of lanes.values()) {
      if (!crowded.has(sink)) continue
      const dropped = await this.#compact(sink, lane, transaction)
      added.set(sink, (added.get(sink) ?? 0) - dropped)
    }
    return added
  }

  /** Takes hold of lanes that are due, the longest due first. `held` are held already. */
  async claim(sink: string, now: number, limit: number, held: ReadonlySet<string>): Promise<readonly string[]> {
    const { tables, shared } = this.#options
    if (!shared) {
      const rows = await tables.selectFrom('lanes').select('lane').where('sink', '=', sink).where('due_at', '<=', now).orderBy('due_at').limit(limit + held.size).execute()
      return rows.map(({ lane }) => lane).filter((lane) => !held.has(lane)).slice(0, limit)
    }
    const rows = await tables
      .updateTable('lanes')
      .set({ held_until: now + holdMs })
      .where('sink', '=', sink)
      .where('lane', 'in', (due) => due.selectFrom('lanes').select('lane').where('sink', '=', sink).where('due_at', '<=', now).where('held_until', '<=', now).orderBy('due_at').limit(limit).forUpdate().skipLocked())
      .returning('lane')
      .execute()
    return rows.map(({ lane }) => lane)
  }

  /** Lets go of a lane, when nothing of it is under way. */
  async release(sink: string, lane: string): Promise<void> {
    if (this.#options.shared) await this.#options.tables.updateTable('lanes').set({ held_until: 0 }).where('sink', '=', sink).where('lane', '=', lane).execute()
  }

  /** When the next lane is due that is not yet; undefined for none. */
  async nextDue(sink: string, now: number): Promise<number | undefined> {
    const row = await this.#options.tables.selectFrom('lanes').select('due_at').where('sink', '=', sink).where('due_at', '>', now).orderBy('due_at').limit(1).executeTakeFirst()
    return row?.due_at
  }

  /** The first delivery of a lane, if it has one and it is due. */
  async first(sink: string, lane: string): Promise<Delivery | undefined> {
    const row = await this.#options.tables
      .selectFrom('deliveries')
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .select(['deliveries.event', 'deliveries.type', 'deliveries.reason', 'deliveries.base', 'deliveries.coalesced', 'deliveries.attempts'])
      .select(['cluster', 'group', 'version', 'kind', 'namespace', 'name', 'uid', 'resource_version', 'sequence', 'final_state_unknown', 'observed_at', 'body', 'old_body'])
      .where('deliveries.sink', '=', sink)
      .where('deliveries.lane', '=', lane)
      .where(sql<boolean>`deliveries.state = 'PENDING'`)
      .orderBy('deliveries.event')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const oldObject = row.base === '' ? row.old_body : await this.#oldBodyOf(row.base)
    return { ...row, sink, lane, resourceVersion: row.resource_version, finalStateUnknown: row.final_state_unknown === 1, observedAt: row.observed_at, object: row.body, oldObject }
  }

  /** Settles when the outcome is durable: only then the next delivery of the lane may be sent. */
  saved(attempt: Attempt): Promise<void> {
    return this.#commits.add(attempt)
  }

  async counts(sink: string): Promise<{ readonly pending: number; readonly dead: number; readonly delivered: number }> {
    const { tables } = this.#options
    const pending = await tables.selectFrom('lanes').select((lanes) => lanes.fn.sum<number | null>('pending').as('pending')).where('sink', '=', sink).executeTakeFirst()
    const finished = await tables
      .selectFrom('deliveries')
      .select(['state', (rows) => rows.fn.countAll<number>().as('count')])
      .where('sink', '=', sink)
      .where(sql<boolean>`finished_at is not null`)
      .groupBy('state')
      .execute()
    const of = (state: string) => finished.find((row) => row.state === state)?.count ?? 0
    return { pending: pending?.pending ?? 0, dead: of('DEAD'), delivered: of('DELIVERED') }
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
    let pruned = 0
    for (const [state, keep] of [['DELIVERED', keepDelivered], ['DEAD', keepDead]] as const) {
      const counts = await this.counts(sink)
      let excess = (state === 'DEAD' ? counts.dead : counts.delivered) - keep
      for (; excess > 0; excess -= 500) pruned += await this.#forgetOldest(sink, state, Math.min(500, excess))
    }
    return pruned
  }

  /** Puts finished deliveries back, to be sent once more under their old ids. Answers how many. */
  async redeliver(sink: string, choice: { readonly events?: readonly string[]; readonly state?: 'DELIVERED' | 'DEAD'; readonly since?: number; readonly until?: number }, now: number, limit: number): Promise<number> {
    return this.#options.tables.transaction().execute(async (transaction) => {
      let chosen = transaction.selectFrom('deliveries').select(['event', 'lane']).where('sink', '=', sink).where(sql<boolean>`finished_at is not null`)
      if (choice.events !== undefined) chosen = chosen.where('event', 'in', choice.events)
      if (choice.state !== undefined) chosen = chosen.where('state', '=', choice.state)
      if (choice.since !== undefined) chosen = chosen.where('finished_at', '>=', choice.since)
      if (choice.until !== undefined) chosen = chosen.where('finished_at', '<=', choice.until)
      const rows = await chosen.orderBy('event').limit(limit).execute()
      for (const some of slices(rows, 500))
        await transaction.updateTable('deliveries').set({ state: 'PENDING', attempts: 0, finished_at: null }).where('sink', '=', sink).where('event', 'in', some.map(({ event }) => event)).execute()
      const lanes = countBy(rows, ({ lane }) => lane)
      await this.#queue([...lanes].map(([lane, pending]) => ({ sink, lane, pending })), now, transaction, true)
      return rows.length
    })
  }

  /** Lets everything that waits for a later attempt be tried now. */
  async hurry(sink: string, now: number): Promise<void> {
    await this.#options.tables.updateTable('lanes').set({ due_at: now }).where('sink', '=', sink).where('due_at', '>', now).execute()
  }

  /** Forgets whatever is there for a sink. */
  async clear(sink: string): Promise<void> {
    const { tables } = this.#options
    for (;;) {
      const rows = await tables.selectFrom('deliveries').select(['event', 'base']).where('sink', '=', sink).limit(500).execute()
      if (rows.length === 0) break
      await tables.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', rows.map(({ event }) => event)).execute()
        await forgetEvents(rows, transaction)
      })
    }
    await tables.deleteFrom('lanes').where('sink', '=', sink).execute()
  }

  async #oldBodyOf(event: string): Promise<string | null> {
    const row = await this.#options.tables.selectFrom('journal_events').select('old_body').where('id', '=', event).executeTakeFirst()
    return row?.old_body ?? null
  }

  async #queue(lanes: readonly { readonly sink: string; readonly lane: string; readonly pending: number }[], now: number, transaction: Kysely<OutboxTables>, atOnce = false): Promise<void> {
    for (const some of slices(lanes, 500))
      await transaction
        .insertInto('lanes')
        .values(some.map((lane) => ({ ...lane, due_at: now, held_until: 0 })))
        // Also a lock: a lane that is being emptied elsewhere is not lost.
        .onConflict((conflict) => conflict.columns(['sink', 'lane']).doUpdateSet((set) => ({ pending: sql`lanes.pending + excluded.pending`, ...(atOnce ? { due_at: set.ref('excluded.due_at') } : {}) })))
        .execute()
  }

  /**
   * Leaves out states in between: a MODIFIED that another change of its object follows. What was
   * tried already stays as it is, so that an id never comes with other bytes; and so does the
   * first that was not, which may be under way.
   */
  async #compact(sink: string, lane: string, transaction: Transaction<OutboxTables>): Promise<number> {
    const rows = await transaction
      .selectFrom('deliveries')
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .select(['event', 'deliveries.type', 'base', 'coalesced', 'group', 'kind'])
      .where('sink', '=', sink)
      .where('lane', '=', lane)
      .where(sql<boolean>`state = 'PENDING'`)
      .where('attempted_at', 'is', null)
      .orderBy('event')
      .execute()
    const dropped: { readonly event: string; readonly base: string }[] = []
    let carried: { base: string; coalesced: number } | undefined
    for (const [at, row] of rows.entries()) {
      // An object that is served in two groups has one uid, and a final state in each.
      const [previous, next] = [rows[at - 1], rows[at + 1]].map((other) => (other?.group === row.group && other.kind === row.kind ? other : undefined))
      const base = carried?.base ?? row.base
      const coalesced = row.coalesced + (carried?.coalesced ?? 0)
      if (previous !== undefined && row.type === 'MODIFIED' && (next?.type === 'MODIFIED' || next?.type === 'DELETED')) {
        dropped.push(row)
        carried = { base: base === '' ? row.event : base, coalesced: coalesced + 1 }
      } else if (carried !== undefined) {
        await transaction.updateTable('deliveries').set({ base: row.type === 'MODIFIED' ? base : '', coalesced }).where('sink', '=', sink).where('event', '=', row.event).execute()
        carried = undefined
      }
    }
    if (dropped.length === 0) return 0
    for (const some of slices(dropped, 500)) {
      await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', some.map(({ event }) => event)).execute()
      await forgetEvents(some, transaction)
    }
    await transaction.updateTable('lanes').set({ pending: sql`pending - ${dropped.length}` }).where('sink', '=', sink).where('lane', '=', lane).execute()
    return dropped.length
  }

  async #save(attempts: readonly Attempt[]): Promise<void> {
    await this.#options.tables.transaction().execute(async (transaction) => {
      const rows = attempts.map(
        ({ sink, event, state, attempts: count, at, durationMs, status, error }) =>
          sql`(cast(${sink} as text), cast(${event} as text), cast(${state} as text), cast(${count} as integer), cast(${at} as bigint), cast(${state === 'PENDING' ? null : at} as bigint), cast(${status} as integer), cast(${Math.round(durationMs)} as integer), cast(${error} as text))`,
      )
      const ended = await sql<{ readonly sink: string; readonly event: string }>`
        with ended (sink, event, state, attempts, attempted_at, finished_at, status, duration_ms, error) as (values ${sql.join(rows)})
        update deliveries set state = ended.state, attempts = ended.attempts, attempted_at = ended.attempted_at, finished_at = ended.finished_at,
          status = ended.status, duration_ms = ended.duration_ms, error = ended.error
        from ended where deliveries.sink = ended.sink and deliveries.event = ended.event and deliveries.state = 'PENDING'
        returning deliveries.sink, deliveries.event`.execute(transaction)
      // What ended already, or was forgotten, must not be counted off its lane: that would let go of the lane while more waits in it.
      const counting = new Set(ended.rows.map(({ sink, event }) => `${sink} ${event}`))
      const counted = attempts.filter(({ sink, event }) => counting.has(`${sink} ${event}`))
      if (counted.length === 0) return
      const lanes = counted.map(({ sink, lane, state, dueAt, at }) => sql`(cast(${sink} as text), cast(${lane} as text), cast(${state === 'PENDING' ? 0 : 1} as integer), cast(${state === 'PENDING' ? (dueAt ?? at) : null} as bigint))`)
      await sql`
        with ended (sink, lane, done, due_at) as (values ${sql.join(lanes)})
        update lanes set pending = lanes.pending - ended.done, due_at = coalesce(ended.due_at, lanes.due_at)
        from ended where lanes.sink = ended.sink and lanes.lane = ended.lane`.execute(transaction)
      await sql`delete from lanes where pending <= 0 and (sink, lane) in (values ${sql.join(counted.map(({ sink, lane }) => sql`(${sink}, ${lane})`))})`.execute(transaction)
    })
  }

  async #forgetOldest(sink: string, state: 'DELIVERED' | 'DEAD', limit: number): Promise<number> {
    return this.#options.tables.transaction().execute(async (transaction) => {
      const rows = await transaction
        .selectFrom('deliveries')
        .select(['event', 'base'])
        .where('sink', '=', sink)
        .where('state', '=', state)
        .where(sql<boolean>`finished_at is not null`)
        .orderBy('finished_at')
        .limit(limit)
        .execute()
      if (rows.length === 0) return 0
      await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', rows.map(({ event }) => event)).execute()
      await forgetEvents(rows, transaction)
      return rows.length
    })
  }
}

/** Events are kept while a delivery tells of them, or begins at their old state. */
async function forgetEvents(rows: readonly { readonly event: string; readonly base: string }[], transaction: Transaction<OutboxTables>): Promise<void> {
  const ids = [...new Set(rows.flatMap(({ event, base }) => (base === '' ? [event] : [event, base])))]
  await transaction
    .deleteFrom('journal_events')
    .where('id', 'in', ids)
    .where(sql<boolean>`not exists (select 1 from deliveries where deliveries.event = journal_events.id)`)
    .where(sql<boolean>`not exists (select 1 from deliveries where deliveries.base = journal_events.id and deliveries.base <> '')`)
    .execute()
}

function countBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}

function slices<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const found: (readonly T[])[] = []
  for (let at = 0; at < all.length; at += size) found.push(all.slice(at, at + size))
  return found
}
