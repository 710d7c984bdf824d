import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, type Transaction } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { deliveryMigrations, type DeliveryTables } from './delivery-tables.ts'
import { databaseFailed, type OpenedDialect, type TextType } from './dialect.ts'
import { journalMigrations, type JournalTables } from './journal-tables.ts'
import { openPostgres, type PostgresTarget } from './postgres.ts'
import { watchesMigrations, type WatchesTables } from './saved-watches.ts'
import { openSqlite } from './sqlite.ts'

/** All tables of the service; each module brings its own. */
export type Tables = WatchesTables & JournalTables & DeliveryTables

/** In the order in which they came to be; never changed once released. */
const migrations = (text: TextType): Record<string, Migration> => ({ ...watchesMigrations, ...journalMigrations(text), ...deliveryMigrations(text) })

/** A file that one process has for itself, or a server that several share. */
export type DatabaseTarget = { readonly path: string } | PostgresTarget

export interface Database {
  readonly tables: Kysely<Tables>
  /** Whether other processes write it too, so that rows must be locked. */
  readonly shared: boolean
  /** Whether it is there after a restart. */
  readonly lasting: boolean
  /**
   * A transaction that is not waited for to reach the disk: it survives the end of this process,
   * and the latest of them may be lost with the machine or the server. None that is later is kept
   * without it.
   */
  readonly relaxed: <T>(work: (transaction: Transaction<Tables>) => Promise<T>) => Promise<T>
  close(): Promise<void>
}

/**
 * Opens the service's own database and brings its tables up to date. Rejects with DATABASE_FAILED,
 * which names the database and the reason: another process has the file, it is no database, a
 * newer version of the service made it, the disk refuses, the server cannot be reached or lets
 * nobody in. The path `:memory:` is forgotten with the process.
 */
export async function openDatabase(target: DatabaseTarget): Promise<Database> {
  const opened = 'path' in target ? openSqlite(target.path) : openPostgres(target)
  const tables = new Kysely<Tables>({ dialect: opened.dialect })
  try {
    await migrate(tables, opened)
    opened.migrated()
    return { tables, shared: 'url' in target, lasting: !('path' in target) || target.path !== ':memory:', relaxed: (work) => opened.relaxed(tables, work), close: () => tables.destroy() }
  } catch (error) {
    await tables.destroy().catch(() => undefined)
    opened.close()
    throw databaseFailed(opened.name, error, (cause) => opened.explain(cause))
  }
}

/** Of several processes that meet an empty database at once, all but one find what they are about to make. */
const madeMeanwhile: ReadonlySet<unknown> = new Set(['23505', '42P07', '42710'])
const maxAttempts = 10
const pauseMs = 200

async function migrate(tables: Kysely<Tables>, { text }: OpenedDialect): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { error } = await new Migrator({ db: tables, provider: { getMigrations: () => Promise.resolve(migrations(text)) } }).migrateToLatest()
    if (error === undefined) return
    if (attempt === maxAttempts || !madeMeanwhile.has((error as { readonly code?: unknown }).code)) throw error
    await sleep(pauseMs)
  }
}
