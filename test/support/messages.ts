import { CloudEvent, HTTP, Kafka, type KafkaMessage } from 'cloudevents'
import { expect } from 'vitest'
import type { KafkaRecord } from '../servers/kafka.ts'
import type { NatsRecord } from '../servers/nats.ts'
import type { Received } from './receiver.ts'

/** A message of Kafka's, as CloudEvents' own package reads it. */
export function kafkaEvent({ key, headers, value }: KafkaRecord): CloudEvent<unknown> {
  return checked(Kafka.toEvent({ key, value, headers: { ...headers }, body: value } as KafkaMessage))
}

/** The binding for NATS has the headers of that for HTTP. */
export function natsEvent({ headers, value }: NatsRecord): CloudEvent<unknown> {
  return checked(HTTP.toEvent({ headers: { ...headers }, body: value }))
}

function checked(read: unknown): CloudEvent<unknown> {
  expect(read).toBeInstanceOf(CloudEvent)
  const event = read as CloudEvent<unknown>
  expect(event.validate()).toBe(true)
  return event
}

/** As a webhook would have received it. */
export function asReceived(event: CloudEvent<unknown>): Received {
  const data: unknown = typeof event.data === 'string' ? JSON.parse(event.data) : event.data
  return { path: '', accepted: true, headers: { 'webhook-id': event.id }, text: JSON.stringify(data), body: { ...event.toJSON(), data }, at: 0 }
}
