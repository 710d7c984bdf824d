import { sql, type Transaction } from 'kysely'
import type { DeliveryTables } from '../database/delivery-tables.ts'
import { isGiven } from '../database/given-rows.ts'
import type { JournalTables } from '../database/journal-tables.ts'
import type { Writes } from '../database/writes.ts'

export type OutboxTables = DeliveryTables & JournalTables

/** What names a lane. */
export const laneColumns = { sink: 'text', lane: 'text' } as const

/** With `atOnce` lanes that wait for a later attempt are due now. */
export async function queueLanes(lanes: readonly { readonly sink: string; readonly lane: string; readonly pending: number }[], now: number, writes: Writes<OutboxTables>, atOnce = false): Promise<void> {
  // In one order, so that processes that write the same lanes never wait for each other in a circle.
  const sorted = lanes.toSorted((a, b) => (laneKey(a) < laneKey(b) ? -1 : 1))
  await writes.insert('lanes', sorted.map((lane) => ({ ...lane, due_at: now, held_until: 0, holder: '' })), (insert) =>
    // Also a lock: a lane that is being emptied elsewhere is not lost.
    insert.onConflict((conflict) => conflict.columns(['sink', 'lane']).doUpdateSet((set) => ({ pending: sql`lanes.pending + excluded.pending`, ...(atOnce ? { due_at: set.ref('excluded.due_at') } : {}) }))),
  )
}

/** Events are kept while a delivery tells of them, or begins at their old state. To be called when the rows are gone. */
export async function forgetEvents(rows: readonly { readonly event: string; readonly base: string }[], transaction: Transaction<OutboxTables>, shared: boolean): Promise<void> {
  const given = [...new Set(rows.flatMap(({ event, base }) => (base === '' ? [event] : [event, base])))].map((id) => ({ id }))
  // Of two who forget the last deliveries of an event at once, the second sees what the first did.
  if (shared) await transaction.selectFrom('journal_events').select('id').where(isGiven({ id: 'text' }, given, shared)).orderBy('id').forUpdate().execute()
  await transaction
    .deleteFrom('journal_events')
    .where(isGiven({ id: 'text' }, given, shared))
    .where(sql<boolean>`not exists (select 1 from deliveries where deliveries.event = journal_events.id)`)
    .where(sql<boolean>`not exists (select 1 from deliveries where deliveries.base = journal_events.id and deliveries.base <> '')`)
    .execute()
}

export function laneKey({ sink, lane }: { readonly sink: string; readonly lane: string }): string {
  return `${sink} ${lane}`
}
