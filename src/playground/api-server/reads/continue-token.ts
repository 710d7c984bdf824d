import { badRequest } from '../status.ts'

/** Where a list goes on, and of which moment it is. */
export interface ContinueToken {
  /** -1 goes on with the present: an inconsistent list, which a client may choose when its moment has expired. */
  readonly resourceVersion: number
  readonly lastKey: string
}

const version = 'meta.k8s.io/v1'

export function writeContinueToken({ resourceVersion, lastKey }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: version, rv: resourceVersion, start: `/${lastKey}\0` })).toString('base64url')
}

/** Throws 400. */
export function readContinueToken(text: string): ContinueToken {
  let token: { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown }
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as typeof token
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${(error as Error).message}`)
  }
  const { v, rv, start } = token
  if (v !== version) throw badRequest('invalid continue token: continue key is not valid: server does not recognize this encoded version')
  if (typeof rv !== 'number' || typeof start !== 'string' || !start.startsWith('/')) throw badRequest('invalid continue token: continue key is not valid: incorrect encoded start resourceVersion')
  return { resourceVersion: rv, lastKey: start.slice(1).replace(/\0$/, '') }
}
