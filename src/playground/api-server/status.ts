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

export class StatusError extends Error {
  readonly status: Status
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, reason: string, message: string, more: { readonly details?: Status['details']; readonly headers?: Readonly<Record<string, string>>; readonly metadata?: Status['metadata'] } = {}) {
    super(message)
    this.headers = more.headers ?? {}
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: more.metadata ?? {},
      status: 'Failure',
      message,
      reason,
      ...(more.details === undefined ? {} : { details: more.details }),
      code,
    }
  }
}

export const notFound = (plural: string, group: string, name: string) =>
  new StatusError(404, 'NotFound', `${plural}${group === '' ? '' : `.${group}`} ${JSON.stringify(name)} not found`, { details: { name, group, kind: plural } })

export const noSuchPath = () => new StatusError(404, 'NotFound', 'the server could not find the requested resource')

export const expired = (message = 'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.') =>
  new StatusError(410, 'Expired', message)

export const tooOld = (asked: number, oldest: number) => new StatusError(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
