import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { WatchqlError } from '../base/errors.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { deliveryMigrations, type DeliveryTables } from './delivery-tables.ts'
import { journalMigrations, type JournalTables } from './journal-tables.ts'
import { watchesMigrations, type WatchesTables } from './saved-watches.ts'

/** All tables of the service; each module brings its own. */
export type Tables = WatchesTables & JournalTables & DeliveryTables

/** In the order in which they came to be; never changed once released. */
const migrations: Readonly<Record<string, Migration>> = { ...watchesMigrations, ...journalMigrations, ...deliveryMigrations }

export interface Database {
  readonly tables: Kysely<Tables>
  /** Whether other processes write it too, so that rows must be locked. */
  readonly shared: boolean
  /** Whether it is there after a restart. */
  readonly lasting: boolean
  close(): Promise<void>
}

/**
 * Opens the service's own database, makes it where there is none, and brings its tables up to
 * date. Only one process may have it open. Rejects with DATABASE_FAILED, which names the file
 * and the reason: another process has it, it is no database, a newer version of the service
 * made it, or the disk refuses. `:memory:` is forgotten with the process.
 */
export async function openDatabase(path: string): Promise<Database> {
  let sqlite: DatabaseSync | undefined
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    sqlite = new DatabaseSync(path, { timeout: 1000 })
    // Held from the first write on, so that a second process fails at its start and not later.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
    const tables = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) })
    const { error } = await new Migrator({ db: tables, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } }).migrateToLatest()
    if (error !== undefined) throw error
    // All or nothing: kysely takes SQLite's definitions for ones that no transaction can hold.
    sqlite.exec('COMMIT')
    return { tables, shared: false, lasting: path !== ':memory:', close: () => tables.destroy() }
  } catch (error) {
    sqlite?.close()
    throw databaseFailed(path, error)
  }
}

function databaseFailed(path: string, cause: unknown): WatchqlError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const reason = /locked|busy/i.test(message)
    ? 'another process has it open'
    : /not a database|malformed/i.test(message)
      ? 'it is damaged, or no database; move it away to begin with an empty one'
      : /corrupted migrations/i.test(message)
        ? 'a newer version of the service made it'
        : message
  return new WatchqlError('DATABASE_FAILED', `Cannot use the database ${path}: ${reason}.`, { cause })
}
