import { LRUCache } from 'lru-cache'
import { objectOf } from './coalesce.ts'
import type { ObjectChangeEvent } from './events.ts'
import type { ChangeOrigin } from './origin.ts'

/** As many as are kept for those who are told the same later. */
const maxKept = 1000

/**
 * Makes equal events one value, since whatever is made of an event is made once for each value:
 * those of batches, which throttled subscribers are told alike, those that many resume after at
 * once, and whole snapshots, as long as nothing has changed since.
 */
export class SharedEvents {
  readonly #kept = new LRUCache<string, ObjectChangeEvent>({ max: maxKept })
  /** Kept alive by those who are being told it. */
  #snapshot: { readonly cursor: string; readonly events: WeakRef<readonly ObjectChangeEvent[]> } | undefined

  one(event: ObjectChangeEvent): ObjectChangeEvent {
    const { type, reason, row, oldRow, cursor } = event
    if (row === undefined || cursor === undefined) return event
    const key = [type, reason, objectOf({ row }), row.object.metadata.resourceVersion, oldRow?.object.metadata.resourceVersion, cursor].join(' ')
    const known = this.#kept.get(key)
    if (known === undefined) this.#kept.set(key, event)
    return known ?? event
  }

  /** What there is now, and SYNCED. No change of any kind lies between those who share one: relations that are selected lead to the same. */
  snapshot(origin: ChangeOrigin): readonly ObjectChangeEvent[] {
    const known = this.#snapshot?.cursor === origin.feed.head() ? this.#snapshot.events.deref() : undefined
    if (known !== undefined) return known
    const { rows, cursor } = origin.snapshot()
    const events: ObjectChangeEvent[] = rows.map((row) => ({ type: 'ADDED', reason: 'INITIAL', row }))
    events.push({ type: 'SYNCED', cursor })
    this.#snapshot = { cursor, events: new WeakRef(events) }
    return events
  }
}
