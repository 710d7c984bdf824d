import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDatabase, type Database } from '../../src/database/database.ts'

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
      return (open = await openDatabase(path))
    },
  }
}
