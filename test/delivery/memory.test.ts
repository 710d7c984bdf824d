import { afterAll, beforeAll, it } from 'vitest'
import { startPostgres } from '../servers/postgres.ts'
import { postgresDatabase } from '../support/databases.ts'
import { openLittleService, outlivesItsDatabase } from '../support/little-service.ts'

let postgres: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const outages = {
  killed: { away: () => postgres.kill(), back: () => postgres.restart() },
  // Connections stay open, and nothing answers.
  stopped: { away: () => postgres.pause(), back: () => postgres.resume() },
}

it.each(['killed', 'stopped'] as const)('changes of large objects wait for a PostgreSQL that was %s, as many as memory has room for; the latest states are told when it is back', async (how) => {
  const { url } = await postgresDatabase(postgres.url)
  await outlivesItsDatabase(await openLittleService({ database: { url }, maxWaitingBytes: 16e6 }), outages[how])
})
