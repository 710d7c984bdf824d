import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../../src/database/database.ts'

async function file(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-database-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'watchql.db')
}

/** Changes a database as something else than the service does. */
function meddle(path: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(path)
  for (const statement of statements) database.exec(statement)
  database.close()
}

const failure = (message: string) => ({ code: 'DATABASE_FAILED', message: expect.stringContaining(message) as string })

describe('a database', () => {
  it('is refused when its pages are damaged', async () => {
    const path = await file()
    await (await openDatabase({ path })).close()
    const handle = await open(path, 'r+')
    const { size } = await handle.stat()
    await handle.write(Buffer.alloc(size - 4096, 'x'), 0, size - 4096, 4096)
    await handle.close()
    await expect(openDatabase({ path })).rejects.toMatchObject(failure('it is damaged'))
  })

  it('is refused when a newer version of the service made it', async () => {
    const path = await file()
    await (await openDatabase({ path })).close()
    meddle(path, "INSERT INTO kysely_migration VALUES ('2999-01-01-wonders', '2999-01-01T00:00:00Z')")
    await expect(openDatabase({ path })).rejects.toMatchObject(failure('a newer version of the service made it'))
  })

  it('is refused where nothing can be written', async () => {
    const path = await file()
    meddle(path)
    await expect(openDatabase({ path: join(path, 'watchql.db') })).rejects.toMatchObject(failure(`Cannot use the database ${path}`))
  })

  it('is brought up to date as a whole or not at all', async () => {
    const path = await file()
    meddle(path, 'CREATE TABLE lanes (x)')
    await expect(openDatabase({ path })).rejects.toMatchObject(failure('lanes'))
    meddle(path, 'DROP TABLE lanes')
    const database = await openDatabase({ path })
    expect(await database.tables.selectFrom('lanes').selectAll().execute()).toEqual([])
    await database.close()
  })

  it('says why a transaction failed though SQLite has ended it already', async () => {
    const path = await file()
    const database = await openDatabase({ path })
    onTestFinished(() => database.close())
    const { tables } = database
    await sql`pragma max_page_count = 1`.execute(tables)
    const filling = tables.transaction().execute(async (transaction) => {
      for (let i = 0; i < 1000; i += 1) await transaction.insertInto('journal').values({ name: String(i), value: 'x'.repeat(10_000) }).execute()
    })
    await expect(filling).rejects.toThrow('database or disk is full')
    expect(await tables.selectFrom('journal').selectAll().execute()).toEqual([])
  })
})
