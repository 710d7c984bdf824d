const second = 1000
const hour = 3600 * second

/** How long to wait after so many failed attempts, spread by a tenth; undefined when it has been tried enough. */
export function retryAfterMs(waitsMs: readonly number[], failedAttempts: number, random: () => number): number | undefined {
  const wait = waitsMs[failedAttempts - 1]
  return wait === undefined ? undefined : Math.round(wait * (0.9 + 0.2 * random()))
}

/** `Retry-After` in milliseconds from now: seconds or a date; undefined for anything else. At most a day. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * second : Date.parse(header) - nowMs
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 24 * hour) : undefined
}
