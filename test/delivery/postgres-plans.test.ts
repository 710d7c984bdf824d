import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase, type Database } from '../../src/database/database.ts'
import type { JournalTables } from '../../src/database/journal-tables.ts'
import { JournalStore, type JournalReader } from '../../src/journal/journal-store.ts'
import { Leases } from '../../src/journal/leases.ts'
import type { Observation } from '../../src/journal/transitions.ts'
import type { Resource } from '../../src/model/resource.ts'
import { outboxOf } from '../contract/suites/outbox.ts'
import { startPostgres } from '../servers/postgres.ts'
import { postgresDatabase, type TestDatabase } from '../support/databases.ts'

let server: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const many = 20_000
/** What a server may believe of tables that have just been filled. */
const beliefs = [
  ['knows nothing of its tables', false],
  ['counted its tables when something else was in them', true],
] as const

describe.each(beliefs)('a PostgreSQL server that %s', (_name, counted) => {
  it('reads no more of a backlog than is claimed, ended, forgotten, put back and left out', { timeout: 60_000 }, async () => {
    const database = await postgresDatabase(server.url)
    const filling = await database.open()
    const { add } = outboxOf(filling)
    if (counted) {
      await add(Array.from({ length: 300 }, (_, i) => `other${i} MODIFIED Node`))
      await sql`update deliveries set sink = 'other'`.execute(filling.tables)
      await sql`update lanes set sink = 'other'`.execute(filling.tables)
      await sql`vacuum analyze`.execute(filling.tables)
    }
    // One as usual, and its likes.
    await add(['o'])
    await sql`insert into journal_events select id || '-' || i, cluster, "group", version, kind, namespace, name, uid, resource_version, sequence, type, reason, final_state_unknown, observed_at, body, old_body from journal_events, generate_series(1, ${many}) as i where kind = 'Pod'`.execute(filling.tables)
    await sql`insert into deliveries (sink, event, lane, type, base, coalesced, state, attempts) select sink, event || '-' || i, lane || i, type, base, coalesced, state, attempts from deliveries, generate_series(1, ${many}) as i where sink = 's'`.execute(filling.tables)
    await sql`insert into lanes select sink, lane || i, pending, due_at, held_until, holder from lanes, generate_series(1, ${many}) as i where sink = 's'`.execute(filling.tables)
    await filling.close()

    const read = await rowsRead(database, async (working) => {
      const { outbox, upkeep, claims, end, add: addMore } = outboxOf(working)
      const claimed = [...(await claims()).values()]
      expect(claimed).toHaveLength(10)
      await Promise.all(claimed.map((claim) => end(claim)))
      for (const claim of (await claims()).values()) await outbox.next(claim)
      expect(await upkeep.prune('s')).toBe(8)
      expect(await upkeep.redeliver('s', { state: 'DELIVERED' }, 1000, 10)).toBe(2)
      await addMore(['o11 MODIFIED Again', 'o11 MODIFIED Again'], ['s'])
    })
    expect(read).toBeLessThan(many / 8)
  })

  it('reads no more of what is recorded of a kind than what changed', { timeout: 60_000 }, async () => {
    const database = await postgresDatabase(server.url)
    const filling = await database.open()
    const fill = (name: string, count: number) => sql`insert into journal_objects select 'c', '', ${name}, 'shop/o' || i, 'v1', 'uid-' || i, '1', '{"kind":"Pod"}' from generate_series(1, cast(${count} as integer)) as i`.execute(filling.tables)
    if (counted) {
      await fill('Node', 300)
      await sql`vacuum analyze`.execute(filling.tables)
    }
    await fill('Pod', many)
    await filling.close()

    const read = await rowsRead(database, async (working) => {
      const record = await recording(working)
      await record([...Array.from({ length: 10 }, (_, i) => there(i + 1)), ...Array.from({ length: 10 }, (_, i) => gone(i + 101))])
      expect(await (working.tables as unknown as Kysely<JournalTables>).selectFrom('journal_objects').select('key').where('resource_version', '=', '2').where('key', 'in', ['shop/o1', 'shop/o101']).execute()).toEqual([{ key: 'shop/o1' }])
    })
    expect(read).toBeLessThan(many / 8)
  })
})

it('compiles once for each connection what it is asked again and again, whatever the number of rows', { timeout: 60_000 }, async () => {
  const { url } = await postgresDatabase(server.url)
  const database = await openDatabase({ url, connections: 1, timeoutMs: 5000 })
  onTestFinished(() => database.close())
  const { add, claims, end } = outboxOf(database)
  const record = await recording(database)
  const rounds = 9
  for (let round = 1; round <= rounds; round += 1) {
    await add(Array.from({ length: round }, (_, i) => `${round}-${i}`))
    await Promise.all([...(await claims()).values()].map((claim) => end(claim)))
    await record(Array.from({ length: round * 2 }, (_, i) => (i % 2 === 0 ? there(i) : gone(i))))
  }
  const { rows } = await sql<{ statement: string; calls: number; custom_plans: number }>`select statement, generic_plans + custom_plans as calls, custom_plans from pg_prepared_statements`.execute(database.tables)
  for (const written of ['insert into "deliveries"', 'insert into "journal_objects"', 'update deliveries', 'delete from lanes', 'for update skip locked']) {
    const found = rows.filter(({ statement }) => statement.includes(written))
    // The first few come as any other.
    expect(found, written).toEqual([expect.objectContaining({ calls: rounds - 2, custom_plans: 0 })])
  }
})

const pods: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', singular: 'pod', shortNames: [], categories: [], namespaced: true, verbs: [], preferred: true }

const nobody: JournalReader = { wants: () => true, newcomers: () => [], refresh: () => Promise.resolve(), take: () => ({ needOf: () => 'both', write: () => Promise.resolve(), committed: () => undefined }) }

const object = (i: number) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: `o${i}`, uid: `uid-${i}`, resourceVersion: '2' } })
const there = (i: number): Observation => ({ is: 'there', object: object(i) })
const gone = (i: number): Observation => ({ is: 'gone', object: object(i), finalStateUnknown: false })

/** A way to record what was observed of Pods. */
async function recording(database: Database): Promise<(observations: readonly Observation[]) => Promise<unknown>> {
  const tables = database.tables as unknown as Kysely<JournalTables>
  const leases = new Leases({ tables, cluster: 'c', leaseMs: 60_000 })
  const [lease] = await leases.acquire([pods])
  const store = new JournalStore({ tables, holder: leases.holder, keepObjects: true, now: Date.now })
  return (observations) => store.record([{ cluster: 'c', kind: pods, observations, resourceVersion: '3', scope: '{}', initial: false, newcomers: [], complete: false, epoch: lease?.epoch ?? 0 }], nobody)
}

/** How many rows and entries of indexes the server read for what is done. */
async function rowsRead(database: TestDatabase, work: (working: Database) => Promise<void>): Promise<number> {
  const reading = await database.open()
  // A session tells what it read at its end.
  const others = () => sql`select pid from pg_stat_activity where datname = current_database() and application_name = 'watchql' and pid <> pg_backend_pid()`.execute(reading.tables)
  const alone = () => expect.poll(async () => (await others()).rows).toEqual([])
  await alone()
  await sql`select pg_stat_reset()`.execute(reading.tables)
  const working = await database.open()
  await work(working)
  await working.close()
  await alone()
  const { rows } = await sql<{ read: number }>`select (select sum(seq_tup_read) from pg_stat_user_tables) + (select sum(idx_tup_read) from pg_stat_user_indexes) as read`.execute(reading.tables)
  const read = rows[0]?.read ?? 0
  expect(read).toBeGreaterThan(20)
  return read
}
