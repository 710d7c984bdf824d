export interface BackoffPolicy {
  readonly initialMs: number
  readonly maxMs: number
  /** A number in [0, 1); injected so that tests know it. */
  readonly random: () => number
}

/**
 * Exponential backoff with jitter: attempt 0 waits about `initialMs`, each further one twice as
 * long up to `maxMs`; the wait is drawn from the upper half of that, so that many clients that
 * failed together do not return together.
 */
export function backoffMs(policy: BackoffPolicy, attempt: number): number {
  const ceiling = Math.min(policy.maxMs, policy.initialMs * 2 ** Math.min(attempt, 30))
  return Math.round(ceiling / 2 + (ceiling / 2) * policy.random())
}
