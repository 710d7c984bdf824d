import { sql, type Transaction } from 'kysely'
import { givenRows, isGiven } from '../database/given-rows.ts'
import { laneColumns, laneKey, type OutboxTables } from './outbox-tables.ts'
import type { DeliveryHead, ObjectTexts } from './payload.ts'

/** A lane in hand, with the first of its deliveries. */
export interface Claim {
  readonly delivery: DeliveryHead
  /** Undefined where they are large: to be read when it is their turn. */
  readonly objects: ObjectTexts | undefined
  /** Of the objects. */
  readonly bytes: number
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

/** An attempt, and the lane that is held for it. */
export interface Ended {
  readonly claim: Claim
  readonly attempt: Attempt
}

/** Records how attempts ended. Answers for each whether its lane has more and is still held; the others are let go of. */
export async function saveOutcomes(all: readonly Ended[], transaction: Transaction<OutboxTables>, shared: boolean): Promise<readonly boolean[]> {
  if (shared) await lockLanes(all, transaction)
  const finished = await endDeliveries(all, transaction, shared)
  const left = await endLanes(all, finished, transaction, shared)
  return all.map(({ claim, attempt }) => attempt.state !== 'PENDING' && left.get(laneKey(attempt)) === claim.holder)
}

/** In one order, so that processes that write the same lanes never wait for each other in a circle. */
async function lockLanes(all: readonly Ended[], transaction: Transaction<OutboxTables>): Promise<void> {
  await sql`select 1 from lanes where ${isGiven(laneColumns, all.map(laneOf), true)} order by sink, lane for update`.execute(transaction)
}

/** Answers which were pending until now: what was saved before is not counted again. */
async function endDeliveries(all: readonly Ended[], transaction: Transaction<OutboxTables>, shared: boolean): Promise<ReadonlySet<string>> {
  const columns = { sink: 'text', event: 'text', state: 'text', attempts: 'integer', attempted_at: 'bigint', finished_at: 'bigint', status: 'integer', duration_ms: 'integer', error: 'text' } as const
  const rows = all.map(({ attempt: { sink, event, state, attempts, at, durationMs, status, error } }) => ({
    sink,
    event,
    state,
    attempts,
    attempted_at: at,
    finished_at: state === 'PENDING' ? null : at,
    status,
    duration_ms: Math.round(durationMs),
    // PostgreSQL has no character for zero.
    error: error?.toWellFormed().replaceAll('\0', '') ?? null,
  }))
  const { rows: ended } = await sql<{ sink: string; event: string }>`
    update deliveries set state = ended.state, attempts = ended.attempts, attempted_at = ended.attempted_at, finished_at = ended.finished_at,
      status = ended.status, duration_ms = ended.duration_ms, error = ended.error
    from ${givenRows('ended', columns, rows, shared)}
    where deliveries.sink = ended.sink and deliveries.event = ended.event and deliveries.finished_at is null
    returning deliveries.sink, deliveries.event`.execute(transaction)
  return new Set(ended.map(({ sink, event }) => `${sink} ${event}`))
}

/** Counts what is finished, and lets go of lanes whose delivery failed. Answers the holders of the lanes that have more. */
async function endLanes(all: readonly Ended[], finished: ReadonlySet<string>, transaction: Transaction<OutboxTables>, shared: boolean): Promise<ReadonlyMap<string, string>> {
  const isDone = ({ attempt: { sink, event, state } }: Ended) => state !== 'PENDING' && finished.has(`${sink} ${event}`)
  const emptied = await deleteEmptied(all.filter(isDone), transaction, shared)
  const others = all.filter(({ attempt }) => !emptied.has(laneKey(attempt)))
  if (others.length === 0) return new Map()
  const columns = { ...laneColumns, holder: 'text', done: 'integer', due_at: 'bigint' } as const
  const rows = others.map((one) => {
    const { claim: { holder }, attempt: { sink, lane, state, dueAt, at } } = one
    return { sink, lane, holder, done: isDone(one) ? 1 : 0, due_at: state === 'PENDING' ? (dueAt ?? at) : null }
  })
  const { rows: left } = await sql<{ sink: string; lane: string; holder: string }>`
    update lanes set pending = lanes.pending - ended.done,
      due_at = case when lanes.holder = ended.holder then coalesce(ended.due_at, lanes.due_at) else lanes.due_at end,
      held_until = case when lanes.holder = ended.holder and ended.due_at is not null then 0 else lanes.held_until end
    from ${givenRows('ended', columns, rows, shared)} where lanes.sink = ended.sink and lanes.lane = ended.lane
    returning lanes.sink, lanes.lane, lanes.holder`.execute(transaction)
  return new Map(left.map((row) => [laneKey(row), row.holder]))
}

/** Most lanes have no other delivery. */
async function deleteEmptied(done: readonly Ended[], transaction: Transaction<OutboxTables>, shared: boolean): Promise<ReadonlySet<string>> {
  if (done.length === 0) return new Set()
  const { rows: emptied } = await sql<{ sink: string; lane: string }>`delete from lanes where ${isGiven(laneColumns, done.map(laneOf), shared)} and pending <= 1 returning sink, lane`.execute(transaction)
  return new Set(emptied.map(laneKey))
}

function laneOf({ attempt: { sink, lane } }: Ended): { readonly sink: string; readonly lane: string } {
  return { sink, lane }
}
