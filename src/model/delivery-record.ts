export type DeliveryState = 'PENDING' | 'DELIVERED' | 'DEAD'

/** What became of one event at one sink, as far as it is remembered. */
export interface DeliveryRecord {
  readonly event: string
  readonly type: string
  readonly reason: string | null
  readonly state: DeliveryState
  readonly cluster: string
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly namespace: string | null
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly observedAt: number
  readonly attempts: number
  readonly attemptedAt: number | null
  readonly durationMs: number | null
  readonly status: number | null
  readonly error: string | null
  /** States of the object in between that were left out. */
  readonly coalesced: number
}

/** Which deliveries of a sink. */
export interface DeliveryQuery {
  readonly sink: string
  readonly state?: DeliveryState
  readonly uid?: string
  readonly limit: number
  /** The event that the page begins after. */
  readonly after?: string
}

/** Finished deliveries to be sent once more. All that is given must hold. */
export interface RedeliveryChoice {
  readonly events?: readonly string[]
  readonly state?: 'DELIVERED' | 'DEAD'
  /** When they ended, in milliseconds since the epoch. */
  readonly since?: number
  readonly until?: number
}
