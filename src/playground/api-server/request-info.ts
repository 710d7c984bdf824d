import { badRequest } from './status.ts'

/** What a request is about, in Kubernetes' terms. */
export interface RequestInfo {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** `list`, `watch`, `get`, … of a resource; the lower-case method of any other path. */
  readonly verb: string
  readonly group?: string
  readonly version?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

const verbs: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** Throws 400 for an address that is none. */
export function requestInfo(method: string, address: string): RequestInfo {
  const { pathname, searchParams: query } = parseAddress(address)
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname
  const parts = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path)
  if (parts === null) return { method, path, query, verb: method.toLowerCase() }
  const [, group = '', version = '', rest = ''] = parts
  const segments = rest.split('/').map(decode)
  // `namespaces/x/pods/y/status`; but `namespaces/x` and `namespaces/x/status` are the namespace itself.
  const isNamespaced = segments[0] === 'namespaces' && segments.length > 2 && !['status', 'finalize'].includes(segments[2] ?? '')
  const [resource = '', name, subresource] = isNamespaced ? segments.slice(2) : segments
  const namespace = isNamespaced ? segments[1] : undefined
  return {
    method,
    path,
    query,
    verb: resourceVerb(verbs[method] ?? method.toLowerCase(), name, query),
    group,
    version,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}

function resourceVerb(verb: string, name: string | undefined, query: URLSearchParams): string {
  if (name !== undefined) return verb
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list'
  return verb === 'delete' ? 'deletecollection' : verb
}

/** As the server reads flags: `watch=1` and a bare `watch` are true. */
export function isTrue(flag: string | null): boolean {
  return flag !== null && !['false', '0'].includes(flag.toLowerCase())
}

function parseAddress(address: string): URL {
  try {
    return new URL(address, 'http://localhost')
  } catch {
    throw badRequest(`not an address: ${address}`)
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`not a path: ${segment}`)
  }
}
