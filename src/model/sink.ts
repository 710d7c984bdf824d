import type { ChangeType } from './change.ts'
import type { PathFilterInput } from './path-filter.ts'
import type { GroupKind } from './resource.ts'

/** Which events a sink receives. All that is given must hold. */
export interface SinkFilter {
  /** Absent: every kind that is watched. Without a version: whichever is watched. */
  readonly kinds?: readonly (GroupKind & { readonly version?: string })[]
  /** As the sink is told. Absent: all. */
  readonly types?: readonly ChangeType[]
  readonly namespaces?: readonly string[]
  readonly labelSelector?: string
  readonly where?: PathFilterInput
  /** MODIFIED is told only where one of these paths changed. */
  readonly changedPaths?: readonly string[]
}

export const payloads = ['full', 'thin', 'oldAndNew', 'patch'] as const
/** `full`: the object. `thin`: only which one it is. `oldAndNew`: with its state before. `patch`: what turns that into this (RFC 6902). */
export type Payload = (typeof payloads)[number]

export const formats = ['cloudevents', 'grw'] as const
export type Format = (typeof formats)[number]

/** A key that signatures are made with: `whsec_` and base64 (HMAC), or `whsk_` and base64 of an ed25519 seed. */
export interface SigningKey {
  readonly secret: string
  /** Milliseconds since the epoch: it was replaced, and signs along until then. */
  readonly until?: number
}

export interface WebhookDefinition {
  readonly id: string
  readonly url: string
  readonly format: Format
  readonly payload: Payload
  readonly filter: SinkFilter
  /** Whether a new sink is told what there is. */
  readonly initial: 'none' | 'snapshot'
  readonly keys: readonly SigningKey[]
  readonly headers: Readonly<Record<string, string>>
  /** Requests under way at once. */
  readonly concurrency: number
  /** 0 is no limit. */
  readonly ratePerSecond: number
  /** For one attempt as a whole. */
  readonly timeoutMs: number
  /** Pending deliveries above which states in between are left out. */
  readonly maxBacklog: number
}

export type SinkOrigin = 'CONFIG' | 'API'
/** PAUSED by somebody; DISABLED by how the receiver answered. What happens meanwhile waits. */
export type SinkState = 'ACTIVE' | 'PAUSED' | 'DISABLED'

export interface SinkStatus {
  readonly definition: WebhookDefinition
  readonly origin: SinkOrigin
  readonly state: SinkState
  /** Why it is in that state, or why its receiver is left alone for now. */
  readonly reason?: string
  readonly createdAt: number
  readonly pending: number
  readonly dead: number
  /** When the oldest pending event was observed. */
  readonly oldestPendingAt?: number
  readonly lastSuccessAt?: number
  readonly lastFailureAt?: number
  readonly lastError?: string
}
