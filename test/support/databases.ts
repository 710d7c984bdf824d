import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sql } from 'kysely'
import { openDatabase, type Database, type DatabaseTarget } from '../../src/database/database.ts'

/** One database that can be closed and opened again, as by a restart. */
export interface TestDatabase {
  open(): Promise<Database>
}

export async function sqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-database-'))
  const path = join(folder, 'watchql.db')
  let open: Database | undefined
  onTestFinished(async () => {
    await open?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    open: async () => {
      await open?.close()
      return (open = await openDatabase({ path }))
    },
  }
}

/** A database of its own on a PostgreSQL server that runs already. */
export async function postgresDatabase(serverUrl: string): Promise<TestDatabase & { readonly url: string }> {
  const name = `t${randomUUID().replaceAll('-', '')}`
  const server = await openDatabase({ ...patient, url: serverUrl })
  await sql`create database ${sql.id(name)}`.execute(server.tables)
  await server.close()
  const url = new URL(serverUrl)
  url.pathname = name
  const opened: Database[] = []
  onTestFinished(async () => {
    for (const database of opened) await database.close()
  })
  return {
    url: url.href,
    open: async () => {
      const database = await openDatabase({ ...patient, url: url.href })
      opened.push(database)
      return database
    },
  }
}

const patient = { connections: 5, timeoutMs: 5000 } satisfies Partial<DatabaseTarget>
