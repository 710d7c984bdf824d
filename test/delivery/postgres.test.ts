import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { journalContract } from '../contract/suites/journal.ts'
import { outboxContract, outboxOf } from '../contract/suites/outbox.ts'
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

it.each([
  ['knows nothing of its tables', 0],
  ['counted them when nothing of the sink was there', 300],
])('reads no more of a backlog than is claimed, ended, forgotten, put back and left out, also where the server %s', { timeout: 60_000 }, async (_name, others) => {
  const waiting = 20_000
  const database = await postgresDatabase(server.url)
  const filling = await database.open()
  const { add } = outboxOf(filling)
  if (others > 0) {
    await add(Array.from({ length: others }, (_, i) => `other${i} MODIFIED Node`))
    await sql`update deliveries set sink = 'other'`.execute(filling.tables)
    await sql`update lanes set sink = 'other'`.execute(filling.tables)
    await sql`vacuum analyze`.execute(filling.tables)
  }
  // One as usual, and its likes.
  await add(['o'])
  await sql`insert into journal_events select id || '-' || i, cluster, "group", version, kind, namespace, name, uid, resource_version, sequence, type, reason, final_state_unknown, observed_at, body, old_body from journal_events, generate_series(1, ${waiting}) as i where kind = 'Pod'`.execute(filling.tables)
  await sql`insert into deliveries (sink, event, lane, type, base, coalesced, state, attempts) select sink, event || '-' || i, lane || i, type, base, coalesced, state, attempts from deliveries, generate_series(1, ${waiting}) as i where sink = 's'`.execute(filling.tables)
  await sql`insert into lanes select sink, lane || i, pending, due_at, held_until, holder from lanes, generate_series(1, ${waiting}) as i where sink = 's'`.execute(filling.tables)
  await filling.close()
  const reading = await database.open()
  // A session tells what it read at its end.
  const otherSessions = () => sql`select pid from pg_stat_activity where datname = current_database() and application_name = 'watchql' and pid <> pg_backend_pid()`.execute(reading.tables)
  await expect.poll(async () => (await otherSessions()).rows).toEqual([])
  await sql`select pg_stat_reset()`.execute(reading.tables)
  const working = await database.open()
  const { outbox, upkeep, claims, end, add: addMore } = outboxOf(working)
  const claimed = [...(await claims()).values()]
  expect(claimed).toHaveLength(10)
  await Promise.all(claimed.map((claim) => end(claim)))
  for (const claim of (await claims()).values()) await outbox.next(claim)
  expect(await upkeep.prune('s')).toBe(8)
  expect(await upkeep.redeliver('s', { state: 'DELIVERED' }, 1000, 10)).toBe(2)
  await addMore(['o11 MODIFIED Again', 'o11 MODIFIED Again'], ['s'])
  await working.close()
  const read = async () => {
    const { rows } = await sql<{ read: number }>`select (select sum(seq_tup_read) from pg_stat_user_tables) + (select sum(idx_tup_read) from pg_stat_user_indexes) as read`.execute(reading.tables)
    return rows[0]?.read ?? 0
  }
  await expect.poll(read).toBeGreaterThan(20)
  expect(await read()).toBeLessThan(waiting / 8)
})
