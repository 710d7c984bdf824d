import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { WatchqlError, errorCatalogue, toWatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'

/** What Apollo and graphql-js themselves say of a request; safe to pass on. */
const passedOn = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST', ...Object.keys(errorCatalogue)])

/** An error as it leaves the service: its code and message if they are meant for the caller, else masked and logged. */
export function formatGraphqlError(formatted: GraphQLFormattedError, error: unknown, logger: Logger): GraphQLFormattedError {
  const cause = error instanceof GraphQLError ? error.originalError : error
  if (cause instanceof Error && !(cause instanceof GraphQLError)) return masked(formatted, cause, logger)
  const code = formatted.extensions?.['code']
  if (typeof code === 'string' && passedOn.has(code)) return withoutStack(formatted)
  // Without a cause and a code it is graphql-js that speaks, of what the caller gave.
  if (error instanceof GraphQLError && code === undefined) return withoutStack({ ...formatted, extensions: { ...formatted.extensions, code: 'BAD_USER_INPUT' } })
  return masked(formatted, error instanceof Error ? error : new Error(String(error)), logger)
}

function masked(formatted: GraphQLFormattedError, cause: Error, logger: Logger): GraphQLFormattedError {
  const known = toWatchqlError(cause)
  if (!(cause instanceof WatchqlError)) logger.log('error', 'a GraphQL operation failed', { error: cause, path: formatted.path })
  const { locations, path } = formatted
  return {
    message: known.message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code: known.code, ...known.details },
  }
}

function withoutStack(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _stacktrace, http: _http, ...extensions } = formatted.extensions ?? {}
  return { ...formatted, extensions }
}
