import type { RequestInfo } from './exchange.ts'

const verbs: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** Reads a request's method and address in Kubernetes' terms. */
export function requestInfo(method: string, url: string): RequestInfo {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname
  const base = { verb: verbs[method] ?? method.toLowerCase(), path, query: searchParams }
  const parts = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path)
  if (parts === null) return base
  const [, group = '', version = '', rest = ''] = parts
  const segments = rest.split('/').map(decodeURIComponent)
  // `namespaces/x/pods/y/status`, but also the object `namespaces/x` itself.
  const scoped = segments[0] === 'namespaces' && segments.length > 2 && segments[2] !== 'status'
  const [resource = '', name, subresource] = scoped ? segments.slice(2) : segments
  const namespace = scoped ? segments[1] : undefined
  return {
    ...base,
    verb: collectionVerb(base.verb, name, searchParams),
    group,
    version,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}

function collectionVerb(verb: string, name: string | undefined, query: URLSearchParams): string {
  if (name !== undefined) return verb
  if (verb === 'get') return ['true', '1'].includes(query.get('watch') ?? '') ? 'watch' : 'list'
  return verb === 'delete' ? 'deletecollection' : verb
}
