import type { Clock } from '../../base/clock.ts'
import { compileDestination } from '../../model/destination.ts'
import type { KafkaDefinition, NatsDefinition, SinkDefinition } from '../../model/sink.ts'
import type { Send } from '../dispatcher.ts'
import { Kafka } from './kafka.ts'
import { MessageSink } from './message-sink.ts'
import { Nats } from './nats.ts'
import { Webhook } from './webhook.ts'

/** What a sink is sent through. */
export interface Sender {
  readonly send: Send
  close(): Promise<void>
}

export interface SenderSurroundings {
  /** Whether it may be on a loopback, link-local or metadata address: what the operator configured may. */
  readonly anywhere: boolean
  /** The largest body that is sent. */
  readonly maxBodyBytes: number
  readonly clock: Clock
}

/** Connects with the first delivery. Throws INVALID_ARGUMENT for a definition that is not valid. */
export function openSender(definition: SinkDefinition, surroundings: SenderSurroundings): Sender {
  if (definition.type === 'WEBHOOK') return new Webhook({ definition, ...surroundings })
  const { payload } = definition
  const { maxBodyBytes } = surroundings
  // The prefixes of CloudEvents' bindings for the two protocols.
  if (definition.type === 'KAFKA') return new MessageSink({ system: openKafka(definition), destinationOf: compileDestination(definition.topic, 'topic'), attributePrefix: 'ce_', payload, maxBodyBytes })
  return new MessageSink({ system: openNats(definition), destinationOf: compileDestination(definition.subject, 'subject'), attributePrefix: 'ce-', payload, maxBodyBytes })
}

const clientName = 'watchql'

function openKafka({ brokers, createTopics, encrypted, tls, sasl, timeoutMs }: KafkaDefinition): Kafka {
  return new Kafka({ brokers, clientId: clientName, timeoutMs, createTopics, ...(encrypted ? { tls: { ...tls } } : {}), ...(sasl === undefined ? {} : { sasl }) })
}

function openNats({ servers, tls, login, timeoutMs }: NatsDefinition): Nats {
  return new Nats({ servers, name: clientName, timeoutMs, ...(tls === undefined ? {} : { tls: { ...tls } }), ...(login === undefined ? {} : { login }) })
}
