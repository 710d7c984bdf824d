import { sql, type Kysely, type Selectable } from 'kysely'
import { WatchqlError } from '../base/errors.ts'
import { databaseNow } from '../database/database-now.ts'
import type { Writes } from '../database/writes.ts'
import type { GroupKind } from '../model/resource.ts'
import type { SinkOrigin, SinkDefinition, SinkState } from '../model/sink.ts'
import type { OutboxTables } from './outbox-tables.ts'

export interface SavedSink {
  readonly definition: SinkDefinition
  readonly origin: SinkOrigin
  readonly state: SinkState
  readonly reason?: string
  readonly createdAt: number
}

const sinkColumns = ['origin', 'state', 'reason', 'definition', 'created_at'] as const

/** The sinks as they survive a restart, and which kinds each has begun with. Rejects with DATABASE_FAILED. */
export class SavedSinks {
  readonly #tables: Kysely<OutboxTables>

  constructor(tables: Kysely<OutboxTables>) {
    this.#tables = tables
  }

  async all(): Promise<readonly SavedSink[]> {
    return (await attempt(this.#tables.selectFrom('sinks').select(sinkColumns).orderBy('created_at').orderBy('id').execute())).map(sinkOf)
  }

  async find(id: string): Promise<SavedSink | undefined> {
    const row = await attempt(this.#tables.selectFrom('sinks').select(sinkColumns).where('id', '=', id).executeTakeFirst())
    return row === undefined ? undefined : sinkOf(row)
  }

  /** Says that a configuration declares these at this time. Where the database is shared, as all that follows. */
  async touch(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await attempt(this.#tables.updateTable('sinks').set({ seen_at: databaseNow }).where('id', 'in', ids).execute())
  }

  /** Those of configurations that nobody has declared for so long. */
  async unseen(forMs: number): Promise<readonly string[]> {
    const rows = await attempt(this.#tables.selectFrom('sinks').select('id').where('origin', '=', 'CONFIG').where('seen_at', '<', sql<number>`${databaseNow} - ${forMs}`).execute())
    return rows.map(({ id }) => id)
  }

  /** How many deliveries are pending, by sink. */
  async pending(): Promise<ReadonlyMap<string, number>> {
    const rows = await attempt(this.#tables.selectFrom('lanes').select(['sink', (lanes) => lanes.fn.sum<number>('pending').as('pending')]).groupBy('sink').execute())
    return new Map(rows.map(({ sink, pending }) => [sink, pending]))
  }

  async save({ definition, origin, state, reason, createdAt }: SavedSink): Promise<void> {
    // The secrets of what a file declares stay in that file.
    const values = { origin, definition: JSON.stringify(origin === 'CONFIG' ? withoutSecrets(definition) : definition), state, reason: reason ?? null }
    await attempt(
      this.#tables
        .insertInto('sinks')
        .values({ id: definition.id, ...values, created_at: createdAt, seen_at: 0 })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute(),
    )
  }

  async remove(id: string): Promise<void> {
    await attempt(this.#tables.deleteFrom('sinks').where('id', '=', id).execute())
    await attempt(this.#tables.deleteFrom('sink_kinds').where('sink', '=', id).execute())
  }

  /** The keys of all sinks' kinds, as `begunKey` makes them. */
  async begun(): Promise<Set<string>> {
    const rows = await attempt(this.#tables.selectFrom('sink_kinds').select(['sink', 'cluster', 'group', 'kind']).execute())
    return new Set(rows.map((row) => begunKey(row.sink, row.cluster, row)))
  }

  /** Those for which something is still due though they are no more. */
  async orphans(): Promise<readonly string[]> {
    const rows = await attempt(
      this.#tables
        .selectFrom('lanes')
        .select('sink')
        .distinct()
        .where('sink', 'not in', (known) => known.selectFrom('sinks').select('id'))
        .execute(),
    )
    return rows.map(({ sink }) => sink)
  }
}

/** With the transaction that puts the last of what there is of a kind in the outbox. */
export function saveBegun(sinks: readonly string[], cluster: string, { group, kind }: GroupKind, writes: Writes<OutboxTables>): void {
  if (sinks.length === 0) return
  writes.add(
    writes.transaction
      .insertInto('sink_kinds')
      .values(sinks.map((sink) => ({ sink, cluster, group, kind })))
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export function begunKey(sink: string, cluster: string, { group, kind }: GroupKind): string {
  return JSON.stringify([sink, cluster, group, kind])
}

function sinkOf({ origin, state, reason, definition, created_at }: Pick<Selectable<OutboxTables['sinks']>, (typeof sinkColumns)[number]>): SavedSink {
  return { definition: JSON.parse(definition) as SinkDefinition, origin: origin as SinkOrigin, state: state as SinkState, createdAt: created_at, ...(reason === null ? {} : { reason }) }
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new WatchqlError('DATABASE_FAILED', `The database refused: ${error instanceof Error ? error.message : String(error)}.`, { cause: error })
  }
}

function withoutSecrets(definition: SinkDefinition): SinkDefinition {
  if (definition.type !== 'WEBHOOK') return definition
  const { tls: _tls, ...rest } = definition
  return { ...rest, keys: [], headers: {} }
}
