import { setTimeout as sleep } from 'node:timers/promises'
import { allSeeing } from '../access/scope.ts'
import { backoffMs, type BackoffPolicy } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logging.ts'
import type { Change } from '../model/change.ts'
import type { KubeObject } from '../model/object.ts'
import { formatKind, type GroupKind } from '../model/resource.ts'
import type { Cluster } from '../watch/cluster.ts'
import { Backlog, type BacklogLimits } from './backlog.ts'
import { pageSizeOf } from './batch-size.ts'
import { Comparison } from './comparison.ts'
import { isComplete, observedOf, type Followed } from './followed.ts'
import { later, LeaseLost, OutcomeUnknown, type JournalReader, type JournalStore } from './journal-store.ts'
import { nameOf, type Ownership } from './ownership.ts'

export interface JournalOptions extends BacklogLimits {
  readonly cluster: Pick<Cluster, 'name' | 'feed' | 'informers'>
  readonly store: JournalStore
  readonly reader: JournalReader
  /** Where other processes share the record; else this one records everything. */
  readonly ownership?: Ownership
  /** What of an object is recorded. */
  readonly view: (object: KubeObject) => KubeObject
  /** Time from one transaction with changes to the next, for which they are gathered. What comes after a quiet time waits for nothing. */
  readonly gatherMs: number
  /** How long a list that is older than the record is waited for to catch up. */
  readonly catchUpMs: number
  readonly backoff: BackoffPolicy
  readonly clock: Clock
  readonly logger: Logger
}

/** How often it is looked for informers that have come, ended or synced. */
const lookMs = 100

/**
 * Records what the informers of one cluster see. Each kind is first compared with its record, so
 * that what happened while nobody looked comes out as events; then its changes are followed.
 * Comparing begins only with a list that is complete: a kind that cannot be listed keeps its record.
 * One that the server denies to serve, as often as its informer wants to hear it, is a list of nothing.
 * When the database fails, changes wait, up to a limit; beyond it they are forgotten, and the
 * kind is compared again, so that only states in between are lost.
 */
export class Journal {
  readonly #options: JournalOptions
  readonly #followed = new Map<string, Followed>()
  readonly #stopping = new AbortController()
  readonly #backlog: Backlog
  #unsubscribe: (() => void) | undefined
  #running: Promise<void> | undefined
  #wake: () => void = () => undefined
  #recordedAt = -Infinity
  #failures = 0
  #readerLags = false

  constructor(options: JournalOptions) {
    this.#options = options
    this.#backlog = new Backlog(options)
  }

  start(): void {
    this.#unsubscribe = this.#options.cluster.feed.subscribe((change) => this.#take(change))
    this.#running = this.#run()
  }

  /** Records what waits already, and ends. */
  async stop(): Promise<void> {
    this.#unsubscribe?.()
    this.#stopping.abort()
    this.#wake()
    await this.#running
  }

  /** Changes that are not recorded yet. */
  get waiting(): number {
    return this.#backlog.count
  }

  /** Whether all kinds that are wanted and watched are recorded here as they change. */
  get settled(): boolean {
    return [...this.#followed.values()].every(({ phase }) => phase === 'following')
  }

  /** Kinds that this process is to record, and does not record as they change: what changed of them is found when they are compared. */
  get behind(): number {
    return [...this.#followed.values()].filter(({ phase, informer }) => phase !== 'following' && this.#owns(informer.resource)).length
  }

  /** To be called when readers have come to want other kinds, or to want to be told what there is. */
  readersChanged(): void {
    const { cluster, reader } = this.#options
    for (const followed of this.#followed.values()) if (reader.newcomers(cluster.name, followed.informer.resource).length > 0) this.#compareAgain(followed)
    this.#look()
    this.#wake()
  }

  #take(change: Change): void {
    const followed = this.#followed.get(nameOf(change.resource))
    // What a list brings before it is complete, and what an informer that was replaced still says, is found by comparison.
    if (followed === undefined || followed.phase === 'waiting' || this.#options.cluster.informers.get(change.resource) !== followed.informer) return
    const wasQuiet = this.#backlog.count === 0
    this.#backlog.add(followed, change)
    if (this.#backlog.isOver) this.#dropSome()
    if (wasQuiet || this.#backlog.isFull) this.#wake()
  }

  /** The kind that takes the most of what may wait gives its own up. */
  #dropSome(): void {
    const most = this.#backlog.largest(this.#followed.values())
    if (most === undefined) return
    this.#options.logger.log('warn', 'more changes wait to be recorded than are kept; the kind is compared again instead, states in between are lost', { kind: formatKind(most.informer.resource), changes: most.waiting.length })
    this.#compareAgain(most)
  }

  #compareAgain(followed: Followed): void {
    this.#backlog.drop(followed)
    followed.comparison = undefined
    followed.phase = 'waiting'
  }

  /** Takes notice of informers that have come, been replaced, or synced. */
  #look(): void {
    const { cluster, reader } = this.#options
    const running = cluster.informers.all().filter(({ resource }) => reader.wants(resource))
    for (const [name, followed] of this.#followed)
      if (!running.includes(followed.informer)) {
        this.#compareAgain(followed)
        this.#followed.delete(name)
      }
    // Several versions of a kind have the same objects: one of them is enough.
    for (const informer of running) if (!this.#followed.has(nameOf(informer.resource))) this.#followed.set(nameOf(informer.resource), { informer, phase: 'waiting', waiting: [] })
  }

  async #run(): Promise<void> {
    const { clock, logger, backoff } = this.#options
    let lookedAt = -Infinity
    while (!this.#stopping.signal.aborted) {
      if (clock.monotonic() - lookedAt >= lookMs) {
        this.#look()
        lookedAt = clock.monotonic()
      }
      try {
        await this.#shareOut()
        if (!(await this.#recordSome())) await this.#rest(lookMs)
        await this.#gather()
        this.#failures = 0
      } catch (error) {
        if (error instanceof LeaseLost) {
          this.#lose(error.kind)
          continue
        }
        if (error instanceof OutcomeUnknown) for (const kind of error.kinds) this.#restart(kind)
        logger.log('error', 'changes cannot be recorded; they wait', { error, waiting: this.#backlog.count })
        await sleep(backoffMs(backoff, this.#failures), undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined)
        this.#failures += 1
      }
    }
    try {
      while (await this.#recordChanges());
    } catch (error) {
      logger.log('warn', 'the latest changes could not be recorded; the next start finds them by comparison', { error })
    }
    await this.#options.ownership?.release().catch((error: unknown) => logger.log('warn', 'the leases could not be given back; others wait until they run out', { error }))
  }

  /** Takes kinds that nobody records, and gives up those that others do. */
  async #shareOut(): Promise<void> {
    const { ownership, reader, logger } = this.#options
    if (ownership === undefined) return
    const { gained, lost } = await ownership.keepUp([...this.#followed.values()].map(({ informer }) => informer))
    for (const kind of lost) this.#lose(kind)
    if (gained.length > 0) {
      logger.log('info', 'kinds are recorded by this process from now on', { kinds: gained.map(nameOf) })
      for (const kind of gained) this.#restart(kind)
      this.#readerLags = true
    }
    if (!this.#readerLags) return
    // Whoever recorded them until now may have told sinks of which nothing is known here.
    await reader.refresh()
    this.#readerLags = false
  }

  #lose(kind: GroupKind): void {
    this.#options.logger.log('info', 'the kind is recorded by another process from now on', { kind: nameOf(kind) })
    this.#options.ownership?.lost(kind)
    this.#restart(kind)
  }

  #restart(kind: GroupKind): void {
    const followed = this.#followed.get(nameOf(kind))
    if (followed !== undefined) this.#compareAgain(followed)
  }

  #owns(kind: GroupKind): boolean {
    const { ownership } = this.#options
    return ownership === undefined || ownership.epochOf(kind) !== undefined
  }

  #epochOf(kind: GroupKind): { readonly epoch: number | undefined } {
    return { epoch: this.#options.ownership?.epochOf(kind) }
  }

  /** Until there may be something to do, at most so long. */
  async #rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => undefined
  }

  /** Many changes are few transactions rather than one each. A comparison is not kept waiting. */
  async #gather(): Promise<void> {
    const { clock, gatherMs } = this.#options
    const ms = this.#recordedAt + gatherMs - clock.monotonic()
    const hasTime = this.#backlog.count > 0 && !this.#backlog.isFull && ![...this.#followed.values()].some(({ phase }) => phase === 'comparing')
    if (ms > 0 && hasTime && !this.#stopping.signal.aborted) await this.#rest(ms)
  }

  /** False when there was nothing to record. */
  async #recordSome(): Promise<boolean> {
    let worked = false
    for (const followed of this.#followed.values()) if (followed.phase === 'waiting') worked = (await this.#beginComparison(followed)) || worked
    worked = (await this.#recordChanges()) || worked
    for (const followed of this.#followed.values()) if (followed.phase === 'comparing') worked = (await this.#compareSome(followed)) || worked
    return worked
  }

  async #beginComparison(followed: Followed): Promise<boolean> {
    const { cluster, store, reader, view, batchSize } = this.#options
    const { informer } = followed
    if (!isComplete(informer) || !this.#owns(informer.resource)) return false
    const checkpoint = await store.checkpoint(cluster.name, informer.resource)
    if (!isComplete(informer) || followed.phase !== 'waiting' || !this.#caughtUp(followed, checkpoint?.resourceVersion)) return false
    // From here on in one step: what changes after the snapshot waits behind it.
    this.#backlog.drop(followed)
    followed.phase = 'comparing'
    followed.comparison = new Comparison({
      store,
      cluster: cluster.name,
      kind: informer.resource,
      objects: informer.lister(allSeeing),
      view,
      scope: JSON.stringify(informer.options),
      resourceVersion: informer.status().resourceVersion ?? checkpoint?.resourceVersion ?? '',
      newcomers: reader.newcomers(cluster.name, informer.resource),
      checkpoint,
      pageSize: pageSizeOf(informer, batchSize),
      ...this.#epochOf(informer.resource),
    })
    return true
  }

  /** A list may come from a server that lags behind what was recorded; it would undo what is known. */
  #caughtUp(followed: Followed, recorded: string | undefined): boolean {
    const { clock, catchUpMs, logger } = this.#options
    const listed = followed.informer.status().resourceVersion
    if (recorded === undefined || listed === undefined || later(recorded, listed) === listed) return true
    followed.behindSince ??= clock.monotonic()
    if (clock.monotonic() - followed.behindSince < catchUpMs) return false
    logger.log('warn', 'the cluster is older than what was recorded of it, as after a restore; it is recorded as it is now', { kind: formatKind(followed.informer.resource), recorded, listed })
    return true
  }

  async #compareSome(followed: Followed): Promise<boolean> {
    const { comparison } = followed
    if (comparison === undefined) return false
    const observed = await comparison.next()
    // It may have been given up meanwhile.
    if (followed.comparison !== comparison) return true
    await this.#options.store.record([observed], this.#options.reader)
    if (followed.comparison !== comparison) return true
    comparison.recorded()
    if (!observed.complete) return true
    followed.phase = 'following'
    followed.comparison = undefined
    delete followed.behindSince
    this.#options.logger.log('info', 'the kind is recorded', { kind: formatKind(followed.informer.resource), objects: followed.informer.status().objects })
    return true
  }

  async #recordChanges(): Promise<boolean> {
    const { store, reader, cluster, view } = this.#options
    const taken = this.#backlog.batch(this.#followed.values())
    if (taken.length === 0) return false
    this.#recordedAt = this.#options.clock.monotonic()
    await store.record(taken.map(({ followed: { informer }, changes }) => observedOf(cluster.name, informer, changes, view, this.#epochOf(informer.resource).epoch)), reader)
    for (const { followed, changes } of taken) {
      // Given up meanwhile, it has none of these any more.
      if (followed.waiting[0] !== changes[0]) continue
      this.#backlog.drop(followed, changes.length)
    }
    return true
  }
}
