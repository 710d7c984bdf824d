/**
 * Every error that a user can meet, with the HTTP status it has where HTTP is the answer.
 * The codes are public: they are never renamed, and docs/errors.md explains each.
 */
export const errorCatalogue = {
  // What the caller sent.
  BAD_REQUEST: 400,
  INVALID_SELECTOR: 400,
  INVALID_PATH: 400,
  INVALID_FILTER: 400,
  INVALID_CURSOR: 400,
  INVALID_ARGUMENT: 400,
  MISSING_KIND: 416,
  QUERY_TOO_DEEP: 400,
  QUERY_TOO_COMPLEX: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  NOT_FOUND: 404,
  // What the cluster says of a kind.
  UNKNOWN_KIND: 404,
  KIND_NOT_SERVED: 404,
  KIND_NOT_WATCHED: 409,
  FORBIDDEN: 403,
  NOT_SYNCED: 503,
  // What runs already.
  WATCH_CONFLICT: 409,
  WATCH_READ_ONLY: 409,
  WATCH_LIMIT: 429,
  MEMORY_LIMIT: 507,
  SUBSCRIPTION_LIMIT: 429,
  // The way to the API server.
  UNREACHABLE: 502,
  UNAUTHENTICATED: 502,
  BAD_SERVER_ANSWER: 502,
  // How the service was set up.
  INVALID_CONFIG: 500,
  UNREADABLE_FILE: 500,
  LISTEN_FAILED: 500,
  DATABASE_FAILED: 500,
  // This service.
  SHUTTING_DOWN: 503,
  INTERNAL: 500,
} as const

export type ErrorCode = keyof typeof errorCatalogue

export interface ErrorOptions {
  readonly cause?: unknown
  /** More for programs, shown beside the code: the offending path, the kind, the limit. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** An error whose message is meant for the person who meets it: what was wrong, where, and what to do. */
export class WatchqlError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WatchqlError'
    this.code = code
    this.details = options.details ?? {}
  }

  get status(): number {
    return errorCatalogue[this.code]
  }
}

/** The error itself, or an INTERNAL one that keeps it as its cause and tells the outside nothing. */
export function toWatchqlError(error: unknown): WatchqlError {
  return error instanceof WatchqlError
    ? error
    : new WatchqlError('INTERNAL', 'Something went wrong in the service; its log has the cause.', { cause: error })
}
