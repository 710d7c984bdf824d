export interface BreakerPolicy {
  /** Failures in a row after which the receiver counts as down. */
  readonly failures: number
  /** The first wait between probes; doubles up to the longest. */
  readonly probeMs: number
  readonly maxProbeMs: number
  /** Without any success for this long it is given up. */
  readonly giveUpMs: number
}

/**
 * Tells a receiver that is down from an event that it refuses. While it is down one attempt at
 * a time probes it, and attempts do not count against their events.
 */
export class Breaker {
  readonly #policy: BreakerPolicy
  #failures = 0
  #probes = 0
  #failingSince: number | undefined
  /** Until the next probe. */
  #holdUntil = 0
  /** What the receiver asked for; a success of what was under way then does not end it. */
  #askedUntil = 0
  #accepting = false

  constructor(policy: BreakerPolicy) {
    this.#policy = policy
  }

  get open(): boolean {
    return this.#failures >= this.#policy.failures
  }

  /** Attempts that may begin now, given how many are under way. */
  room(concurrency: number, underWay: number, now: number): number {
    if (this.heldUntil(now) !== undefined) return 0
    return Math.max(0, (this.open ? 1 : concurrency) - underWay)
  }

  /** When `room` may say otherwise; undefined when it waits for nothing. */
  heldUntil(now: number): number | undefined {
    const until = Math.max(this.#holdUntil, this.#askedUntil)
    return now < until ? until : undefined
  }

  succeeded(): void {
    this.#accepting = true
    this.#failures = 0
    this.#probes = 0
    this.#failingSince = undefined
    this.#holdUntil = 0
  }

  failed(now: number): void {
    this.#failures += 1
    this.#failingSince ??= now
    // What was under way when it went down tells nothing new.
    if (!this.open || now < this.#holdUntil) return
    this.#holdUntil = now + Math.min(this.#policy.maxProbeMs, this.#policy.probeMs * 2 ** Math.min(this.#probes, 20))
    this.#probes += 1
  }

  /** Whether the receiver accepted others while one failed so many times: then it is that one that it refuses. */
  blames(attempts: number): boolean {
    return this.#accepting && this.#failures < attempts
  }

  /** The receiver asks to be left alone until then. */
  hold(until: number): void {
    this.#askedUntil = Math.max(this.#askedUntil, until)
  }

  /** Since when nothing got through, when that is too long. */
  givenUp(now: number): number | undefined {
    return this.#failingSince !== undefined && now - this.#failingSince >= this.#policy.giveUpMs ? this.#failingSince : undefined
  }
}
