import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { GroupCommit } from '../base/group-commit.ts'
import { slices } from '../base/slices.ts'
import { databaseNow } from '../database/database-now.ts'
import type { Writes } from '../database/writes.ts'
import { compact } from './compaction.ts'
import { laneKey, queueLanes, type OutboxTables } from './outbox-tables.ts'
import type { Delivery } from './payload.ts'

/** A delivery to be: what one sink is told of one event. */
export interface NewDelivery {
  readonly sink: string
  readonly event: string
  readonly lane: string
  readonly type: string
  readonly reason: string | null
}

/** A lane in hand, with the first of its deliveries. */
export interface Claim {
  readonly delivery: Delivery
  /** Names this hold among all that there ever were. */
  readonly holder: string
  /** On the monotonic clock: from then on somebody else may hold it. */
  readonly until: number
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
  /** A transaction that may be lost with the machine, not with the process: what was sent is sent again then. */
  readonly relaxed: <T>(work: (transaction: Transaction<OutboxTables>) => Promise<T>) => Promise<T>
  /** Other processes deliver from it too: lanes are held by leases. */
  readonly shared: boolean
  readonly clock: Clock
}

interface Ended {
  readonly claim: Claim
  readonly attempt: Attempt
}

/** Outcomes in one transaction, and how long one waits for others. */
const maxOutcomes = 200
const gatherOutcomesMs = 25

/**
 * The deliveries that are due, durable. An object's deliveries to one sink are a lane: a lane is
 * held by one attempt at a time and gives its deliveries out in order, so that one that fails
 * holds back only its own object.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #commits: GroupCommit<Ended, boolean>
  /** Claims that are neither let go of nor at their end: whose outcomes may still come. */
  #inHand = 0

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#commits = new GroupCommit({ commit: (ended) => this.#save(ended), isEnough: (waiting) => waiting >= this.#inHand, maxItems: maxOutcomes, gatherMs: gatherOutcomesMs })
  }

  get shared(): boolean {
    return this.#options.shared
  }

  /** Adds them to the transaction that records the events. `crowded` are sinks whose states in between are left out. */
  async add(deliveries: readonly NewDelivery[], now: number, crowded: ReadonlySet<string>, writes: Writes<OutboxTables>): Promise<ReadonlyMap<string, number>> {
    const added = new Map<string, number>()
    const lanes = new Map<string, { sink: string; lane: string; pending: number }>()
    for (const { sink, lane } of deliveries) {
      const key = `${sink} ${lane}`
      const known = lanes.get(key)
      if (known === undefined) lanes.set(key, { sink, lane, pending: 1 })
      else known.pending += 1
      added.set(sink, (added.get(sink) ?? 0) + 1)
    }
    const pending = { base: '', coalesced: 0, state: 'PENDING', attempts: 0, attempted_at: null, finished_at: null, status: null, duration_ms: null, error: null }
    for (const some of slices(deliveries, 200)) writes.add(writes.transaction.insertInto('deliveries').values(some.map((delivery) => ({ ...delivery, ...pending }))))
    await queueLanes([...lanes.values()], now, writes)
    for (const { sink, lane } of lanes.values()) {
      if (!crowded.has(sink)) continue
      await writes.flush()
      added.set(sink, (added.get(sink) ?? 0) - (await compact(sink, lane, writes.transaction, this.#options.shared)))
    }
    return added
  }

  /**
   * Takes hold of lanes that are due, the longest due first, for `holdMs`. `held` are lanes that
   * this process holds already.
   */
  async claim(sink: string, now: number, limit: number, held: ReadonlySet<string>, holdMs: number): Promise<readonly Claim[]> {
    const { tables, shared, clock } = this.#options
    const until = shared ? clock.monotonic() + holdMs : Infinity
    const holder = shared ? randomUUID() : ''
    const due = tables.selectFrom('lanes').select(['sink', 'lane']).where('sink', '=', sink).where('due_at', '<=', now).orderBy('due_at')
    const rows = shared
      ? await tables
          .with('due', () => due.where('held_until', '<=', databaseNow).limit(limit).forUpdate().skipLocked())
          .updateTable('lanes')
          .from('due')
          .set({ held_until: sql`${databaseNow} + ${holdMs}`, holder })
          .whereRef('lanes.sink', '=', 'due.sink')
          .whereRef('lanes.lane', '=', 'due.lane')
          // A hold that is lost with the server is one that nobody has.
          .where(sql<boolean>`set_config('synchronous_commit', 'off', true) = 'off'`)
          .returning('lanes.lane')
          .execute()
      : await due.limit(limit + held.size).execute()
    const found = rows.map(({ lane }) => lane)
    const lanes = found.filter((lane) => !held.has(lane)).slice(0, limit)
    // One that was emptied here, and filled by another process before that was known here, waits for its turn.
    if (shared) await this.#letGo(sink, found.filter((lane) => held.has(lane)), holder)
    const deliveries = await this.#firsts(sink, lanes)
    await this.#mend(sink, lanes.filter((lane) => !deliveries.some((delivery) => delivery.lane === lane)))
    this.#inHand += deliveries.length
    return deliveries.map((delivery) => ({ delivery, holder, until }))
  }

  /** The same lane with its next delivery; undefined when there is none. */
  async next({ delivery: { sink, lane }, ...hold }: Claim): Promise<Claim | undefined> {
    const [delivery] = await this.#firsts(sink, [lane])
    return delivery === undefined ? undefined : { ...hold, delivery }
  }

  /** Lets go of a lane of which nothing is under way. */
  async release({ delivery: { sink, lane }, holder }: Claim): Promise<void> {
    this.#inHand -= 1
    if (this.#options.shared) await this.#letGo(sink, [lane], holder)
  }

  /** When the next lane is due that is not yet; undefined for none. */
  async nextDue(sink: string, now: number): Promise<number | undefined> {
    const row = await this.#options.tables.selectFrom('lanes').select('due_at').where('sink', '=', sink).where('due_at', '>', now).orderBy('due_at').limit(1).executeTakeFirst()
    return row?.due_at
  }

  /**
   * Settles when the outcome is recorded: only then the next delivery of the lane may be sent.
   * Answers whether the lane has more and is still held; otherwise it was let go of. The same
   * outcome may be saved again when it is not known whether it was.
   */
  async saved(claim: Claim, attempt: Attempt): Promise<boolean> {
    const hasMore = await this.#commits.add({ claim, attempt })
    if (!hasMore) this.#inHand -= 1
    return hasMore
  }

  async #letGo(sink: string, lanes: readonly string[], holder: string): Promise<void> {
    if (lanes.length > 0) await this.#options.tables.updateTable('lanes').set({ held_until: 0, holder: '' }).where('sink', '=', sink).where('lane', 'in', lanes).where('holder', '=', holder).execute()
  }

  /** The first pending delivery of each lane. */
  async #firsts(sink: string, lanes: readonly string[]): Promise<readonly Delivery[]> {
    if (lanes.length === 0) return []
    const { tables } = this.#options
    // The sink with each lane, not once for all: PostgreSQL guesses how much waits for one sink, and would rather read all of it than look for each lane.
    const firsts = sql<{ sink: string; event: string }>`(
      with wanted (sink, lane) as (values ${sql.join(lanes.map((lane) => sql`(${sink}, ${lane})`))})
      select sink, (select min(event) from deliveries where sink = wanted.sink and lane = wanted.lane and state = 'PENDING') as event from wanted)`
    const rows = await tables
      .selectFrom(firsts.as('firsts'))
      .innerJoin('deliveries', (join) => join.onRef('deliveries.sink', '=', 'firsts.sink').onRef('deliveries.event', '=', 'firsts.event'))
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .leftJoin('journal_events as based', 'based.id', 'deliveries.base')
      .select(['deliveries.sink', 'deliveries.event', 'deliveries.lane', 'deliveries.type', 'deliveries.reason', 'deliveries.base', 'deliveries.coalesced', 'deliveries.attempts'])
      .select(['journal_events.cluster', 'journal_events.group', 'journal_events.version', 'journal_events.kind', 'journal_events.namespace', 'journal_events.name', 'journal_events.uid'])
      .select(['journal_events.resource_version', 'journal_events.sequence', 'journal_events.final_state_unknown', 'journal_events.observed_at', 'journal_events.body', 'journal_events.old_body', 'based.old_body as based_body'])
      .execute()
    return rows.map(({ base, body, old_body, based_body, resource_version, final_state_unknown, observed_at, ...row }) => ({
      ...row,
      resourceVersion: resource_version,
      finalStateUnknown: final_state_unknown === 1,
      observedAt: observed_at,
      object: body,
      oldObject: base === '' ? old_body : based_body,
    }))
  }

  /** Lanes that count deliveries which are not there would be claimed for ever. */
  async #mend(sink: string, lanes: readonly string[]): Promise<void> {
    const { tables, shared } = this.#options
    for (const lane of lanes)
      await tables.transaction().execute(async (transaction) => {
        const row = transaction.selectFrom('lanes').select('lane').where('sink', '=', sink).where('lane', '=', lane)
        await (shared ? row.forUpdate() : row).execute()
        const pending = await transaction.selectFrom('deliveries').select('event').where('sink', '=', sink).where('lane', '=', lane).where(sql<boolean>`state = 'PENDING'`).limit(1).executeTakeFirst()
        if (pending === undefined) await transaction.deleteFrom('lanes').where('sink', '=', sink).where('lane', '=', lane).execute()
      })
  }

  async #save(all: readonly Ended[]): Promise<readonly boolean[]> {
    const { relaxed, shared } = this.#options
    return relaxed(async (transaction) => {
      if (shared) await lockLanes(all, transaction)
      const finished = await endDeliveries(all, transaction)
      const left = await endLanes(all, finished, transaction)
      return all.map(({ claim, attempt }) => attempt.state !== 'PENDING' && left.get(laneKey(attempt)) === claim.holder)
    })
  }
}

/** In one order, so that processes that write the same lanes never wait for each other in a circle. */
async function lockLanes(all: readonly Ended[], transaction: Transaction<OutboxTables>): Promise<void> {
  await sql`select 1 from lanes where (sink, lane) in (values ${sql.join(all.map(({ attempt: { sink, lane } }) => sql`(${sink}, ${lane})`))}) order by sink, lane for update`.execute(transaction)
}

/** Answers which were pending until now: what was saved before is not counted again. */
async function endDeliveries(all: readonly Ended[], transaction: Transaction<OutboxTables>): Promise<ReadonlySet<string>> {
  const rows = all.map(({ attempt: { sink, event, state, attempts, at, durationMs, status, error } }) => {
    // PostgreSQL has no character for zero.
    const shown = error?.toWellFormed().replaceAll('\0', '') ?? null
    return sql`(cast(${sink} as text), cast(${event} as text), cast(${state} as text), cast(${attempts} as integer), cast(${at} as bigint), cast(${state === 'PENDING' ? null : at} as bigint), cast(${status} as integer), cast(${Math.round(durationMs)} as integer), cast(${shown} as text))`
  })
  const { rows: ended } = await sql<{ sink: string; event: string }>`
    with ended (sink, event, state, attempts, attempted_at, finished_at, status, duration_ms, error) as (values ${sql.join(rows)})
    update deliveries set state = ended.state, attempts = ended.attempts, attempted_at = ended.attempted_at, finished_at = ended.finished_at,
      status = ended.status, duration_ms = ended.duration_ms, error = ended.error
    from ended where deliveries.sink = ended.sink and deliveries.event = ended.event and deliveries.finished_at is null
    returning deliveries.sink, deliveries.event`.execute(transaction)
  return new Set(ended.map(({ sink, event }) => `${sink} ${event}`))
}

/** Counts what is finished, and lets go of lanes whose delivery failed. Answers the holders of the lanes that have more. */
async function endLanes(all: readonly Ended[], finished: ReadonlySet<string>, transaction: Transaction<OutboxTables>): Promise<ReadonlyMap<string, string>> {
  const isDone = ({ attempt: { sink, event, state } }: Ended) => state !== 'PENDING' && finished.has(`${sink} ${event}`)
  const emptied = await deleteEmptied(all.filter(isDone), transaction)
  const others = all.filter(({ attempt }) => !emptied.has(laneKey(attempt)))
  if (others.length === 0) return new Map()
  const rows = others.map((ended) => {
    const { claim: { holder }, attempt: { sink, lane, state, dueAt, at } } = ended
    return sql`(cast(${sink} as text), cast(${lane} as text), cast(${holder} as text), cast(${isDone(ended) ? 1 : 0} as integer), cast(${state === 'PENDING' ? (dueAt ?? at) : null} as bigint))`
  })
  const { rows: left } = await sql<{ sink: string; lane: string; holder: string }>`
    with ended (sink, lane, holder, done, due_at) as (values ${sql.join(rows)})
    update lanes set pending = lanes.pending - ended.done,
      due_at = case when lanes.holder = ended.holder then coalesce(ended.due_at, lanes.due_at) else lanes.due_at end,
      held_until = case when lanes.holder = ended.holder and ended.due_at is not null then 0 else lanes.held_until end
    from ended where lanes.sink = ended.sink and lanes.lane = ended.lane
    returning lanes.sink, lanes.lane, lanes.holder`.execute(transaction)
  return new Map(left.map((row) => [laneKey(row), row.holder]))
}

/** Most lanes have no other delivery. */
async function deleteEmptied(done: readonly Ended[], transaction: Transaction<OutboxTables>): Promise<ReadonlySet<string>> {
  if (done.length === 0) return new Set()
  const rows = done.map(({ attempt: { sink, lane } }) => sql`(${sink}, ${lane})`)
  const { rows: emptied } = await sql<{ sink: string; lane: string }>`delete from lanes where (sink, lane) in (values ${sql.join(rows)}) and pending <= 1 returning sink, lane`.execute(transaction)
  return new Set(emptied.map(laneKey))
}
