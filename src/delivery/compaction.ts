import { sql, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'
import { forgetEvents, type OutboxTables } from './outbox-tables.ts'

/**
 * Leaves out states in between: a MODIFIED that another change of its object follows. What was
 * sent already, or may be under way, stays as it is, since it may come again under its id: those
 * that were tried, and the first that was not. Within a transaction that has the lane locked.
 * Answers how many were left out.
 */
export async function compact(sink: string, lane: string, transaction: Transaction<OutboxTables>, shared: boolean): Promise<number> {
  const rows = await transaction
    .selectFrom('deliveries')
    .select(['event', 'type', 'base', 'coalesced', 'attempted_at'])
    .where('sink', '=', sink)
    .where('lane', '=', lane)
    .where(sql<boolean>`state = 'PENDING'`)
    .orderBy('event')
    .execute()
  const untried = rows.slice(rows.findLastIndex(({ attempted_at }) => attempted_at !== null) + 1)
  const dropped: string[] = []
  let carried: { base: string; coalesced: number } | undefined
  for (const [at, row] of untried.entries()) {
    const next = untried[at + 1]
    const base = carried?.base ?? row.base
    const coalesced = row.coalesced + (carried?.coalesced ?? 0)
    if (at > 0 && row.type === 'MODIFIED' && (next?.type === 'MODIFIED' || next?.type === 'DELETED')) {
      dropped.push(row.event)
      carried = { base: base === '' ? row.event : base, coalesced: coalesced + 1 }
    } else if (carried !== undefined) {
      await transaction.updateTable('deliveries').set({ base: row.type === 'MODIFIED' ? base : '', coalesced }).where('sink', '=', sink).where('event', '=', row.event).execute()
      carried = undefined
    }
  }
  if (dropped.length === 0) return 0
  for (const some of slices(dropped, 500)) {
    await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', some).execute()
    await forgetEvents(some.map((event) => ({ event, base: '' })), transaction, shared)
  }
  await transaction.updateTable('lanes').set({ pending: sql`pending - ${dropped.length}` }).where('sink', '=', sink).where('lane', '=', lane).execute()
  return dropped.length
}
