import { memberOf } from '../../../base/member-of.ts'

/** Who asks. */
export interface User {
  readonly username: string
  readonly groups: readonly string[]
}

/** Bearer tokens and whose they are. */
export type Tokens = Readonly<Record<string, User>>

export const administrator: User = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }
export const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Whom a token belongs to. Without any tokens, everybody is an administrator. */
export function userOf(token: string, tokens: Tokens | undefined): User | undefined {
  if (tokens === undefined) return administrator
  const user = memberOf(tokens, token)
  return user && { ...user, groups: [...new Set([...user.groups, 'system:authenticated'])] }
}

/** The user of an `authorization` header; undefined when it is not accepted. */
export function authenticate(authorization: string | undefined, tokens: Tokens | undefined): User | undefined {
  if (tokens === undefined) return administrator
  const [, token = ''] = /^bearer +(.+)$/i.exec(authorization ?? '') ?? []
  return userOf(token, tokens)
}
