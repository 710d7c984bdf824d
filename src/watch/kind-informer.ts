import { isDeepStrictEqual } from 'node:util'
import { allSeeing, type Scope } from '../access/scope.ts'
import type { Clock } from '../base/clock.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import type { KubeObject } from '../model/object.ts'
import { everything } from '../model/predicate.ts'
import { formatKind, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Lister } from '../store/lister.ts'
import type { Store } from '../store/store.ts'
import type { Informer, WatchOrigin, WatchStatus } from './informer.ts'
import { Reflector, type Condition, type ReflectorOptions } from './reflector.ts'

export interface KindInformerOptions {
  readonly resource: Resource
  readonly options: WatchOptions
  readonly origin: WatchOrigin
  readonly pinned: boolean
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly reflector: Pick<ReflectorOptions, 'client' | 'settings' | 'lists'>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** One watched kind: its store, the reflector that fills it, and the story of how that goes. */
export class KindInformer implements Informer {
  readonly resource: Resource
  readonly options: WatchOptions
  #origin: WatchOrigin
  readonly pinned: boolean
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  /** Aborted before `stopped` by a watch that retires: it follows no more, but its readers are not through. */
  readonly #resting = new AbortController()
  readonly #reflector: Reflector
  readonly #running: Promise<void>
  readonly #waiting = new Set<() => void>()
  readonly #status: Mutable<Omit<WatchStatus, 'objects' | 'bytes'>>

  constructor(options: KindInformerOptions) {
    this.resource = options.resource
    this.options = options.options
    this.#origin = options.origin
    this.pinned = options.pinned
    this.#store = options.store
    this.#clock = options.clock
    this.#logger = options.logger.child({ kind: formatKind(options.resource) })
    this.#status = { state: 'SYNCING', startedAt: this.#clock.now(), restarts: 0 }
    this.#reflector = new Reflector({
      ...options.reflector,
      resource: options.resource,
      options: options.options,
      writer: options.store.writer,
      onCondition: (condition) => this.#conditionChanged(condition),
      onExpected: (objects) => (this.#status.expected = objects),
      onProgress: (resourceVersion) => {
        this.#status.resourceVersion = resourceVersion
        this.#status.lastEventAt = this.#clock.now()
      },
      onListed: () => this.#listed(),
    })
    this.#running = this.#reflector.run(AbortSignal.any([this.#stopping.signal, this.#resting.signal])).catch((error: unknown) => {
      this.#logger.log('fatal', 'a watch died of a defect in the service; the kind is no longer followed', { error })
    })
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal
  }

  status(): WatchStatus {
    return { ...this.#status, objects: this.#store.size(), bytes: this.#store.bytes() }
  }

  lister(scope: Scope): Lister {
    return this.#store.lister(scope)
  }

  async whenSynced(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#settled()) return this.#answer()
    await new Promise<void>((resolve) => {
      const done = () => {
        cancelDeadline()
        signal?.removeEventListener('abort', done)
        this.#waiting.delete(done)
        resolve()
      }
      const cancelDeadline = this.#clock.after(deadlineMs, done)
      signal?.addEventListener('abort', done, { once: true })
      this.#waiting.add(done)
    })
    this.#answer()
  }

  get origin(): WatchOrigin {
    return this.#origin
  }

  /** What a query began may come to be wanted by the API, and that to be declared; never the other way round. */
  claim(origin: WatchOrigin): void {
    const weights: readonly WatchOrigin[] = ['DEMAND', 'API', 'CONFIG']
    if (weights.indexOf(origin) > weights.indexOf(this.#origin)) this.#origin = origin
  }

  recheck(): void {
    this.#reflector.recheck()
  }

  /**
   * Hands its readers over: once the successor has its first list, publishes the end of what
   * that no longer holds, and stops. Objects that are still there are not deleted, whatever
   * version they are served in.
   */
  async retire(successor: KindInformer): Promise<void> {
    this.#resting.abort()
    await this.#running
    await successor.#whenListed()
    // A successor with other options does not hold all that is still there.
    if (!successor.stopped.aborted && isDeepStrictEqual(successor.options, this.options)) {
      const kept = successor.#store.lister(allSeeing)
      const isKept = ({ metadata }: KubeObject) => kept.get(metadata.namespace, metadata.name)?.metadata.uid === metadata.uid
      for (const object of this.#store.lister(allSeeing).select(everything)) if (!isKept(object)) this.#store.writer.remove(object)
    }
    await this.stop()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#running
  }

  /** Settles when the first list is in, whenever that is, or the watch was stopped. */
  async #whenListed(): Promise<void> {
    while (this.#status.syncedAt === undefined && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#waiting.delete(done)
          resolve()
        }
        this.#waiting.add(done)
      })
    }
  }

  /** Gives the kind up for want of memory: its objects are forgotten, and whoever asks is told. */
  refuse(message: string): void {
    this.#logger.log('error', 'the kind does not fit into memory and is given up', { objects: this.#store.size(), bytes: this.#store.bytes() })
    this.#status.state = 'REFUSED'
    this.#status.lastError = { code: 'MEMORY_LIMIT', message, at: this.#clock.now() }
    delete this.#status.syncedAt
    this.#stopping.abort()
    this.#store.discard()
    // What was under way may still have put in an object or two.
    void this.#running.then(() => this.#store.discard())
    this.#wake()
  }

  #conditionChanged(change: Condition): void {
    const before = this.#status.state
    if (before === 'REFUSED') return
    const now = this.#clock.now()
    if (change.condition === 'LIVE') {
      this.#status.state = 'LIVE'
      delete this.#status.staleSince
      if (before !== 'LIVE' && before !== 'SYNCING') this.#logger.log('info', 'live again', { objects: this.#store.size() })
    } else {
      const code = { BROKEN: 'UNREACHABLE', FORBIDDEN: 'FORBIDDEN', GONE: 'KIND_NOT_SERVED' }[change.condition]
      this.#status.lastError = { code, message: change.failure.message, at: now }
      this.#status.restarts += 1
      if (this.#status.syncedAt !== undefined) this.#status.staleSince ??= now
      if (change.condition !== 'BROKEN') this.#status.state = change.condition
      else if (before !== 'SYNCING') this.#status.state = 'STALE'
      this.#logger.log('warn', 'the watch was interrupted', { state: this.#status.state, reason: change.failure.kind, message: change.failure.message })
    }
    if (this.#settled()) this.#wake()
  }

  #listed(): void {
    delete this.#status.expected
    if (this.#status.syncedAt !== undefined) return
    this.#status.syncedAt = this.#clock.now()
    this.#logger.log('info', 'synced', { objects: this.#store.size(), tookMs: this.#status.syncedAt - this.#status.startedAt })
  }

  /** Whether it is known what a query of this kind gets. */
  #settled(): boolean {
    const { state, syncedAt } = this.#status
    return state === 'FORBIDDEN' || state === 'GONE' || state === 'REFUSED' || syncedAt !== undefined || this.#stopping.signal.aborted
  }

  #answer(): void {
    const { state, syncedAt, lastError, expected } = this.#status
    const kind = formatKind(this.resource)
    if (state === 'FORBIDDEN') throw new WatchqlError('FORBIDDEN', `The gateway may not list or watch ${kind}: ${lastError?.message ?? 'forbidden'}`, { details: { kind } })
    if (state === 'GONE') throw new WatchqlError('KIND_NOT_SERVED', `The cluster no longer serves ${kind}.`, { details: { kind } })
    if (state === 'REFUSED') throw new WatchqlError('MEMORY_LIMIT', lastError?.message ?? `${kind} does not fit into memory.`, { details: { kind } })
    if (syncedAt !== undefined) return
    const progress = expected === undefined ? '' : ` (${this.#store.size()} of about ${expected} objects)`
    const reason = lastError === undefined ? '' : `; last error: ${lastError.message}`
    throw new WatchqlError('NOT_SYNCED', `The first list of ${kind} is not in yet${progress}${reason}. Ask again shortly.`, { details: { kind } })
  }

  #wake(): void {
    for (const done of this.#waiting) done()
  }
}
