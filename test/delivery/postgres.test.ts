import { afterAll, beforeAll } from 'vitest'
import { journalContract } from '../contract/suites/journal.ts'
import { outboxContract, sharedOutboxContract } from '../contract/suites/outbox.ts'
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
