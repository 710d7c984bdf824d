import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { WatchqlError } from '../base/errors.ts'
import type { GroupKind } from '../model/resource.ts'
import type { WantedWatch, WatchOptions } from '../model/watch-options.ts'

export interface WatchesTables {
  readonly watches: {
    readonly cluster: string
    readonly group: string
    readonly kind: string
    /** Empty: whichever the server prefers. */
    readonly version: string
    /** JSON. */
    readonly options: string
    readonly started_at: string
  }
}

export const watchesMigrations: Readonly<Record<string, Migration>> = {
  '2026-11-23-watches': {
    up: async (tables: Kysely<unknown>) => {
      await tables.schema
        .createTable('watches')
        .addColumn('cluster', 'text', (column) => column.notNull())
        .addColumn('group', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('options', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .addPrimaryKeyConstraint('watches_key', ['cluster', 'group', 'kind', 'version'])
        .execute()
    },
  },
}

/** The watches of one cluster that were begun while the service ran, kept for its next start. Rejects with DATABASE_FAILED. */
export class SavedWatches {
  readonly #tables: Kysely<WatchesTables>
  readonly #cluster: string

  constructor(tables: Kysely<WatchesTables>, cluster: string) {
    this.#tables = tables
    this.#cluster = cluster
  }

  async all(): Promise<readonly WantedWatch[]> {
    const rows = await attempt(this.#tables.selectFrom('watches').select(['group', 'kind', 'version', 'options']).where('cluster', '=', this.#cluster).orderBy('started_at').execute())
    return rows.map(({ group, kind, version, options }) => ({ kind: { group, kind, ...(version === '' ? {} : { version }) }, options: JSON.parse(options) as WatchOptions }))
  }

  async save({ kind: { group, kind, version = '' }, options }: WantedWatch): Promise<void> {
    const values = { options: JSON.stringify(options), started_at: new Date().toISOString() }
    await attempt(
      this.#tables
        .insertInto('watches')
        .values({ cluster: this.#cluster, group, kind, version, ...values })
        .onConflict((conflict) => conflict.columns(['cluster', 'group', 'kind', 'version']).doUpdateSet(values))
        .execute(),
    )
  }

  /** In whichever version. */
  async forget({ group, kind }: GroupKind): Promise<void> {
    await attempt(this.#tables.deleteFrom('watches').where('cluster', '=', this.#cluster).where('group', '=', group).where('kind', '=', kind).execute())
  }
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new WatchqlError('DATABASE_FAILED', `The database refused: ${error instanceof Error ? error.message : String(error)}.`, { cause: error })
  }
}
