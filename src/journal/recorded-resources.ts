import type { Kysely } from 'kysely'
import type { JournalTables } from '../database/journal-tables.ts'
import type { Resource } from '../model/resource.ts'

/** How the kinds of a cluster were served when they were last recorded. */
export async function recordedResources(tables: Kysely<Pick<JournalTables, 'journal_kinds'>>, cluster: string): Promise<readonly Resource[]> {
  const rows = await tables.selectFrom('journal_kinds').select('resource').where('cluster', '=', cluster).where('resource', '<>', '').execute()
  return rows.map(({ resource }) => JSON.parse(resource) as Resource)
}
