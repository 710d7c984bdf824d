import { backoffMs, type BackoffPolicy } from '../base/backoff.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../base/logging.ts'
import type { Discovery } from './discovery.ts'

export interface DiscoverySchedule {
  /** Whether to go on asking after the first answer. */
  readonly sync: boolean
  readonly intervalMs: number
  readonly backoff: BackoffPolicy
}

/** Refreshes what is known of the cluster until aborted: insistently until the first answer, then at the interval. */
export async function keepDiscovering(discovery: Discovery, schedule: DiscoverySchedule, logger: Logger, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    let wait = schedule.intervalMs
    try {
      await discovery.refresh()
      failures = 0
      if (!schedule.sync) return
    } catch (error) {
      if (signal.aborted) return
      wait = backoffMs(schedule.backoff, failures)
      failures += 1
      logger.log('warn', 'the API server did not tell what it serves', { message: error instanceof Error ? error.message : String(error), retryInMs: wait })
    }
    await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
