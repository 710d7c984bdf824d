import type { BackoffPolicy } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logging.ts'
import type { FilterLimits } from '../model/path-filter.ts'
import type { SinkState } from '../model/sink.ts'
import type { BreakerPolicy } from './breaker.ts'
import type { Connections } from './connections.ts'
import { Dispatcher, type Answer } from './dispatcher.ts'
import { matcherOf, type Matcher } from './matcher.ts'
import { Fitting } from './fitting.ts'
import type { Outbox } from './outbox.ts'
import type { Attempt } from './outcomes.ts'
import type { OutboxUpkeep } from './outbox-upkeep.ts'
import type { Delivery } from './payload.ts'
import type { SavedSink } from './saved-sinks.ts'
import { openSender, type Sender } from './sinks/sender.ts'

export interface SinkSurroundings {
  readonly outbox: Outbox
  /** The sinks that have something in hand. */
  readonly busy: Set<Fitting>
  readonly upkeep: OutboxUpkeep
  readonly connections: Connections
  readonly filterLimits: FilterLimits
  readonly maxBodyBytes: number
  /** Whether sinks made by API may be anywhere too. */
  readonly allowLocalTargets: boolean
  /** The waits between attempts. */
  readonly waitsMs: readonly number[]
  readonly breaker: BreakerPolicy
  readonly backoff: BackoffPolicy
  readonly random: () => number
  readonly clock: Clock
  readonly logger: Logger
  readonly onAttempt: (attempt: Attempt, observedAt: number) => void
}

/** How many finished deliveries there may be before the oldest are looked for. */
const pruneEvery = 500

/** One sink at work: what it lets through, what is pending, and who sends it. */
export class RunningSink {
  readonly matcher: Matcher
  /** Why it is not sent to though nobody paused it; what happens waits. A start with another configuration may find it gone. */
  readonly obstacle: string | undefined
  readonly #surroundings: SinkSurroundings
  readonly #sender: Sender
  readonly #onDisable: (reason: string) => void
  #dispatcher: Dispatcher | undefined
  #saved: SavedSink
  #finished = 0
  pending = 0
  dead = 0
  lastSuccessAt: number | undefined
  lastFailureAt: number | undefined
  lastError: string | undefined

  /** Throws for a definition that is not valid. */
  constructor(saved: SavedSink, obstacle: string | undefined, surroundings: SinkSurroundings, onDisable: (reason: string) => void) {
    const { definition, origin } = saved
    this.#saved = saved
    this.#surroundings = surroundings
    this.#onDisable = onDisable
    this.matcher = matcherOf(definition.filter, definition.type === 'WEBHOOK' ? definition.format : 'cloudevents', surroundings.filterLimits)
    this.#sender = openSender(definition, { anywhere: origin === 'CONFIG' || surroundings.allowLocalTargets, connections: surroundings.connections, maxBodyBytes: surroundings.maxBodyBytes, clock: surroundings.clock })
    this.obstacle = obstacle
  }

  get saved(): SavedSink {
    return this.#saved
  }

  get id(): string {
    return this.#saved.definition.id
  }

  get state(): SinkState {
    return this.#saved.state === 'ACTIVE' && this.obstacle !== undefined ? 'DISABLED' : this.#saved.state
  }

  get trouble(): string | undefined {
    return this.#dispatcher?.trouble
  }

  get crowded(): boolean {
    return this.pending > this.#saved.definition.maxBacklog
  }

  /** Reads what is pending from before. */
  async count(): Promise<void> {
    const { pending, dead } = await this.#surroundings.upkeep.counts(this.id)
    this.pending = pending
    this.dead = dead
  }

  async become(saved: SavedSink, started: boolean): Promise<void> {
    this.#saved = saved
    if (saved.state !== 'ACTIVE') await this.#rest()
    else if (started) this.begin()
  }

  begin(): void {
    if (this.state !== 'ACTIVE' || this.#dispatcher !== undefined) return
    const { definition } = this.#saved
    const { outbox, busy, upkeep, waitsMs, breaker, backoff, random, clock, logger } = this.#surroundings
    this.#dispatcher = new Dispatcher({
      sink: definition.id,
      outbox,
      fitting: new Fitting(busy),
      hurry: () => upkeep.hurry(definition.id, clock.now()),
      timeoutMs: definition.timeoutMs,
      send: (delivery, signal) => this.#sender.send(delivery, signal),
      concurrency: definition.concurrency,
      ratePerSecond: definition.ratePerSecond,
      waitsMs,
      // Others may put something there without telling.
      lookMs: outbox.shared ? 1000 : 60_000,
      breaker,
      backoff,
      random,
      clock,
      logger,
      onAttempt: (attempt, observedAt) => this.#attempted(attempt, observedAt),
      onDisable: this.#onDisable,
    })
    this.#dispatcher.wake()
  }

  /** So many deliveries more are due. */
  added(count: number): void {
    this.pending += count
    this.wake()
  }

  wake(): void {
    this.#dispatcher?.wake()
  }

  /** Sends something outside of any order. */
  sendNow(delivery: Delivery): Promise<Answer> {
    if (this.obstacle !== undefined) return Promise.resolve({ outcome: 'unreachable', status: null, error: this.obstacle })
    return this.#sender.send(delivery, AbortSignal.timeout(this.#saved.definition.timeoutMs))
  }

  async stop(): Promise<void> {
    await this.#rest()
    await this.#sender.close()
  }

  async #rest(): Promise<void> {
    const dispatcher = this.#dispatcher
    this.#dispatcher = undefined
    await dispatcher?.stop(Math.min(5000, this.#saved.definition.timeoutMs))
  }

  #attempted(attempt: Attempt, observedAt: number): void {
    const { upkeep, logger, onAttempt } = this.#surroundings
    onAttempt(attempt, observedAt)
    if (attempt.state === 'DELIVERED') this.lastSuccessAt = attempt.at
    else {
      this.lastFailureAt = attempt.at
      this.lastError = attempt.error ?? ''
      logger.log('warn', attempt.state === 'DEAD' ? 'a delivery is given up; it can be sent again by hand' : 'a delivery failed', { sink: this.id, event: attempt.event, attempts: attempt.attempts, error: attempt.error, dueAt: attempt.dueAt })
    }
    if (attempt.state === 'PENDING') return
    this.pending -= 1
    if (attempt.state === 'DEAD') this.dead += 1
    this.#finished += 1
    if (this.#finished % pruneEvery === 0) void upkeep.prune(this.id).catch((error: unknown) => logger.log('error', 'old deliveries cannot be forgotten', { sink: this.id, error }))
  }
}
