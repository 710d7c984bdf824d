import { sql, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'
import { forgetEvents, type OutboxTables } from './outbox-tables.ts'

/**
 * Leaves out states in between: a MODIFIED that another change of its object follows. What was
 * tried already stays as it is, so that an id never comes with other bytes; and so does the first
 * that was not, which may be under way. Within a transaction that has the lane locked. Answers
 * how many were left out.
 */
export async function compact(sink: string, lane: string, transaction: Transaction<OutboxTables>, shared: boolean): Promise<number> {
  const rows = await transaction
    .selectFrom('deliveries')
    .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
    .select(['event', 'deliveries.type', 'base', 'coalesced', 'group', 'kind'])
    .where('sink', '=', sink)
    .where('lane', '=', lane)
    .where(sql<boolean>`state = 'PENDING'`)
    .where('attempted_at', 'is', null)
    .orderBy('event')
    .execute()
  const dropped: { readonly event: string; readonly base: string }[] = []
  let carried: { base: string; coalesced: number } | undefined
  for (const [at, row] of rows.entries()) {
    // An object that is served in two groups has one uid, and a final state in each.
    const [previous, next] = [rows[at - 1], rows[at + 1]].map((other) => (other?.group === row.group && other.kind === row.kind ? other : undefined))
    const base = carried?.base ?? row.base
    const coalesced = row.coalesced + (carried?.coalesced ?? 0)
    if (previous !== undefined && row.type === 'MODIFIED' && (next?.type === 'MODIFIED' || next?.type === 'DELETED')) {
      dropped.push(row)
      carried = { base: base === '' ? row.event : base, coalesced: coalesced + 1 }
    } else if (carried !== undefined) {
      await transaction.updateTable('deliveries').set({ base: row.type === 'MODIFIED' ? base : '', coalesced }).where('sink', '=', sink).where('event', '=', row.event).execute()
      carried = undefined
    }
  }
  if (dropped.length === 0) return 0
  for (const some of slices(dropped, 500)) {
    await transaction.deleteFrom('deliveries').where('sink', '=', sink).where('event', 'in', some.map(({ event }) => event)).execute()
    await forgetEvents(some, transaction, shared)
  }
  await transaction.updateTable('lanes').set({ pending: sql`pending - ${dropped.length}` }).where('sink', '=', sink).where('lane', '=', lane).execute()
  return dropped.length
}
