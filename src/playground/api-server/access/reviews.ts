import type { Exchange } from '../exchange.ts'
import { badRequest, invalid } from '../status.ts'
import type { Attributes, Authorizer } from './authorizer.ts'
import { userOf, type Tokens, type User } from './users.ts'

export interface ReviewSettings {
  readonly tokens: Tokens | undefined
  readonly authorizer: Authorizer
}

interface ReviewSpec {
  readonly token?: string
  readonly user?: string
  readonly groups?: readonly string[]
  readonly namespace?: string
  readonly resourceAttributes?: Partial<Attributes>
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string }
}

type Review = (spec: ReviewSpec, caller: User, settings: ReviewSettings) => object

const reviews: Readonly<Record<string, Review>> = {
  tokenreviews({ token = '' }, _caller, { tokens }) {
    if (token === '') throw badRequest('token is required for TokenReview in authentication')
    const user = userOf(token, tokens)
    if (user === undefined) return { user: {}, error: 'invalid bearer token' }
    return { authenticated: true, user, audiences: ['https://kubernetes.default.svc'] }
  },
  selfsubjectreviews: (_spec, caller) => ({ userInfo: caller }),
  subjectaccessreviews: reviewSubject,
  localsubjectaccessreviews: reviewSubject,
  selfsubjectaccessreviews: (spec, caller, { authorizer }) => ({ allowed: authorizer(caller, attributesIn(spec)) }),
  // What an authorizer allows cannot be listed, only asked: rules are told only where all is allowed.
  selfsubjectrulesreviews({ namespace }, caller, { authorizer }) {
    const allowsAll = authorizer(caller, { verb: '*', group: '*', resource: '*', ...(namespace === undefined ? {} : { namespace }) })
    return {
      resourceRules: allowsAll ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [],
      nonResourceRules: allowsAll ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [],
      incomplete: !allowsAll,
    }
  },
}

function reviewSubject(spec: ReviewSpec, _caller: User, { authorizer }: ReviewSettings): object {
  const { user = '', groups = [] } = spec
  if (user === '' && groups.length === 0) {
    const message = 'Invalid value: "": at least one of user or group must be specified'
    throw invalid({ group: 'authorization.k8s.io', kind: '', name: '' }, [{ reason: 'FieldValueInvalid', message, field: 'spec.user' }])
  }
  return { allowed: authorizer({ username: user, groups }, attributesIn(spec)) }
}

function attributesIn({ resourceAttributes, nonResourceAttributes }: ReviewSpec): Attributes {
  if (resourceAttributes === undefined) return { verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' }
  // Empty means absent here, except for the group, whose empty name is the core group's.
  const given = Object.fromEntries(Object.entries(resourceAttributes).filter(([, value]) => value !== ''))
  return { verb: '', group: '', ...given }
}

/** Answers a review; it is kept nowhere. */
export async function answerReview(exchange: Exchange, settings: ReviewSettings): Promise<void> {
  const review = reviews[exchange.info.resource ?? '']
  const body = (await exchange.body()) as { readonly metadata?: object; readonly spec?: ReviewSpec } | null
  if (review === undefined || typeof body !== 'object' || body === null) throw badRequest('the object provided is unrecognized')
  exchange.json(201, { ...body, metadata: body.metadata ?? {}, status: review(body.spec ?? {}, exchange.user, settings) })
}
