import type { Clock } from '../../base/clock.ts'
import { compileDestination } from '../../model/destination.ts'
import type { SinkDefinition } from '../../model/sink.ts'
import type { Connections } from '../connections.ts'
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
  readonly connections: Connections
  /** The largest body that is sent. */
  readonly maxBodyBytes: number
  readonly clock: Clock
}

/** Connects with the first delivery. Throws INVALID_ARGUMENT for a definition that is not valid. */
export function openSender(definition: SinkDefinition, surroundings: SenderSurroundings): Sender {
  if (definition.type === 'WEBHOOK') return new Webhook({ definition, ...surroundings })
  const { payload, timeoutMs } = definition
  const { connections, maxBodyBytes } = surroundings
  // The prefixes of CloudEvents' bindings for the two protocols.
  if (definition.type === 'KAFKA') {
    const system = new Kafka({ access: () => connections.kafka(definition), clientId: clientName, timeoutMs })
    return new MessageSink({ system, destinationOf: compileDestination(definition.topic, 'topic'), attributePrefix: 'ce_', payload, maxBodyBytes })
  }
  const system = new Nats({ access: () => connections.nats(definition), name: clientName, timeoutMs })
  return new MessageSink({ system, destinationOf: compileDestination(definition.subject, 'subject'), attributePrefix: 'ce-', payload, maxBodyBytes })
}

const clientName = 'watchql'
