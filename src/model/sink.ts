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
  /** An expression over `object`, `oldObject` and `type`, of the event as the sink would be told it. */
  readonly cel?: string
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

/** PEM. */
export interface TlsMaterial {
  /** Trusted instead of the well-known authorities. */
  readonly ca?: string
  /** What it shows of itself. */
  readonly cert?: string
  readonly key?: string
}

/** What all sinks have. */
interface CommonDefinition {
  readonly id: string
  readonly payload: Payload
  readonly filter: SinkFilter
  /** Whether a new sink is told what there is. */
  readonly initial: 'none' | 'snapshot'
  /** Deliveries under way at once. */
  readonly concurrency: number
  /** 0 is no limit. */
  readonly ratePerSecond: number
  /** For one attempt as a whole. */
  readonly timeoutMs: number
  /** Pending deliveries above which states in between are left out. */
  readonly maxBacklog: number
}

export interface WebhookDefinition extends CommonDefinition {
  readonly type: 'WEBHOOK'
  readonly url: string
  readonly format: Format
  readonly keys: readonly SigningKey[]
  readonly headers: Readonly<Record<string, string>>
  readonly tls?: TlsMaterial
}

export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** Credentials are no part of it: they are the connection's, which only the configuration can declare. */
interface MessageDefinition extends CommonDefinition {
  /** One that the configuration names. Absent: its own, which only declared sinks have. */
  readonly connection?: string
}

export interface KafkaDefinition extends MessageDefinition {
  readonly type: 'KAFKA'
  /** See `compileDestination`. */
  readonly topic: string
}

export interface NatsDefinition extends MessageDefinition {
  readonly type: 'NATS'
  /** See `compileDestination`. */
  readonly subject: string
}

export type SinkDefinition = WebhookDefinition | KafkaDefinition | NatsDefinition

/** A webhook that is to be; one without keys gets its own. */
export type NewWebhook = Omit<WebhookDefinition, 'id' | 'type' | 'keys'> & { readonly keys?: WebhookDefinition['keys'] }
export type NewMessageSink = Omit<KafkaDefinition, 'id'> | Omit<NatsDefinition, 'id'>
/** `type` says what it must be. */
export type MessageSinkChange = (Partial<KafkaDefinition> & Pick<KafkaDefinition, 'type'>) | (Partial<NatsDefinition> & Pick<NatsDefinition, 'type'>)

export type SinkOrigin = 'CONFIG' | 'API'
/** PAUSED by somebody; DISABLED by how the receiver answered, or while its connection is not to be had. What happens meanwhile waits. */
export type SinkState = 'ACTIVE' | 'PAUSED' | 'DISABLED'

export interface SinkStatus<Definition extends SinkDefinition = SinkDefinition> {
  readonly definition: Definition
  readonly origin: SinkOrigin
  readonly state: SinkState
  /** Why it is in that state, or why its receiver is left alone for now. */
  readonly reason?: string
  readonly createdAt: number
  readonly pending: number
  readonly dead: number
  /** When the oldest pending event was observed. */
  readonly oldestPendingAt?: number
  /** The brokers or servers that are asked for the others. None for webhooks, and where the connection is not declared. */
  readonly addresses: readonly string[]
  readonly lastSuccessAt?: number
  readonly lastFailureAt?: number
  readonly lastError?: string
}

/** How an event that was only sent to try a sink was taken. */
export interface TestResult {
  readonly accepted: boolean
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
}
