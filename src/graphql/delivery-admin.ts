import type { DeliveryQuery, DeliveryRecord, RedeliveryChoice } from '../model/delivery-record.ts'
import type { MessageSinkChange, NewMessageSink, NewWebhook, SinkStatus, TestResult, WebhookDefinition } from '../model/sink.ts'

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
  test(id: string): Promise<TestResult>
  redeliver(id: string, choice: RedeliveryChoice, limit: number): Promise<number>
}

export interface DeliverySettings {
  readonly admin: DeliveryAdmin
  readonly history: { page(query: DeliveryQuery): Promise<readonly DeliveryRecord[]> }
  /** What the configuration names; `allowed` are the topics or subjects that sinks made by API may name. */
  readonly connections: {
    readonly kafka: readonly { readonly name: string; readonly brokers: readonly string[]; readonly allowed?: readonly string[] }[]
    readonly nats: readonly { readonly name: string; readonly servers: readonly string[]; readonly allowed?: readonly string[] }[]
  }
  /** For sinks that say nothing else. */
  readonly standard: Pick<WebhookDefinition, 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>
}
