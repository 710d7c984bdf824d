/** The `Status` that a Kubernetes API server answers with where there is no object to give. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, unknown>>
  readonly status: 'Failure' | 'Success'
  readonly message?: string
  readonly reason?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly code: number
}

interface StatusOptions {
  readonly details?: Status['details']
  readonly metadata?: Status['metadata']
  readonly headers?: Readonly<Record<string, string>>
}

/** Ends a request with a Status. Wordings are those of kube-apiserver 1.37: clients read them. */
export class StatusError extends Error {
  readonly status: Status
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, reason: string, message: string, options: StatusOptions = {}) {
    super(message)
    this.name = 'StatusError'
    this.headers = options.headers ?? {}
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: options.metadata ?? {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(options.details === undefined ? {} : { details: options.details }),
      code,
    }
  }
}

/** A resource, and the object of it where one is meant. */
export interface Subject {
  readonly group: string
  readonly plural: string
  readonly name?: string
}

export const groupResource = ({ group, plural }: Subject): string => (group === '' ? plural : `${plural}.${group}`)

function detailsOf({ group, plural, name }: Subject): Record<string, string> {
  return { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural }
}

export const badRequest = (message: string) => new StatusError(400, 'BadRequest', message)

export const unauthorized = () => new StatusError(401, 'Unauthorized', 'Unauthorized')

export function forbidden(subject: Subject, why: string): StatusError {
  const name = subject.name === undefined ? '' : ` ${JSON.stringify(subject.name)}`
  return new StatusError(403, 'Forbidden', `${groupResource(subject)}${name} is forbidden: ${why}`, { details: detailsOf(subject) })
}

export const noSuchPath = () => new StatusError(404, 'NotFound', 'the server could not find the requested resource', { details: {} })

export const notFound = (subject: Subject) =>
  new StatusError(404, 'NotFound', `${groupResource(subject)} ${JSON.stringify(subject.name)} not found`, { details: detailsOf(subject) })

export const methodNotAllowed = () =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} })

export const notAcceptable = () =>
  new StatusError(406, 'NotAcceptable', '406: Not Acceptable\n\nAvailable representations: application/json', { details: {} })

export const alreadyExists = (subject: Subject) =>
  new StatusError(409, 'AlreadyExists', `${groupResource(subject)} ${JSON.stringify(subject.name)} already exists`, { details: detailsOf(subject) })

export const conflict = (subject: Subject, why = 'the object has been modified; please apply your changes to the latest version and try again') =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${groupResource(subject)} ${JSON.stringify(subject.name)}: ${why}`, { details: detailsOf(subject) })

export const expired = (message: string, continueToken?: string) =>
  new StatusError(410, 'Expired', message, continueToken === undefined ? {} : { metadata: { continue: continueToken } })

export const tooOld = (asked: number, oldest: number) => expired(`too old resource version: ${asked} (${oldest})`)

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new StatusError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`)

export interface InvalidCause {
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueNotSupported'
  readonly message: string
  readonly field: string
}

/** What validation found, all of it at once. */
export function invalid(subject: { readonly group: string; readonly kind: string; readonly name: string }, causes: readonly InvalidCause[]): StatusError {
  const { group, kind, name } = subject
  const found = causes.map(({ field, message }) => `${field}: ${message}`)
  const what = `${kind}${group === '' ? '' : `.${group}`} ${JSON.stringify(name)} is invalid`
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind, causes }
  return new StatusError(422, 'Invalid', `${what}: ${found.length === 1 ? found[0] : `[${found.join(', ')}]`}`, { details })
}

/** The client is ahead of the server: it may try again when the server has caught up. */
export const tooLargeResourceVersion = (asked: number, current: number) =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  })

/** What a deletion that leaves nothing behind is answered with. */
export function deleted(subject: Subject & { readonly uid: string | undefined }): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { ...detailsOf(subject), uid: subject.uid }, code: 200 }
}
