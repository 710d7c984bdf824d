import { LRUCache } from 'lru-cache'
import { onceAborted, pause } from '../../base/pause.ts'
import { TimeSlice } from '../../base/time-slice.ts'
import type { Missed } from '../../feed/change-feed.ts'
import { Backlog } from './backlog.ts'
import { Coalescer, type Pending } from './coalesce.ts'
import { isAboutObject, type ObjectChangeEvent, type ObjectChangeReason, type ObjectChangeType } from './events.ts'
import type { ChangeOrigin } from './origin.ts'

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
  readonly #origin: ChangeOrigin
  readonly #followers = new Set<Follower>()
  #leaveOrigin: (() => void) | undefined
  #failure: { readonly error: unknown } | undefined
  /** Events of batches, by their cursors. */
  readonly #batched = new LRUCache<string, ObjectChangeEvent>({ max: sharedEvents })

  constructor(origin: ChangeOrigin) {
    this.#origin = origin
  }

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#failure !== undefined || this.#origin.last.aborted
  }

  /** From a snapshot or a cursor on, without a gap. Ends by its signals, or when returned. Throws INVALID_CURSOR, and why nothing more can be told. */
  async *follow(following: Following): AsyncGenerator<ObjectChangeEvent, void, void> {
    const { feed, last } = this.#origin
    const { signal, throttleMs } = following
    const backlog = new Backlog({ max: following.maxBacklog, throttled: throttleMs > 0, cursorAt: (sequence, batch) => feed.cursorAt(sequence, batch) })
    const follower: Follower = { backlog, wake: () => undefined }
    const missed = following.after === undefined ? undefined : this.#origin.missed(following.after)
    const leave = this.#join(follower)
    const forget = onceAborted([signal, last], () => follower.wake())
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
          if (this.#failure !== undefined) throw this.#failure.error
          if (last.aborted) return
          if (!backlog.overflowed) await new Promise<void>((resolve) => (follower.wake = resolve))
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

  #join(follower: Follower): () => void {
    this.#leaveOrigin ??= this.#origin.listen({
      tell: (pending) => this.#tell(pending),
      fail: (error) => {
        this.#failure = { error }
        for (const { wake } of this.#followers) wake()
      },
    })
    this.#followers.add(follower)
    return () => {
      this.#followers.delete(follower)
      if (this.#followers.size > 0) return
      this.#leaveOrigin?.()
      this.#leaveOrigin = undefined
    }
  }

  #tell(pending: Pending): void {
    for (const { backlog, wake } of this.#followers) {
      backlog.add(pending)
      wake()
    }
  }

  /** The same value for the same event: the batches of throttled subscribers are alike. */
  #shared(event: ObjectChangeEvent): ObjectChangeEvent {
    if (event.cursor === undefined) return event
    const known = this.#batched.get(event.cursor)
    if (known === undefined) this.#batched.set(event.cursor, event)
    return known ?? event
  }

  #load(backlog: Backlog, { changes, batch }: Missed): void {
    const pending = changes.flatMap((change) => this.#origin.pendingOf(change) ?? [])
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
    const { rows, cursor } = this.#origin.snapshot()
    // What waits is in it already.
    backlog.clear()
    const slice = new TimeSlice(sliceMs)
    for (const row of rows) {
      const event: ObjectChangeEvent = { type: 'ADDED', reason: 'INITIAL', row }
      if (isWanted(event, following)) yield event
      await slice.giveWay()
    }
    yield { type: 'SYNCED', cursor }
  }
}

/** One who follows, and how to say that something waits. */
interface Follower {
  readonly backlog: Backlog
  wake: () => void
}

function isWanted(event: ObjectChangeEvent, { types }: Following): boolean {
  return types === undefined || !isAboutObject(event) || types.has(event.type)
}
