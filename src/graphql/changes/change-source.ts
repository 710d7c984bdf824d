import { LRUCache } from 'lru-cache'
import { onceAborted, pause } from '../../base/pause.ts'
import { TimeSlice } from '../../base/time-slice.ts'
import type { Change } from '../../model/change.ts'
import { compilePredicate, type Test } from '../../model/compile-predicate.ts'
import { formatKind } from '../../model/resource.ts'
import type { Lister } from '../../store/lister.ts'
import { selectRows, type Source } from '../../store/query/rows.ts'
import type { ChangeFeed, Missed } from '../../feed/change-feed.ts'
import { Backlog } from './backlog.ts'
import { Coalescer, type Pending } from './coalesce.ts'
import { eventOf, isAboutObject, type ObjectChangeEvent, type ObjectChangeReason, type ObjectChangeType } from './events.ts'

export interface ChangeSourceOptions {
  readonly feed: ChangeFeed
  readonly sources: readonly Source[]
  /** After so many changes without an event of its own, a BOOKMARK tells the position. */
  readonly bookmarkEvery: number
  /** After this nothing more comes; what came before is still told. */
  readonly last: AbortSignal
}

/** How one subscriber wants to hear of it. */
export interface Following {
  /** Begin with what there is. */
  readonly initial: boolean
  /** Begin with what came after this cursor. */
  readonly after?: string | undefined
  /** Of the events that are about objects only these. */
  readonly types?: ReadonlySet<ObjectChangeType> | undefined
  /** Between two batches at least, each with one event per object; 0 tells every change as it comes. */
  readonly throttleMs: number
  /** Changes that wait at most; see `Backlog`. */
  readonly maxBacklog: number
  /** Ends it at once. */
  readonly signal: AbortSignal
}

/** A long snapshot keeps nobody else waiting longer than this. */
const sliceMs = 8
/** As many as one batch may have for subscribers to share it. */
const sharedEvents = 1000

/**
 * The changes of the objects that a filter holds for. What a change means is found out once,
 * however many follow; each of them then has a backlog of its own, and none waits for another.
 */
export class ChangeSource {
  readonly #options: ChangeSourceOptions
  readonly #views: ReadonlyMap<string, { readonly lister: Lister; readonly holds: Test }>
  readonly #backlogs = new Set<(pending: Pending) => void>()
  #unsubscribe: (() => void) | undefined
  #untold = 0
  /** Events of batches, by their cursors. */
  readonly #batched = new LRUCache<string, ObjectChangeEvent>({ max: sharedEvents })

  constructor(options: ChangeSourceOptions) {
    this.#options = options
    this.#views = new Map(options.sources.map(({ lister, predicate }) => [formatKind(lister.resource), { lister, holds: compilePredicate(predicate) }]))
  }

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#options.last.aborted
  }

  /**
   * From a snapshot or a cursor on, without a gap: feed and snapshot are read in one synchronous
   * step. Ends by its signals, or when returned. Throws INVALID_CURSOR.
   */
  async *follow(following: Following): AsyncGenerator<ObjectChangeEvent, void, void> {
    const { feed, last } = this.#options
    const { signal, throttleMs } = following
    const backlog = new Backlog({ max: following.maxBacklog, throttled: throttleMs > 0, cursorAt: (sequence, batch) => feed.cursorAt(sequence, batch) })
    let wake: () => void = () => undefined
    const missed = following.after === undefined ? undefined : feed.missed(following.after)
    const leave = this.#join((pending) => {
      backlog.add(pending)
      wake()
    })
    const forget = onceAborted([signal, last], () => wake())
    try {
      if (missed !== undefined) this.#load(backlog, missed)
      else if (following.after !== undefined) yield* this.#anew(backlog, following, 'CURSOR_TOO_OLD')
      else if (following.initial) yield* this.#snapshot(backlog, following)
      while (!signal.aborted) {
        if (backlog.overflowed) yield* this.#anew(backlog, following, 'SLOW_CONSUMER')
        const next = backlog.next()
        if (next !== undefined) {
          if (isWanted(next, following)) yield throttleMs > 0 ? this.#shared(next) : next
        } else if (!backlog.waits) {
          if (last.aborted) return
          if (!backlog.overflowed) await new Promise<void>((resolve) => (wake = resolve))
        } else {
          // At the same moments for all, so that they are told the same.
          if (throttleMs > 0 && !last.aborted) await pause(throttleMs - (performance.now() % throttleMs), [signal, last])
          backlog.release()
        }
      }
    } finally {
      leave()
      forget()
    }
  }

  #join(add: (pending: Pending) => void): () => void {
    const own = (pending: Pending) => add(pending)
    this.#backlogs.add(own)
    this.#unsubscribe ??= this.#options.feed.subscribe((change) => this.#take(change))
    return () => {
      this.#backlogs.delete(own)
      if (this.#backlogs.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
    }
  }

  #take(change: Change): void {
    const pending = this.#pendingOf(change) ?? this.#bookmark(change)
    if (pending === undefined) return
    this.#untold = 0
    for (const add of this.#backlogs) add(pending)
  }

  #pendingOf(change: Change): Pending | undefined {
    const view = this.#views.get(formatKind(change.resource))
    const event = view && eventOf(change, view.lister, view.holds, () => this.#options.feed.cursorOf(change))
    return event && { event, from: change.sequence, to: change.sequence }
  }

  /** For those whose last cursor would be too old one day, though nothing happened to them. */
  #bookmark({ sequence }: Change): Pending | undefined {
    this.#untold += 1
    if (this.#untold < this.#options.bookmarkEvery) return undefined
    return { event: { type: 'BOOKMARK', cursor: this.#options.feed.cursorAt(sequence) }, from: sequence, to: sequence }
  }

  /** The same value for the same event: the batches of throttled subscribers are alike. */
  #shared(event: ObjectChangeEvent): ObjectChangeEvent {
    if (event.cursor === undefined) return event
    const known = this.#batched.get(event.cursor)
    if (known === undefined) this.#batched.set(event.cursor, event)
    return known ?? event
  }

  #load(backlog: Backlog, { changes, batch }: Missed): void {
    const pending = changes.flatMap((change) => this.#pendingOf(change) ?? [])
    if (batch === undefined) return backlog.load(pending)
    const coalescer = new Coalescer()
    for (const part of pending) if (part.to <= batch.end) coalescer.add(part)
    backlog.load(coalescer.all().filter(({ to }) => to > batch.told), batch)
    for (const part of pending) if (part.to > batch.end) backlog.add(part)
  }

  async *#anew(backlog: Backlog, following: Following, reason: ObjectChangeReason): AsyncGenerator<ObjectChangeEvent> {
    yield { type: 'RESET', reason }
    yield* this.#snapshot(backlog, following)
  }

  async *#snapshot(backlog: Backlog, following: Following): AsyncGenerator<ObjectChangeEvent> {
    // What waits is in the snapshot already.
    backlog.clear()
    const cursor = this.#options.feed.head()
    const rows = selectRows(this.#options.sources)
    const slice = new TimeSlice(sliceMs)
    for (const row of rows) {
      const event: ObjectChangeEvent = { type: 'ADDED', reason: 'INITIAL', row }
      if (isWanted(event, following)) yield event
      await slice.giveWay()
    }
    yield { type: 'SYNCED', cursor }
  }
}

function isWanted(event: ObjectChangeEvent, { types }: Following): boolean {
  return types === undefined || !isAboutObject(event) || types.has(event.type)
}
