import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFailed, type OpenedDialect } from './dialect.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/** Only one process may have the file open; its folder is made where there is none. */
export function openSqlite(path: string): OpenedDialect {
  let sqlite: DatabaseSync | undefined
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    sqlite = new DatabaseSync(path, { timeout: 1000 })
    // Held from the first write on, so that a second process fails at its start and not later.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT')
    const file = sqlite
    return { dialect: sqliteDialect(file), text: 'text', name: path, explain, close: () => (file.isOpen ? file.close() : undefined) }
  } catch (error) {
    sqlite?.close()
    throw databaseFailed(path, error, explain)
  }
}

function explain(cause: unknown): string | undefined {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/locked|busy/i.test(message)) return 'another process has it open'
  return /not a database|malformed/i.test(message) ? 'it is damaged, or no database; move it away to begin with an empty one' : undefined
}
