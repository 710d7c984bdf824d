import type { Clock } from '../base/clock.ts'
import type { Breaker } from './breaker.ts'
import type { Fitting } from './fitting.ts'
import type { Claim } from './outcomes.ts'

export interface TurnsOptions {
  readonly breaker: Breaker
  readonly fitting: Fitting
  readonly clock: Clock
  /** Requests under way at once. */
  readonly concurrency: number
  /** 0 for any. */
  readonly ratePerSecond: number
  /** The longest that one takes. */
  readonly timeoutMs: number
}

/** Who may send to one receiver: in order of arrival, as many at once, as large, and as often as it and memory can take. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #waiting: { readonly claim: Claim; readonly resolve: (isTurn: boolean) => void }[] = []
  #underWay = 0
  #bytesUnderWay = 0
  #allowance: number
  #allowanceAt: number
  #cancelRefill: (() => void) | undefined
  #hasEnded = false

  constructor(options: TurnsOptions) {
    this.#options = options
    this.#allowance = Math.max(1, options.ratePerSecond)
    this.#allowanceAt = options.clock.monotonic()
  }

  /** Waits for a turn; whoever gets it says when it is over. False when there will be none while the lane is held. */
  take(claim: Claim): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ claim, resolve })
      this.#pass()
    })
  }

  /** Whether an attempt that begins now ends while the lane is held. */
  isInTime({ until }: Claim): boolean {
    const { clock, timeoutMs } = this.#options
    return clock.monotonic() + timeoutMs < until
  }

  /** To be called when it is known what the answer means for the receiver: whoever waits may have to wait no longer, or to give its lane back. */
  over({ bytes }: Claim): void {
    this.#underWay -= 1
    this.#bytesUnderWay -= bytes
    this.#pass()
  }

  /** There are none any more. */
  end(): void {
    this.#hasEnded = true
    this.#cancelRefill?.()
    this.#pass()
  }

  #pass(): void {
    const { breaker, fitting, clock, concurrency } = this.#options
    const now = clock.now()
    // A receiver that is left alone keeps no lanes: they are claimed anew when it is time.
    const isOver = this.#hasEnded || breaker.heldUntil(now) !== undefined
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { claim, resolve } = next
      const isTurn = !isOver && this.isInTime(claim)
      if (isTurn) {
        if (breaker.room(concurrency, this.#underWay, now) <= 0 || !fitting.fits(claim.bytes, this.#bytesUnderWay) || !this.#allowed()) return
        this.#underWay += 1
        this.#bytesUnderWay += claim.bytes
      }
      this.#waiting.shift()
      resolve(isTurn)
    }
  }

  /** A bucket that fills at the sink's rate and holds a second's worth. */
  #allowed(): boolean {
    const { ratePerSecond, clock } = this.#options
    if (ratePerSecond === 0) return true
    const now = clock.monotonic()
    this.#allowance = Math.min(Math.max(1, ratePerSecond), this.#allowance + ((now - this.#allowanceAt) / 1000) * ratePerSecond)
    this.#allowanceAt = now
    if (this.#allowance >= 1) {
      this.#allowance -= 1
      return true
    }
    this.#cancelRefill ??= clock.after(Math.ceil(((1 - this.#allowance) / ratePerSecond) * 1000), () => {
      this.#cancelRefill = undefined
      this.#pass()
    })
    return false
  }
}
