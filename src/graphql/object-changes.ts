import { TimeSlice } from '../base/time-slice.ts'
import { compilePredicate, type Test } from '../model/compile-predicate.ts'
import type { Change } from '../model/change.ts'
import type { KubeObject } from '../model/object.ts'
import { formatKind } from '../model/resource.ts'
import { selectRows, type Row, type Source } from '../store/query/rows.ts'
import type { ChangeFeed } from '../feed/change-feed.ts'

export type ObjectChangeType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNCED' | 'RESET'

/**
 * Why, where the type alone does not say it. INITIAL: part of a snapshot. ENTERED_FILTER and
 * LEFT_FILTER: the object goes on, but did not match before or does not match any more.
 * CURSOR_TOO_OLD and SLOW_CONSUMER: why everything begins anew.
 */
export type ObjectChangeReason = 'INITIAL' | 'ENTERED_FILTER' | 'LEFT_FILTER' | 'CURSOR_TOO_OLD' | 'SLOW_CONSUMER'

export interface ObjectChangeEvent {
  readonly type: ObjectChangeType
  readonly reason?: ObjectChangeReason
  readonly row?: Row
  readonly oldRow?: Row
  /** Subscribe after it to miss nothing; absent within a snapshot, which can only be taken whole. */
  readonly cursor?: string
}

export interface ObjectChangesOptions {
  readonly feed: ChangeFeed
  readonly sources: readonly Source[]
  /** Begin with what there is. */
  readonly initial: boolean
  /** Begin with what came after this cursor. */
  readonly after?: string | undefined
  /** Changes that wait for the consumer at most; with more, it is told to begin anew. */
  readonly maxBacklog: number
  /** Ends it at once. */
  readonly signal: AbortSignal
  /** After this nothing more comes; what came before is still told. */
  readonly last: AbortSignal
}

/** A long snapshot keeps nobody else waiting longer than this. */
const sliceMs = 8

/**
 * The changes of the objects that a filter holds for, from a snapshot or a cursor on, without a
 * gap: feed and snapshot are read in one synchronous step. Ends by its signals, or when returned.
 * Throws INVALID_CURSOR.
 */
export async function* objectChanges(options: ObjectChangesOptions): AsyncGenerator<ObjectChangeEvent, void, void> {
  const { feed, sources, signal, last, maxBacklog } = options
  const views = new Map(sources.map((source) => [formatKind(source.lister.resource), { source, holds: compilePredicate(source.predicate) }]))
  const pending: ObjectChangeEvent[] = []
  let overflowed = false
  let wake: () => void = () => undefined

  const take = (change: Change) => {
    const view = views.get(formatKind(change.resource))
    const event = view && eventOf(change, view.source, view.holds, feed.cursorOf(change))
    if (event === undefined || overflowed) return
    if (pending.length >= maxBacklog) {
      pending.length = 0
      overflowed = true
    } else pending.push(event)
    wake()
  }

  const missed = options.after === undefined ? [] : feed.since(options.after)
  const unsubscribe = feed.subscribe(take)
  const stop = () => wake()
  for (const end of [signal, last]) end.addEventListener('abort', stop, { once: true })
  try {
    for (const change of missed ?? []) take(change)
    if (missed === undefined) yield* anew('CURSOR_TOO_OLD')
    else if (options.initial && options.after === undefined) yield* snapshot()
    while (!signal.aborted) {
      if (overflowed) yield* anew('SLOW_CONSUMER')
      const next = pending.shift()
      if (next !== undefined) yield next
      else if (last.aborted) return
      else if (!overflowed) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unsubscribe()
    for (const end of [signal, last]) end.removeEventListener('abort', stop)
  }

  async function* anew(reason: ObjectChangeReason): AsyncGenerator<ObjectChangeEvent> {
    yield { type: 'RESET', reason }
    yield* snapshot()
  }

  async function* snapshot(): AsyncGenerator<ObjectChangeEvent> {
    // What waits is in the snapshot already.
    pending.length = 0
    overflowed = false
    const cursor = feed.head()
    const rows = selectRows(sources)
    const slice = new TimeSlice(sliceMs)
    for (const row of rows) {
      yield { type: 'ADDED', reason: 'INITIAL', row }
      await slice.giveWay()
    }
    yield { type: 'SYNCED', cursor }
  }
}

/** What a change means to one who sees only what the filter holds for; undefined when nothing. */
function eventOf(change: Change, { lister }: Source, holds: Test, cursor: string): ObjectChangeEvent | undefined {
  const { type, object, oldObject } = change
  const visible = (state: KubeObject | undefined): state is KubeObject => state !== undefined && lister.mayRead(state) && holds(state)
  const was = visible(oldObject)
  const is = type !== 'DELETED' && visible(object)
  const row = { lister, object }
  if (is && was) return { type: 'MODIFIED', row, oldRow: { lister, object: oldObject }, cursor }
  if (is) return { type: 'ADDED', row, cursor, ...(type === 'MODIFIED' ? { reason: 'ENTERED_FILTER' as const } : {}) }
  if (was) return { type: 'DELETED', row, oldRow: { lister, object: oldObject }, cursor, ...(type === 'MODIFIED' ? { reason: 'LEFT_FILTER' as const } : {}) }
  return undefined
}
