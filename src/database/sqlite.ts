import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql, type Kysely, type Transaction } from 'kysely'
import { databaseFailed, type OpenedDialect } from './dialect.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/** Only one process may have the file open; its folder is made where there is none. */
export function openSqlite(path: string): OpenedDialect {
  let sqlite: DatabaseSync | undefined
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    sqlite = new DatabaseSync(path, { timeout: 1000 })
    // Held from the first write on, so that a second process fails at its start and not later.
    // Up to `migrated` all or nothing: kysely takes SQLite's definitions for ones that no transaction can hold.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32000; BEGIN IMMEDIATE')
    const file = sqlite
    return { dialect: sqliteDialect(file), text: 'text', name: path, explain, relaxed, migrated: () => file.exec('COMMIT'), close: () => (file.isOpen ? file.close() : undefined) }
  } catch (error) {
    sqlite?.close()
    throw databaseFailed(path, error, explain)
  }
}

/** https://sqlite.org/pragma.html#pragma_synchronous: with a write-ahead log, NORMAL does not wait for the disk. */
async function relaxed<Tables, T>(tables: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
  return tables.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection)
    try {
      return await connection.transaction().execute(work)
    } finally {
      await sql`pragma synchronous = full`.execute(connection)
    }
  })
}

function explain(cause: unknown): string | undefined {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/locked|busy/i.test(message)) return 'another process has it open'
  return /not a database|malformed/i.test(message) ? 'it is damaged, or no database; move it away to begin with an empty one' : undefined
}
