import { allSeeing, type Scope } from './scope.ts'

/** What a caller shows of itself. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface Caller {
  /** One value for all whose reach is the same: what they follow alike is then worked out once for all of them. */
  readonly scope: Scope
  /** Until when what was shown is valid, in milliseconds since the epoch; what runs then for the caller ends. Absent: for good. */
  readonly expiresAt?: number
}

/** Finds out who calls, whichever way the call comes. Rejects with the error that the caller is told. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>

/** For a service that asks nobody who they are. */
export const anybody: Authenticate = () => Promise.resolve({ scope: allSeeing })

/**
 * The headers of a WebSocket's request with what its first message adds: pages in browsers cannot
 * set headers for a WebSocket, so that `authorization` may come there. Nothing else is taken from
 * it: other headers may have been set, or cleared, by a proxy that is trusted to do so.
 */
export function withConnectionParams(headers: Credentials['headers'], params: Readonly<Record<string, unknown>> | null | undefined): Credentials {
  const given = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  return { headers: typeof given === 'string' ? { ...headers, authorization: given } : headers }
}

/** Calls back once what was shown is not valid any more; the answer takes that back. */
export function whenExpired({ expiresAt }: Caller, then: () => void): () => void {
  if (expiresAt === undefined) return () => undefined
  let timer: NodeJS.Timeout
  const wait = () => {
    const leftMs = expiresAt - Date.now()
    if (leftMs <= 0) then()
    else timer = setTimeout(wait, Math.min(leftMs, longestWaitMs))
  }
  timer = setTimeout(wait, 0)
  return () => clearTimeout(timer)
}

/** Timers cannot wait longer than 24 days, and clocks are set. */
const longestWaitMs = 60_000
