import type { Exchange, RequestInfo, User } from './exchange.ts'
import { StatusError } from './status.ts'

/** Decides whether a user may do what a request asks. */
export type Authorizer = (user: User, info: Pick<RequestInfo, 'verb' | 'group' | 'resource' | 'namespace' | 'name' | 'path'>) => boolean

export interface AccessOptions {
  /** Bearer tokens and whose they are. Without it everybody is an administrator. */
  readonly tokens?: Readonly<Record<string, User>>
  readonly authorizer?: Authorizer
}

const administrator: User = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }

export function authenticate(authorization: string | undefined, options: AccessOptions): User {
  if (options.tokens === undefined) return administrator
  const user = userOf(authorization?.replace(/^Bearer /, '') ?? '', options)
  if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized')
  return user
}

export function authorize(exchange: Exchange, options: AccessOptions): void {
  const { info, user } = exchange
  if (info.resource === undefined || options.authorizer === undefined || options.authorizer(user, info)) return
  const { verb, resource, group = '', namespace, name } = info
  const what = `User ${JSON.stringify(user.username)} cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  throw new StatusError(403, 'Forbidden', `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${JSON.stringify(name)}`} is forbidden: ${what} ${where}`)
}

interface Attributes {
  readonly verb?: string
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
}

interface Review {
  readonly apiVersion?: string
  readonly kind?: string
  readonly spec?: { readonly token?: string; readonly user?: string; readonly groups?: readonly string[]; readonly resourceAttributes?: Attributes }
}

/** TokenReview and the access reviews: created, answered, kept nowhere. False when the path is none of theirs. */
export async function answerReview(exchange: Exchange, options: AccessOptions): Promise<boolean> {
  const [, kind] = /^\/apis\/(?:authentication|authorization)\.k8s\.io\/v1\/(tokenreviews|subjectaccessreviews|selfsubjectaccessreviews|selfsubjectrulesreviews)$/.exec(exchange.info.path) ?? []
  if (kind === undefined || exchange.info.verb !== 'create') return false
  const review = (await exchange.body()) as Review
  exchange.json(201, { ...review, metadata: { creationTimestamp: null }, status: reviewStatus(kind, review, exchange.user, options) })
  return true
}

function reviewStatus(kind: string, { spec = {} }: Review, caller: User, options: AccessOptions): object {
  if (kind === 'tokenreviews') {
    const user = userOf(spec.token ?? '', options)
    return user === undefined ? { user: {}, error: '[invalid bearer token]' } : { authenticated: true, user }
  }
  if (kind === 'selfsubjectrulesreviews') return { resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], nonResourceRules: [], incomplete: options.authorizer !== undefined }
  const user = kind === 'selfsubjectaccessreviews' ? caller : { username: spec.user ?? '', groups: spec.groups ?? [] }
  const { verb = '', group = '', resource = '', namespace, name } = spec.resourceAttributes ?? {}
  const attributes = { verb, group, resource, path: '', ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) }
  return { allowed: options.authorizer?.(user, attributes) ?? true }
}

function userOf(token: string, { tokens }: AccessOptions): User | undefined {
  if (tokens === undefined) return token === '' ? undefined : administrator
  return Object.hasOwn(tokens, token) ? tokens[token] : undefined
}
