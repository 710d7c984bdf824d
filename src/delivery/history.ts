import { sql, type Kysely } from 'kysely'
import type { DeliveryQuery, DeliveryRecord, DeliveryState } from '../model/delivery-record.ts'
import type { OutboxTables } from './outbox-tables.ts'

/** Reads the deliveries of one sink, kind by kind and in the order of their events. */
export class DeliveryHistory {
  readonly #tables: Kysely<OutboxTables>

  constructor(tables: Kysely<OutboxTables>) {
    this.#tables = tables
  }

  async page({ sink, state, uid, limit, after }: DeliveryQuery): Promise<readonly DeliveryRecord[]> {
    let query = this.#tables
      .selectFrom('deliveries')
      .innerJoin('journal_events', 'journal_events.id', 'deliveries.event')
      .select(['event', 'deliveries.type', 'deliveries.reason', 'state', 'cluster', 'group', 'version', 'kind', 'namespace', 'name', 'uid', 'resource_version', 'observed_at'])
      .select(['attempts', 'attempted_at', 'duration_ms', 'status', 'error', 'coalesced'])
      .where('sink', '=', sink)
    if (state === 'PENDING') query = query.where(sql<boolean>`state = 'PENDING'`)
    else if (state !== undefined) query = query.where('state', '=', state).where(sql<boolean>`finished_at is not null`)
    if (uid !== undefined) query = query.where('lane', '=', uid)
    if (after !== undefined) query = query.where('event', '>', after)
    const rows = await query.orderBy('event').limit(limit).execute()
    return rows.map((row) => ({
      event: row.event,
      type: row.type,
      reason: row.reason,
      state: row.state as DeliveryState,
      cluster: row.cluster,
      kind: { group: row.group, version: row.version, kind: row.kind },
      namespace: row.namespace === '' ? null : row.namespace,
      name: row.name,
      uid: row.uid,
      resourceVersion: row.resource_version,
      observedAt: row.observed_at,
      attempts: row.attempts,
      attemptedAt: row.attempted_at,
      durationMs: row.duration_ms,
      status: row.status,
      error: row.error,
      coalesced: row.coalesced,
    }))
  }
}
