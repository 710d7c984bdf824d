import { backoffMs, type BackoffPolicy } from '../base/backoff.ts'
import type { Logger } from '../base/logging.ts'
import { Breaker, type BreakerPolicy } from './breaker.ts'
import type { Outbox } from './outbox.ts'
import type { Attempt, Claim } from './outcomes.ts'
import type { Delivery, DeliveryHead } from './payload.ts'
import { retryAfterMs } from './retry.ts'
import { Turns, type TurnsOptions } from './turns.ts'

/** How the receiver took a delivery. */
export interface Answer {
  /** `busy`: it asks to be left alone. `gone`: it wants no more at all. `impossible`: this delivery can never be sent. */
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | 'busy' | 'gone' | 'impossible'
  readonly status: number | null
  readonly error: string | null
  readonly retryAfterMs?: number
}

/** Sends one delivery. Never rejects; settles soon after the signal. */
export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<Answer>

export interface DispatcherOptions extends Omit<TurnsOptions, 'breaker'> {
  readonly sink: string
  readonly outbox: Outbox
  /** For what else is to be done when the receiver is back. */
  readonly hurry: () => Promise<void>
  readonly send: Send
  /** After each failed attempt; after one more it is given up. */
  readonly waitsMs: readonly number[]
  readonly breaker: BreakerPolicy
  /** It is looked at least this often for what is due that nobody told of. */
  readonly lookMs: number
  /** For the database when it fails. */
  readonly backoff: BackoffPolicy
  readonly random: () => number
  readonly logger: Logger
  readonly onAttempt: (attempt: Attempt, observedAt: number) => void
  /** The receiver is to be sent nothing more; called once. */
  readonly onDisable: (reason: string) => void
}

/** Beside two attempts: for what is between them, and so that a process that stalls for a while does not lose its lanes. */
const spareHoldMs = 15_000

/** Sends what is due to one sink, each object's deliveries in order. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #breaker: Breaker
  readonly #turns: Turns
  readonly #held = new Set<string>()
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #filling: Promise<void> | undefined
  #again = false
  /** The latest look found nothing due that is not in hand; whoever adds something since then says so. False during a look, which passes over what is in hand. */
  #hasAll = false
  #cancelTimer: (() => void) | undefined
  /** When the next lane is due, of those that wait for a later attempt; to be asked for anew when undefined. */
  #nextDue: Promise<number | undefined> | undefined
  #databaseFailures = 0
  /** Lanes in a row that could not be emptied for a reason of our own. */
  #brokenLanes = 0
  readonly #leaving = new AbortController()

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#breaker = new Breaker(options.breaker)
    this.#turns = new Turns({ ...options, breaker: this.#breaker })
  }

  /** Why the receiver is left alone for now; undefined when it is not. */
  get trouble(): string | undefined {
    return this.#breaker.open ? 'The receiver does not accept anything; it is tried with one delivery at a time.' : undefined
  }

  /** Looks for what is due, now. */
  wake(): void {
    if (this.#stopping.signal.aborted) return
    this.#again = true
    this.#filling ??= this.#fill()
  }

  /** Lets attempts under way end, for at most so long; what is not confirmed is sent again by the next run. */
  async stop(graceMs: number): Promise<void> {
    this.#cancelTimer?.()
    const forced = this.#options.clock.after(graceMs, () => this.#stopping.abort())
    this.#leaving.abort()
    this.#turns.end()
    await this.#filling
    while (this.#running.size > 0) await Promise.all(this.#running)
    this.#stopping.abort()
    forced()
  }

  async #fill(): Promise<void> {
    const { sink, outbox, fitting, concurrency, clock, logger, backoff, timeoutMs } = this.#options
    try {
      // Lanes that are done together are made up for together.
      await new Promise((resolve) => setImmediate(resolve))
      while (this.#again && !this.#leaving.signal.aborted) {
        this.#again = false
        this.#cancelTimer?.()
        const now = clock.now()
        const lanes = this.#breaker.open ? 1 : fitting.lanes(concurrency)
        const room = this.#breaker.heldUntil(now) === undefined ? lanes - this.#held.size : 0
        this.#hasAll = false
        if (room > 0) {
          const { claims, isAll } = await outbox.claim(sink, now, room, this.#held, 2 * timeoutMs + spareHoldMs)
          fitting.took(claims)
          for (const claim of claims) this.#begin(claim)
          this.#hasAll = isAll
          if (claims.length === room) continue
        }
        const next = Math.min(this.#breaker.heldUntil(now) ?? (await (this.#nextDue ??= outbox.nextDue(sink, now))) ?? Infinity, now + this.#options.lookMs)
        this.#cancelTimer = clock.after(Math.max(1, next - clock.now()), () => {
          this.#nextDue = undefined
          this.wake()
        })
      }
      this.#databaseFailures = 0
    } catch (error) {
      this.#nextDue = undefined
      logger.log('error', 'deliveries cannot be read', { sink, error })
      this.#cancelTimer = clock.after(backoffMs(backoff, this.#databaseFailures), () => this.wake())
      this.#databaseFailures += 1
    } finally {
      this.#filling = undefined
    }
  }

  #begin(claim: Claim): void {
    const { lane } = claim.delivery
    this.#held.add(lane)
    const emptied = async () => {
      const isEmpty = await this.#empty(claim).catch(async (error: unknown) => {
        this.#options.logger.log('error', 'a delivery could not be made', { sink: this.#options.sink, error })
        // Held meanwhile, so that what fails again and again does not keep the process busy.
        await this.#pause(this.#brokenLanes++)
        return false
      })
      this.#held.delete(lane)
      if (this.#held.size === 0) this.#options.fitting.rests()
      this.#running.delete(running)
      if (!isEmpty || !this.#hasAll) this.wake()
    }
    const running = emptied()
    this.#running.add(running)
  }

  /** Sends the deliveries of a lane until one fails. Answers whether none is left. */
  async #empty(claim: Claim): Promise<boolean> {
    const { outbox } = this.#options
    let held: Claim | undefined = claim
    try {
      while (await this.#turns.take(held)) {
        const attempt = await this.#attempt(held)
        if (attempt === undefined) return false
        this.#options.onAttempt(attempt, held.delivery.observedAt)
        const hasMore = await this.#save(held, attempt)
        // Whoever asked before that was saved does not know of it.
        if (attempt.state === 'PENDING') this.#nextDue = undefined
        if (hasMore === undefined) return false
        this.#brokenLanes = 0
        if (!hasMore) {
          held = undefined
          return attempt.state !== 'PENDING'
        }
        const next = await outbox.next(held)
        if (next === undefined) return false
        held = next
      }
      return false
    } finally {
      if (held !== undefined) await outbox.release(held)
    }
  }

  /** Undefined when it was not made, or broken off, by ourselves: that says nothing of the receiver. */
  async #attempt(claim: Claim): Promise<Attempt | undefined> {
    const { outbox, send, clock } = this.#options
    try {
      const delivery = await outbox.read(claim)
      // Reading may have taken long.
      if (delivery === undefined || !this.#turns.isInTime(claim)) return undefined
      const startedAt = clock.monotonic()
      const answer = await send(delivery, this.#stopping.signal)
      return this.#stopping.signal.aborted && answer.outcome !== 'accepted' ? undefined : this.#judge(delivery, answer, clock.monotonic() - startedAt)
    } finally {
      this.#turns.over(claim)
    }
  }

  /** What an answer means for the delivery and for the receiver. */
  #judge({ event, lane, attempts }: DeliveryHead, answer: Answer, durationMs: number): Attempt {
    const { sink, waitsMs, clock, random, hurry, onDisable } = this.#options
    const now = clock.now()
    const made = { sink, event, lane, at: now, durationMs, status: answer.status, error: answer.error }
    if (answer.outcome === 'accepted') {
      if (this.#breaker.open) void hurry().then(() => this.wake(), () => undefined)
      this.#breaker.succeeded()
      return { ...made, state: 'DELIVERED', attempts: attempts + 1 }
    }
    if (answer.outcome === 'impossible') return { ...made, state: 'DEAD', attempts: attempts + 1 }
    // While nothing gets through at all, it is not the delivery's fault.
    const wasDown = this.#breaker.open
    this.#breaker.failed(now)
    if (answer.outcome === 'busy') this.#breaker.hold(now + (answer.retryAfterMs ?? 1000))
    if (answer.outcome === 'gone') onDisable('The receiver answered 410 Gone: it wants no more.')
    const since = this.#breaker.givenUp(now)
    if (since !== undefined) onDisable(`Nothing was accepted since ${new Date(since).toISOString()}; the latest answer: ${answer.error ?? 'none'}`)
    const counts = !wasDown && answer.outcome !== 'busy' && answer.outcome !== 'gone'
    const failed = attempts + (counts ? 1 : 0)
    const wait = retryAfterMs(waitsMs, counts ? failed : 1, random)
    if (wait === undefined && this.#breaker.blames(failed)) return { ...made, state: 'DEAD', attempts: failed }
    return { ...made, state: 'PENDING', attempts: failed, dueAt: now + Math.max(wait ?? waitsMs.at(-1) ?? 0, answer.retryAfterMs ?? 0) }
  }

  /** Until the database takes it: without that the lane must not go on. Answers whether the lane has more, undefined when it did not take it. */
  async #save(claim: Claim, attempt: Attempt): Promise<boolean | undefined> {
    const { outbox, logger, sink } = this.#options
    for (let failures = 0; ; failures += 1) {
      try {
        return await outbox.saved(claim, attempt)
      } catch (error) {
        logger.log('error', 'the outcome of a delivery cannot be recorded', { sink, event: attempt.event, error })
        if (this.#leaving.signal.aborted) return undefined
        await this.#pause(failures)
      }
    }
  }

  /** Ends early when the dispatcher does. */
  #pause(failures: number): Promise<void> {
    const { clock, backoff } = this.#options
    const { signal } = this.#leaving
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = clock.after(backoffMs(backoff, failures), done)
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
    })
  }
}
