import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SqliteDialect, type SqliteDatabase } from 'kysely'
import { LRUCache } from 'lru-cache'

/** Texts differ by how many rows they are about: some dozens are in use at a time. */
const maxStatements = 500

/** Lets kysely speak with Node's own SQLite, which needs nothing compiled or downloaded. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const statements = new LRUCache<string, { readonly statement: StatementSync; readonly reader: boolean }>({ max: maxStatements })
  const prepared = (text: string) => {
    const known = statements.get(text)
    if (known !== undefined) return known
    const statement = database.prepare(text)
    const made = { statement, reader: statement.columns().length > 0 }
    statements.set(text, made)
    return made
  }
  const adapted: SqliteDatabase = {
    close: () => database.close(),
    prepare: (text) => {
      const { statement, reader } = prepared(text)
      type Values = Parameters<typeof statement.all>
      return {
        reader,
        all: (values) => statement.all(...(values as Values)),
        run: (values) => statement.run(...(values as Values)),
        iterate: (values) => statement.iterate(...(values as Values)),
      }
    },
  }
  return new SqliteDialect({ database: adapted })
}
