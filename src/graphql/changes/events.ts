import type { Change } from '../../model/change.ts'
import type { Test } from '../../model/compile-predicate.ts'
import type { KubeObject } from '../../model/object.ts'
import type { Row } from '../../store/query/rows.ts'
import type { Lister } from '../../store/lister.ts'

export type ObjectChangeType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNCED' | 'RESET' | 'BOOKMARK'

/**
 * Why, where the type alone does not say it. INITIAL: part of a snapshot. ENTERED_FILTER and
 * LEFT_FILTER: the object goes on, but did not match before or does not match any more.
 * CURSOR_TOO_OLD and SLOW_CONSUMER: why everything begins anew.
 */
export type ObjectChangeReason = 'INITIAL' | 'ENTERED_FILTER' | 'LEFT_FILTER' | 'CURSOR_TOO_OLD' | 'SLOW_CONSUMER'

/** What a subscriber is told. One value is shared by all who are told the same. */
export interface ObjectChangeEvent {
  readonly type: ObjectChangeType
  readonly reason?: ObjectChangeReason
  readonly row?: Row
  readonly oldRow?: Row
  /** Subscribe after it to miss nothing; absent within a snapshot, which can only be taken whole. */
  readonly cursor?: string
  /** Made to find out what is selected of an object, and told to nobody. */
  readonly comparing?: true
}

/** An event that is about an object. */
export type RowEvent = ObjectChangeEvent & { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly row: Row }

export function isAboutObject(event: ObjectChangeEvent): event is RowEvent {
  return event.row !== undefined
}

/** What a change means to one who sees only what the filter holds for; undefined when nothing. */
export function eventOf({ type, object, oldObject }: Change, lister: Lister, holds: Test, cursor: () => string): RowEvent | undefined {
  const visible = (state: KubeObject | undefined): state is KubeObject => state !== undefined && lister.mayRead(state) && holds(state)
  const was = visible(oldObject)
  const is = type !== 'DELETED' && visible(object)
  if (!was && !is) return undefined
  const row = { lister, object }
  if (!was) return { type: 'ADDED', row, cursor: cursor(), ...(type === 'MODIFIED' ? { reason: 'ENTERED_FILTER' as const } : {}) }
  const oldRow = { lister, object: oldObject }
  if (is) return { type: 'MODIFIED', row, oldRow, cursor: cursor() }
  return { type: 'DELETED', row, oldRow, cursor: cursor(), ...(type === 'MODIFIED' ? { reason: 'LEFT_FILTER' as const } : {}) }
}
