import type { WatchqlError } from '../base/errors.ts'

/** The shape of every answer of k8s-generic-watcher; `code` is the HTTP status. */
export interface Envelope {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

export function ok(message: string, data: unknown): Envelope {
  return { code: 200, message, data }
}

/** An error says in `data` what may have been meant, where there is something to say. */
export function failed({ status, message, details }: WatchqlError): Envelope {
  return { code: status, message, data: details['data'] ?? null }
}
