const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The waits after failed attempts that Standard Webhooks proposes. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]

export const longestWaitMs = 24 * hour

/** How long to wait after so many failed attempts, spread by a tenth; undefined when it has been tried enough. */
export function retryAfterMs(failedAttempts: number, random: () => number): number | undefined {
  const wait = waitsMs[failedAttempts - 1]
  return wait === undefined ? undefined : Math.round(wait * (0.9 + 0.2 * random()))
}

/** `Retry-After` in milliseconds from now: seconds or a date; undefined for anything else. At most a day. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * second : Date.parse(header) - nowMs
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 24 * hour) : undefined
}
