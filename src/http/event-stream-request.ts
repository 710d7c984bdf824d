import { WatchqlError } from '../base/errors.ts'
import type { GivenOperation } from '../graphql/check-operation.ts'

/** Whether a request is to be answered with an event stream: where a plain answer would do as well, it gets that. */
export function wantsEvents(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase())
  return types.includes('text/event-stream') && !types.some((type) => type === 'application/json' || type === 'application/graphql-response+json')
}

/** The operation of a request's body, or of its search parameters. Throws BAD_REQUEST. */
export function givenOperation(method: string, given: unknown): GivenOperation {
  const { query, operationName, variables } = isRecord(given) ? given : {}
  if (typeof query !== 'string') throw new WatchqlError('BAD_REQUEST', 'Give the operation as `query`, a text.')
  if (!isAbsent(operationName) && typeof operationName !== 'string') throw new WatchqlError('BAD_REQUEST', '`operationName` must be a text.')
  const read = method === 'GET' && typeof variables === 'string' ? parsed(variables) : variables
  if (!isAbsent(read) && !isRecord(read)) throw new WatchqlError('BAD_REQUEST', '`variables` must be an object.')
  return { query, operationName, variables: read }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
