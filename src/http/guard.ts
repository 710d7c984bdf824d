import { WatchqlError } from '../base/errors.ts'

export interface GuardOptions {
  /** Whether the service listens on loopback only: then a request must name this machine. */
  readonly loopback: boolean
  /** Host names beside localhost that requests may name on loopback. */
  readonly allowedHosts: readonly string[]
  /** Origins of pages elsewhere that may use the API. */
  readonly allowedOrigins: readonly string[]
}

export interface GuardedRequest {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly secFetchSite: string | undefined
}

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Keeps pages of other sites from using a browser's reach: a page may not name this service by
 * a name of its own (DNS rebinding), and may not ask across sites unless its origin is allowed.
 * Programs send neither Origin nor Sec-Fetch-Site and pass. Throws FORBIDDEN.
 */
export function guard(request: GuardedRequest, options: GuardOptions): void {
  const hostname = nameOf(request.host)
  if (options.loopback && !localHosts.has(hostname) && !options.allowedHosts.includes(hostname))
    throw new WatchqlError('FORBIDDEN', `This service does not go by the name ${JSON.stringify(hostname)}; if it should, add that to http.allowedHosts.`)
  if (request.origin !== undefined && isAllowed(request.origin, options)) return
  const foreign = request.origin === undefined ? request.secFetchSite === 'cross-site' : !isSameOrigin(request.origin, request.host)
  if (foreign) throw new WatchqlError('FORBIDDEN', 'Pages of other sites may not use this service; if this one should, add its origin to http.allowedOrigins.')
}

export function isAllowed(origin: string, options: Pick<GuardOptions, 'allowedOrigins'>): boolean {
  return options.allowedOrigins.includes(origin)
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

/** `localhost:3000` without its port; IPv6 addresses keep their brackets. */
function nameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase()
}
