import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { journalContract } from '../contract/suites/journal.ts'
import { outboxContract } from '../contract/suites/outbox.ts'
import { sharedOutboxContract } from '../contract/suites/shared-outbox.ts'
import { startPostgres } from '../servers/postgres.ts'
import { postgresDatabase } from '../support/databases.ts'

let server: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

journalContract('PostgreSQL', () => postgresDatabase(server.url))
outboxContract('PostgreSQL', () => postgresDatabase(server.url))
sharedOutboxContract('PostgreSQL', () => postgresDatabase(server.url))

it('goes on with another connection when a newer replica has changed what a prepared statement answers', async () => {
  const { url } = await postgresDatabase(server.url)
  const database = await openDatabase({ url, connections: 1, timeoutMs: 5000 })
  onTestFinished(() => database.close())
  const { tables } = database
  const sinks = () => tables.selectFrom('sinks').selectAll().execute()
  for (let i = 0; i < 5; i += 1) await sinks()
  await sql`alter table sinks add column later text`.execute(tables)
  await expect(sinks()).rejects.toThrow('cached plan')
  expect(await sinks()).toEqual([])
})

it('outlives a connection that ends while a transaction has it and asks nothing, and goes on with another', async () => {
  const { tables } = await (await postgresDatabase(server.url)).open()
  const broken = tables.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction)
    await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(tables)
    await sleep(100)
    return transaction.selectFrom('sinks').selectAll().execute()
  })
  await expect(broken).rejects.toThrow()
  expect(await tables.selectFrom('sinks').selectAll().execute()).toEqual([])
})
