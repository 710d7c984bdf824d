import type { KafkaDefinition, NatsDefinition, SinkStatus, WebhookDefinition } from '../model/sink.ts'

export type NewWebhook = Omit<WebhookDefinition, 'id' | 'type' | 'keys'> & { readonly keys?: WebhookDefinition['keys'] }

export type NewMessageSink = Omit<KafkaDefinition, 'id'> | Omit<NatsDefinition, 'id'>
/** `type` says what it must be. */
export type MessageSinkChange = (Partial<KafkaDefinition> & Pick<KafkaDefinition, 'type'>) | (Partial<NatsDefinition> & Pick<NatsDefinition, 'type'>)

export interface RedeliveryChoice {
  readonly events?: readonly string[]
  readonly state?: 'DELIVERED' | 'DEAD'
  readonly since?: number
  readonly until?: number
}

/** One delivery as it is remembered. */
export interface DeliveryRecord {
  readonly event: string
  readonly type: string
  readonly reason: string | null
  readonly state: 'PENDING' | 'DELIVERED' | 'DEAD'
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
  readonly coalesced: number
}

/** What the API can do about sinks. Everything rejects with NOT_FOUND, WEBHOOK_READ_ONLY, WEBHOOK_LIMIT or DATABASE_FAILED where that is so. */
export interface DeliveryAdmin {
  list(): Promise<readonly SinkStatus[]>
  find(id: string): Promise<SinkStatus>
  createWebhook(webhook: NewWebhook): Promise<SinkStatus<WebhookDefinition>>
  updateWebhook(id: string, change: Partial<NewWebhook>): Promise<SinkStatus<WebhookDefinition>>
  createMessageSink(sink: NewMessageSink): Promise<SinkStatus>
  updateMessageSink(id: string, change: MessageSinkChange): Promise<SinkStatus>
  remove(id: string): Promise<boolean>
  pause(id: string, paused: boolean): Promise<SinkStatus>
  rotateSecret(id: string): Promise<{ readonly secret: string; readonly oldValidUntil: number }>
  test(id: string): Promise<{ readonly accepted: boolean; readonly status: number | null; readonly error: string | null; readonly durationMs: number }>
  redeliver(id: string, choice: RedeliveryChoice, limit: number): Promise<number>
}

export interface DeliverySettings {
  readonly admin: DeliveryAdmin
  readonly history: { page(query: { readonly sink: string; readonly state?: DeliveryRecord['state']; readonly uid?: string; readonly limit: number; readonly after?: string }): Promise<readonly DeliveryRecord[]> }
  /** What the configuration names; `allowed` are the topics or subjects that sinks made by API may name. */
  readonly connections: {
    readonly kafka: readonly { readonly name: string; readonly brokers: readonly string[]; readonly allowed?: readonly string[] }[]
    readonly nats: readonly { readonly name: string; readonly servers: readonly string[]; readonly allowed?: readonly string[] }[]
  }
  /** For sinks that say nothing else. */
  readonly standard: Pick<WebhookDefinition, 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>
}
