import type { RequestInfo } from '../request-info.ts'
import { StatusError, forbidden } from '../status.ts'
import type { User } from './users.ts'

/** What somebody wants to do: to a resource, or, without one, to a path. */
export interface Attributes {
  readonly verb: string
  readonly group?: string
  readonly version?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
  readonly path?: string
}

export type Authorizer = (user: User, attributes: Attributes) => boolean

/** What everybody may who is logged in, as in every cluster (the ClusterRole `system:discovery`). */
const discoveryPaths = /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)/

function attributesOf({ method: _method, query: _query, path, ...rest }: RequestInfo): Attributes {
  return rest.resource === undefined ? { verb: rest.verb, path } : rest
}

/** Throws 403 with the server's wording when the authorizer says no. */
export function authorize(user: User, info: RequestInfo, authorizer: Authorizer): void {
  const attributes = attributesOf(info)
  const isDiscovery = info.resource === undefined && discoveryPaths.test(info.path) && user.groups.includes('system:authenticated')
  if (isDiscovery || authorizer(user, attributes)) return
  const who = `User ${JSON.stringify(user.username)} cannot`
  const { verb, group = '', resource, subresource, namespace, name } = attributes
  if (resource === undefined) throw new StatusError(403, 'Forbidden', `forbidden: ${who} ${verb} path ${JSON.stringify(info.path)}`, { details: {} })
  const what = JSON.stringify(subresource === undefined ? resource : `${resource}/${subresource}`)
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  throw forbidden({ group, plural: resource, ...(name === undefined ? {} : { name }) }, `${who} ${verb} resource ${what} in API group ${JSON.stringify(group)} ${where}`)
}
