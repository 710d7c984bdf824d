import type { Clock } from '../base/clock.ts'
import { WatchqlError } from '../base/errors.ts'
import { formatKind, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Informer } from './informer.ts'

/** Watches of parts of kinds that queries asked for, each with a cache of its own. */
export interface Dedicated {
  all(): readonly Informer[]
  /** The watch of exactly this part, begun where there is none. Asking keeps it. Throws WATCH_LIMIT. */
  open(resource: Resource, part: WatchOptions): Informer
}

export interface DedicatedPolicy {
  /** Watches at once at most. */
  readonly max: number
  /** One that nobody asked for in this time ends. */
  readonly idleMs: number
  /** One that was asked for within this time does not give its place to another. */
  readonly protectedMs: number
  /** How long one that was given up for want of memory is left alone. */
  readonly refusedRetryMs: number
}

/** What the watches need of an informer. */
export interface DedicatedInformer extends Informer {
  stop(): Promise<void>
}

export interface DedicatedWatchesOptions<I extends DedicatedInformer> {
  readonly policy: DedicatedPolicy
  readonly clock: Clock
  readonly begin: (resource: Resource, part: WatchOptions) => I
}

interface Running<I> {
  readonly informer: I
  askedAt: number
}

/**
 * Equal conditions share one watch. The watch that was asked for the longest ago makes room for
 * another, but not one that was asked for just now: rather than have queries push out each
 * other's caches, one more is refused. What nobody asks for any more ends by itself.
 */
export class DedicatedWatches<I extends DedicatedInformer> implements Dedicated {
  readonly #options: DedicatedWatchesOptions<I>
  /** In the order in which they were asked for. */
  readonly #running = new Map<string, Running<I>>()
  readonly #ending = new Set<Promise<void>>()
  #cancel: (() => void) | undefined

  constructor(options: DedicatedWatchesOptions<I>) {
    this.#options = options
  }

  all(): readonly I[] {
    return [...this.#running.values()].map(({ informer }) => informer)
  }

  open(resource: Resource, part: WatchOptions): I {
    const { policy, clock, begin } = this.#options
    const key = keyOf(resource, part)
    const known = this.#running.get(key)
    if (known !== undefined && this.#canAnswer(known)) {
      this.#running.delete(key)
      this.#running.set(key, known)
      known.askedAt = clock.monotonic()
      return known.informer
    }
    if (known !== undefined) this.#end(key, known)
    else if (this.#running.size >= policy.max) this.#makeRoom()
    const informer = begin(resource, part)
    this.#running.set(key, { informer, askedAt: clock.monotonic() })
    this.#endIdleLater()
    return informer
  }

  async close(): Promise<void> {
    this.#cancel?.()
    for (const [key, running] of this.#running) this.#end(key, running)
    await Promise.all(this.#ending)
  }

  /** One that was given up answers with that for a while, so that it is not tried again by every query. */
  #canAnswer({ informer }: Running<I>): boolean {
    const { policy, clock } = this.#options
    const { state, lastError } = informer.status()
    return state !== 'REFUSED' || clock.now() - (lastError?.at ?? 0) < policy.refusedRetryMs
  }

  #makeRoom(): void {
    const { policy, clock } = this.#options
    const [oldest] = this.#running
    if (oldest === undefined || clock.monotonic() - oldest[1].askedAt < policy.protectedMs)
      throw new WatchqlError('WATCH_LIMIT', `${policy.max} dedicated watches were all asked for within the last ${policy.protectedMs / 1000} s, which is the limit; ask without \`dedicated\`, or raise watch.maxDedicated.`)
    this.#end(...oldest)
  }

  #end(key: string, { informer }: Running<I>): void {
    this.#running.delete(key)
    const ended = informer.stop().finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }

  #endIdleLater(): void {
    const { policy, clock } = this.#options
    const [oldest] = this.#running.values()
    if (oldest === undefined || this.#cancel !== undefined) return
    this.#cancel = clock.after(Math.max(0, oldest.askedAt + policy.idleMs - clock.monotonic()), () => {
      this.#cancel = undefined
      for (const [key, running] of this.#running) if (clock.monotonic() - running.askedAt >= policy.idleMs) this.#end(key, running)
      this.#endIdleLater()
    })
  }
}

/** The same for the same conditions, in whatever order they were given. */
function keyOf(resource: Resource, part: WatchOptions): string {
  const inOrder = (_name: string, value: unknown) => (typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)
  return `${formatKind(resource)} ${JSON.stringify(part, inOrder)}`
}
