import type { DatabaseSync } from 'node:sqlite'
import { SqliteDialect, type SqliteDatabase } from 'kysely'

/** Lets kysely speak with Node's own SQLite, which needs nothing compiled or downloaded. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const adapted: SqliteDatabase = {
    close: () => database.close(),
    prepare: (text) => {
      const statement = database.prepare(text)
      type Values = Parameters<typeof statement.all>
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as Values)),
        // SQLite ends a transaction itself when the disk is full; that there is none any more would hide why.
        run: (values) => (/^rollback$/i.test(text) && !database.isTransaction ? { changes: 0, lastInsertRowid: 0 } : statement.run(...(values as Values))),
        iterate: (values) => statement.iterate(...(values as Values)),
      }
    },
  }
  return new SqliteDialect({ database: adapted })
}
