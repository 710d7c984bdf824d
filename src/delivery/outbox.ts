import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { GroupCommit } from '../base/group-commit.ts'
import { databaseNow } from '../database/database-now.ts'
import { givenRows } from '../database/given-rows.ts'
import type { Writes } from '../database/writes.ts'
import { compact } from './compaction.ts'
import { largeBytes } from './fitting.ts'
import { laneColumns, queueLanes, type OutboxTables } from './outbox-tables.ts'
import { saveOutcomes, type Attempt, type Claim, type Ended } from './outcomes.ts'
import type { Delivery, ObjectTexts } from './payload.ts'

/** A delivery to be: what one sink is told of one event. */
export interface NewDelivery {
  readonly sink: string
  readonly event: string
  readonly lane: string
  readonly type: string
  readonly reason: string | null
}

export interface OutboxOptions {
  readonly tables: Kysely<OutboxTables>
  /** A transaction that may be lost with the machine, not with the process: what was sent is sent again then. */
  readonly relaxed: <T>(work: (transaction: Transaction<OutboxTables>) => Promise<T>) => Promise<T>
  /** Other processes deliver from it too: lanes are held by leases. */
  readonly shared: boolean
  readonly clock: Clock
}

/** Outcomes in one transaction, and how long one waits for others. In SQLite the more there are, the fewer pages each of them writes. */
const outcomesAlone = { maxItems: 400, gatherMs: 75, quietMs: 10 }
/** PostgreSQL records them while others are sent: what is sent next must not wait for long. */
const outcomesShared = { maxItems: 200, gatherMs: 25, quietMs: 25 }

/** Of the objects of a delivery; with a base, of one more than it tells of. Read without reading the texts. */
const objectBytes = sql<number>`octet_length(journal_events.body) + coalesce(octet_length(journal_events.old_body), 0) + coalesce(octet_length(based.old_body), 0)`

function unlessLarge(column: string) {
  return sql<string | null>`case when ${objectBytes} <= ${sql.lit(largeBytes)} then ${sql.ref(column)} end`
}

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
  /** What the holders of all claims of this process begin with. */
  readonly #process = `${randomUUID()}/`
  #claims = 0

  constructor(options: OutboxOptions) {
    this.#options = options
    const { relaxed, shared } = options
    this.#commits = new GroupCommit({
      commit: (ended) => relaxed((transaction) => saveOutcomes(ended, transaction, shared)),
      isEnough: (waiting) => waiting >= this.#inHand,
      ...(shared ? outcomesShared : outcomesAlone),
    })
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
    await writes.insert('deliveries', deliveries.map((delivery) => ({ ...delivery, ...pending })))
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
   * this process holds already. Others that the database takes for held by this process are due
   * too: the answer to their claim was lost, or the database broke down and forgot that they were
   * let go of. `isAll` when no more are due, neither beyond the limit nor among `held`.
   */
  async claim(sink: string, now: number, limit: number, held: ReadonlySet<string>, holdMs: number): Promise<{ readonly claims: readonly Claim[]; readonly isAll: boolean }> {
    const { tables, shared, clock } = this.#options
    const until = shared ? clock.monotonic() + holdMs : Infinity
    const holder = shared ? `${this.#process}${(this.#claims += 1)}` : ''
    const due = tables.selectFrom('lanes').select(['sink', 'lane']).where('sink', '=', sink).where('due_at', '<=', now).orderBy('due_at')
    const rows = shared
      ? await tables
          .with('due', () => due.where(sql<boolean>`(held_until <= ${databaseNow} or starts_with(holder, ${this.#process}) and lane <> all(${[...held]}::text[]))`).limit(limit).forUpdate().skipLocked())
          .updateTable('lanes')
          .from('due')
          .set({ held_until: sql`${databaseNow} + ${holdMs}`, holder })
          .whereRef('lanes.sink', '=', 'due.sink')
          .whereRef('lanes.lane', '=', 'due.lane')
          .returning('lanes.lane')
          .execute()
      : await due.limit(limit + held.size).execute()
    const found = rows.map(({ lane }) => lane)
    const lanes = found.filter((lane) => !held.has(lane)).slice(0, limit)
    const isAll = lanes.length === found.length && lanes.length < limit
    // One that was emptied here, and filled by another process before that was known here, waits for its turn.
    if (shared) await this.#letGo(sink, found.filter((lane) => held.has(lane)), holder)
    const firsts = await this.#firsts(sink, lanes)
    const filled = new Set(firsts.map(({ delivery: { lane } }) => lane))
    await this.#mend(sink, lanes.filter((lane) => !filled.has(lane)))
    this.#inHand += firsts.length
    return { claims: firsts.map((first) => ({ ...first, holder, until })), isAll }
  }

  /** The same lane with its next delivery; undefined when there is none. */
  async next({ delivery: { sink, lane }, holder, until }: Claim): Promise<Claim | undefined> {
    const [first] = await this.#firsts(sink, [lane])
    return first === undefined ? undefined : { ...first, holder, until }
  }

  /** The delivery that is to be sent; undefined when its event is gone, since somebody else saw to it. */
  async read({ delivery, objects }: Claim): Promise<Delivery | undefined> {
    const texts = objects ?? (await this.#objectsOf(delivery.sink, delivery.event))
    return texts === undefined ? undefined : { ...delivery, ...texts }
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

  /** The first pending delivery of each lane, in the order of their events: what replaces an object of its name has another lane, and is better not begun with before its end. */
  async #firsts(sink: string, lanes: readonly string[]): Promise<readonly Omit<Claim, 'holder' | 'until'>[]> {
    if (lanes.length === 0) return []
    const { tables, shared } = this.#options
    // The sink with each lane, not once for all: PostgreSQL guesses how much waits for one sink, and would rather read all of it than look for each lane.
    const wanted = givenRows('wanted', laneColumns, lanes.map((lane) => ({ sink, lane })), shared)
    const firsts = sql<{ sink: string; event: string }>`(select sink, (select min(event) from deliveries where sink = wanted.sink and lane = wanted.lane and state = 'PENDING') as event from ${wanted})`
    const rows = await tables
      .selectFrom(firsts.as('firsts'))
      .innerJoin('deliveries', (join) => join.onRef('deliveries.sink', '=', 'firsts.sink').onRef('deliveries.event', '=', 'firsts.event'))
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .leftJoin('journal_events as based', 'based.id', 'deliveries.base')
      .select(['deliveries.sink', 'deliveries.event', 'deliveries.lane', 'deliveries.type', 'deliveries.reason', 'deliveries.base', 'deliveries.coalesced', 'deliveries.attempts'])
      .select(['journal_events.cluster', 'journal_events.group', 'journal_events.version', 'journal_events.kind', 'journal_events.namespace', 'journal_events.name', 'journal_events.uid'])
      .select(['journal_events.resource_version', 'journal_events.sequence', 'journal_events.final_state_unknown', 'journal_events.observed_at'])
      .select([objectBytes.as('bytes'), unlessLarge('journal_events.body').as('body'), unlessLarge('journal_events.old_body').as('old_body'), unlessLarge('based.old_body').as('based_body')])
      .execute()
    rows.sort((a, b) => (a.event < b.event ? -1 : 1))
    return rows.map((row) => ({
      delivery: {
        sink: row.sink,
        event: row.event,
        lane: row.lane,
        type: row.type,
        reason: row.reason,
        coalesced: row.coalesced,
        attempts: row.attempts,
        cluster: row.cluster,
        group: row.group,
        version: row.version,
        kind: row.kind,
        namespace: row.namespace,
        name: row.name,
        uid: row.uid,
        resourceVersion: row.resource_version,
        sequence: row.sequence,
        finalStateUnknown: row.final_state_unknown === 1,
        observedAt: row.observed_at,
      },
      objects: row.body === null ? undefined : { object: row.body, oldObject: row.base === '' ? row.old_body : row.based_body },
      bytes: row.bytes,
    }))
  }

  async #objectsOf(sink: string, event: string): Promise<ObjectTexts | undefined> {
    return this.#options.tables
      .selectFrom('deliveries')
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .leftJoin('journal_events as based', 'based.id', 'deliveries.base')
      .select(['journal_events.body as object', sql<string | null>`case when deliveries.base = '' then journal_events.old_body else based.old_body end`.as('oldObject')])
      .where('deliveries.sink', '=', sink)
      .where('deliveries.event', '=', event)
      .executeTakeFirst()
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
}
