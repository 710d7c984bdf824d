import { setTimeout as sleep } from 'node:timers/promises'
import { backoffMs, type BackoffPolicy } from '../base/backoff.ts'
import type { Logger } from '../base/logging.ts'
import type { Discovery } from './discovery.ts'

export interface DiscoverySchedule {
  /** Whether to ask at the interval too, beside when something is known to have changed. */
  readonly sync: boolean
  readonly intervalMs: number
  readonly backoff: BackoffPolicy
}

export interface DiscoveryKeeperOptions {
  readonly discovery: Pick<Discovery, 'refresh'>
  readonly schedule: DiscoverySchedule
  /** Called after each answer, whether or not it differs from the one before. */
  readonly afterRefresh: () => void
  readonly logger: Logger
}

/** Changes come in crowds: all that come within this time are asked about once. */
const crowdMs = 100
/** In a crowd that goes on, the server is asked no more often than this. */
const spacingMs = 250
/** Discovery documents lag behind the definitions, by up to about a second: so long after a change it is asked again. */
const settlingMs = [100, 150, 250, 400, 800, 2000]
/** The longest that a timer can wait. */
const foreverMs = 2 ** 31 - 1

/**
 * Decides when the server is asked what it serves: insistently until the first answer, then at
 * the interval, and a few times in a row whenever it is told of a change.
 */
export class DiscoveryKeeper {
  readonly #options: DiscoveryKeeperOptions
  #failures = 0
  #settled = settlingMs.length
  #told = false
  #wake: () => void = () => undefined

  constructor(options: DiscoveryKeeperOptions) {
    this.#options = options
  }

  /** What is served has changed, or is about to. While the server fails, this does not hasten the next attempt. */
  changed(): void {
    this.#settled = 0
    this.askOnce()
  }

  /** Something may have been missed. */
  askOnce(): void {
    this.#told = true
    this.#wake()
  }

  /** Runs until aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The request that begins now answers for what was told before.
      this.#told = false
      const askedAt = performance.now()
      const retryInMs = await this.#refresh(signal)
      if (retryInMs !== undefined) await pause(retryInMs, signal)
      else if (await this.#quiet(signal)) await pause(Math.max(crowdMs, askedAt + spacingMs - performance.now()), signal)
    }
  }

  /** Undefined when it was answered, else how long to wait. */
  async #refresh(signal: AbortSignal): Promise<number | undefined> {
    const { discovery, schedule, afterRefresh, logger } = this.#options
    try {
      await discovery.refresh()
      this.#failures = 0
      if (!signal.aborted) afterRefresh()
      return undefined
    } catch (error) {
      const retryInMs = backoffMs(schedule.backoff, this.#failures)
      this.#failures += 1
      if (!signal.aborted) logger.log('warn', 'the API server did not tell what it serves', { message: error instanceof Error ? error.message : String(error), retryInMs })
      return retryInMs
    }
  }

  /** Until it is time to ask again, or true as soon as a change is told of. */
  async #quiet(signal: AbortSignal): Promise<boolean> {
    if (this.#told) return true
    const { sync, intervalMs } = this.#options.schedule
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    await pause(settlingMs[this.#settled] ?? (sync ? intervalMs : foreverMs), AbortSignal.any([signal, woken.signal]))
    if (!this.#told) this.#settled += 1
    return this.#told
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
}
