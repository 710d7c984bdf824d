import { WatchqlError } from '../base/errors.ts'
import type { ApiResponse } from './client.ts'

/**
 * Why a request to the API server did not give what was asked, sorted by what to do about it.
 * EXPIRED: the resourceVersion or continue token is too old; begin with a new list.
 * THROTTLED: the server asked for patience. NETWORK: no answer, or it broke off.
 */
export type FailureKind = 'EXPIRED' | 'FORBIDDEN' | 'NOT_FOUND' | 'UNAUTHENTICATED' | 'THROTTLED' | 'SERVER' | 'NETWORK' | 'BAD_ANSWER' | 'REJECTED'

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  /** What the server's Retry-After asked for. */
  readonly retryAfterMs?: number
}

/** A failed request on its way up to where it is handled. */
export class RequestFailed extends Error {
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause })
    this.name = 'RequestFailed'
    this.failure = failure
  }
}

const maxStatusBytes = 64 * 1024
const maxRetryAfterMs = 5 * 60_000

/** Consumes a response that is not a success. */
export async function failureOf(response: ApiResponse): Promise<Failure> {
  const message = await statusMessage(response)
  const kind = kindOfStatus(response.status)
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'])
  return { kind, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** The failure that a `Status` object stands for, as it comes inside a watch. */
export function failureOfStatus(status: Readonly<Record<string, unknown>>): Failure {
  const { code: sent, reason, message: text } = status as { code?: unknown; reason?: unknown; message?: unknown }
  const code = typeof sent === 'number' ? sent : 500
  const message = typeof text === 'string' ? text : `the server ended the watch with status ${code}`
  const expired = reason === 'Expired' || reason === 'Gone'
  return { kind: expired ? 'EXPIRED' : kindOfStatus(code), message }
}

export function failureOfError(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure
  if (error instanceof WatchqlError) {
    const kind = error.code === 'UNAUTHENTICATED' ? 'UNAUTHENTICATED' : error.code === 'BAD_SERVER_ANSWER' ? 'BAD_ANSWER' : 'NETWORK'
    return { kind, message: error.message }
  }
  return { kind: error instanceof SyntaxError ? 'BAD_ANSWER' : 'NETWORK', message: error instanceof Error ? error.message : String(error) }
}

function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'UNAUTHENTICATED'
    case 403:
      return 'FORBIDDEN'
    case 404:
    case 405:
      return 'NOT_FOUND'
    case 410:
      return 'EXPIRED'
    case 429:
      return 'THROTTLED'
    default:
      return status >= 500 ? 'SERVER' : 'REJECTED'
  }
}

async function statusMessage(response: ApiResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxStatusBytes) break
    }
    const status: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string') return status.message
  } catch {
    // An error page that is no Status says no more than its code does.
  } finally {
    response.cancel()
  }
  return `the API server answered with HTTP status ${response.status}`
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxRetryAfterMs) : undefined
}
