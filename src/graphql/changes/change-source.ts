import { onceAborted, pause } from '../../base/pause.ts'
import { TimeSlice } from '../../base/time-slice.ts'
import type { Missed } from '../../feed/change-feed.ts'
import type { Outlet, Told } from '../live/payload.ts'
import { Backlog } from './backlog.ts'
import { Coalescer, type Pending } from './coalesce.ts'
import { isAboutObject, type ObjectChangeEvent, type ObjectChangeReason, type ObjectChangeType } from './events.ts'
import type { ChangeOrigin } from './origin.ts'
import { SharedEvents } from './shared-events.ts'

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
  /** With thousands of subscribers to one event, waking each is most of what it costs. */
  readonly push?: Push | undefined
}

/** Tells a subscriber without its asking, as long as it keeps up. */
export interface Push {
  /** What is told of an event: the same for all who follow. */
  readonly payloadOf: (event: ObjectChangeEvent) => Told | Promise<Told>
  readonly outlet: Outlet
}

/** A long snapshot keeps nobody else waiting longer than this. */
const sliceMs = 8
/** Events that wait to be prepared. With more, all of them wait to be asked for. */
const maxUnprepared = 100

/**
 * The changes of the objects that a filter holds for. What a change means is found out once,
 * however many follow; each of them then has a backlog of its own, and none waits for another.
 */
export class ChangeSource {
  readonly #origin: ChangeOrigin
  readonly #followers = new Set<Follower>()
  /** What is to be told when what is going on now is over: a store that is written waits for nobody. */
  #untold: Pending[] = []
  #isPreparing = false
  #leaveOrigin: (() => void) | undefined
  #failure: { readonly error: unknown } | undefined
  readonly #shared = new SharedEvents()

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
    const { signal, throttleMs, types, push } = following
    const backlog = new Backlog({ max: following.maxBacklog, throttled: throttleMs > 0, cursorAt: (sequence, batch) => feed.cursorAt(sequence, batch) })
    const follower: Follower = { isIdle: false, ended: signal.aborted, types, outlet: push?.outlet, payloadOf: push?.payloadOf, backlog, wake: () => undefined }
    const missed = following.after === undefined ? undefined : this.#origin.missed(following.after)
    const leave = this.#join(follower)
    const forget = onceAborted([signal, last], () => {
      follower.ended = signal.aborted
      follower.wake()
    })
    try {
      if (missed !== undefined) this.#load(backlog, missed)
      else if (following.after !== undefined) yield* this.#anew(backlog, following, 'CURSOR_TOO_OLD')
      else if (following.initial) yield* this.#snapshot(backlog, following)
      while (!signal.aborted) {
        this.#tellAll()
        if (backlog.overflowed) yield* this.#anew(backlog, following, 'SLOW_CONSUMER')
        const next = backlog.next()
        if (next !== undefined) {
          if (isWanted(next, types)) yield this.#shared.one(next)
        } else if (!backlog.waits) {
          if (this.#failure !== undefined) throw this.#failure.error
          if (last.aborted) return
          if (backlog.overflowed) continue
          follower.isIdle = throttleMs === 0
          await new Promise<void>((resolve) => (follower.wake = resolve))
          follower.isIdle = false
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
      tell: (pending) => {
        this.#untold.push(pending)
        if (this.#untold.length === 1) queueMicrotask(() => this.#tellPrepared())
        else if (this.#untold.length > maxUnprepared) this.#tellAll()
      },
      fail: (error) => {
        this.#failure = { error }
        for (const { wake } of this.#followers) wake()
      },
    })
    // What came before is not for the new one.
    this.#tellAll()
    this.#followers.add(follower)
    return () => {
      this.#followers.delete(follower)
      if (this.#followers.size > 0) return
      this.#leaveOrigin?.()
      this.#leaveOrigin = undefined
      this.#untold = []
    }
  }

  /** Tells one after the other when what is told of it is there. */
  #tellPrepared(): void {
    if (this.#isPreparing) return
    for (let pending = this.#untold[0]; pending !== undefined; pending = this.#untold[0]) {
      const told = this.#payloadOf(pending.event)
      if (told instanceof Promise) {
        this.#isPreparing = true
        const goOn = () => {
          this.#isPreparing = false
          this.#tellPrepared()
        }
        // What cannot be prepared fails again when it is asked for, where that can be told.
        told.then(goOn, () => {
          this.#tellAll()
          goOn()
        })
        return
      }
      this.#untold.shift()
      this.#tell(pending, told)
    }
  }

  /** The same for all, so one of them asks; undefined where nobody would take it now. */
  #payloadOf(event: ObjectChangeEvent): Told | Promise<Told> | undefined {
    for (const { isIdle, types, payloadOf } of this.#followers) if (isIdle && payloadOf !== undefined && isWanted(event, types)) return payloadOf(event)
    return undefined
  }

  /** What cannot be told at once waits to be asked for. */
  #tellAll(): void {
    for (const pending of this.#untold.splice(0)) {
      const told = this.#payloadOf(pending.event)
      this.#tell(pending, told instanceof Promise ? undefined : told)
    }
  }

  #tell(pending: Pending, told: Told | undefined): void {
    for (const follower of this.#followers) tell(follower, pending, told)
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
    const events = this.#shared.snapshot(this.#origin)
    this.#tellAll()
    // What waits is in it already.
    backlog.clear()
    const slice = new TimeSlice(sliceMs)
    for (const event of events) {
      if (isWanted(event, following.types)) yield event
      await slice.giveWay()
    }
  }
}

/** What telling it needs stands in one place: with thousands, each object on the way to a socket is a miss of the processor's cache. */
interface Follower {
  /** Whether everything was told, and it waits for more. */
  isIdle: boolean
  ended: boolean
  readonly types: Following['types']
  readonly outlet: Outlet | undefined
  readonly payloadOf: Push['payloadOf'] | undefined
  readonly backlog: Backlog
  /** Says that something waits. */
  wake: () => void
}

function tell(follower: Follower, pending: Pending, told: Told | undefined): void {
  if (follower.ended) return
  if (follower.isIdle && (!isWanted(pending.event, follower.types) || told === null || (told !== undefined && follower.outlet?.take(told) === true))) return
  follower.backlog.add(pending)
  follower.isIdle = false
  follower.wake()
}

function isWanted(event: ObjectChangeEvent, types: Following['types']): boolean {
  return types === undefined || !isAboutObject(event) || types.has(event.type)
}
