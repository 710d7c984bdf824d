import type { Environment } from '../base/environment.ts'
import { WatchqlError } from '../base/errors.ts'
import type { DeliveryConfig, KafkaConnection, Named, NatsConnection } from '../config/options.ts'
import { isAllowedDestination } from '../model/destination.ts'
import type { KafkaDefinition, NatsDefinition, SinkDefinition } from '../model/sink.ts'
import { kafkaAccess, natsAccess } from './read-secrets.ts'
import type { KafkaAccess } from './sinks/kafka.ts'
import type { NatsAccess } from './sinks/nats.ts'

export type ConnectionsConfig = Pick<DeliveryConfig, 'kafka' | 'nats' | 'kafkaConnections' | 'natsConnections'>
type MessageDefinition = KafkaDefinition | NatsDefinition

/**
 * The Kafka clusters and NATS systems that the configuration names. Sinks made by API may be sent
 * to these only: a client connects to whatever addresses a cluster tells it of, which cannot be
 * checked as a webhook's are, so that the operator says which clusters are trusted with that.
 */
export class Connections {
  readonly #kafka: ReadonlyMap<string, KafkaConnection>
  readonly #nats: ReadonlyMap<string, NatsConnection>
  readonly #named: { readonly KAFKA: readonly Named<KafkaConnection>[]; readonly NATS: readonly Named<NatsConnection>[] }
  readonly #env: Environment

  constructor({ kafka, nats, kafkaConnections, natsConnections }: ConnectionsConfig, env: Environment) {
    this.#kafka = tableOf(kafkaConnections, kafka)
    this.#nats = tableOf(natsConnections, nats)
    this.#named = { KAFKA: kafkaConnections, NATS: natsConnections }
    this.#env = env
  }

  /** Whether all secrets can be had by now. Rejects with UNREADABLE_FILE or INVALID_CONFIG. */
  async check(): Promise<void> {
    for (const [key, connection] of this.#kafka) await kafkaAccess(connection, this.#env, key)
    for (const [key, connection] of this.#nats) await natsAccess(connection, this.#env, key)
  }

  /** How to connect, with the secrets as they are now: what rotates holds from the next connection on. Rejects as `check` does. */
  async kafka(definition: KafkaDefinition): Promise<KafkaAccess> {
    const key = keyOf(definition)
    return kafkaAccess(this.#kafka.get(key) ?? missing(definition), this.#env, key)
  }

  async nats(definition: NatsDefinition): Promise<NatsAccess> {
    const key = keyOf(definition)
    return natsAccess(this.#nats.get(key) ?? missing(definition), this.#env, key)
  }

  /** Why a sink that was made by API is not sent to; undefined where nothing stands in the way. */
  obstacle(definition: SinkDefinition): string | undefined {
    if (definition.type === 'WEBHOOK') return undefined
    const { type, connection = '' } = definition
    const named = this.#named[type]
    const found = named.find(({ name }) => name === connection)
    const isKafka = type === 'KAFKA'
    if (found === undefined) return `The configuration declares no connection ${JSON.stringify(connection)} under delivery.${isKafka ? 'kafka' : 'nats'}Connections; ${named.length === 0 ? 'there are none' : `there are ${named.map(({ name }) => name).join(', ')}`}.`
    const destination = isKafka ? definition.topic : definition.subject
    const style = isKafka ? 'topic' : 'subject'
    if (found.allowed === undefined || isAllowedDestination(destination, found.allowed, style)) return undefined
    return `The connection ${connection} does not allow the ${style} ${destination}; it allows ${found.allowed.join(', ') || 'none'}.`
  }

  /** Throws INVALID_ARGUMENT for a definition with an obstacle, unless that stood there before. */
  refuse(definition: SinkDefinition, before?: SinkDefinition): void {
    const obstacle = this.obstacle(definition)
    if (obstacle !== undefined && (before === undefined || obstacle !== this.obstacle(before))) throw new WatchqlError('INVALID_ARGUMENT', obstacle)
  }

  /** Where the client of a sink begins. */
  addresses(definition: SinkDefinition): readonly string[] {
    if (definition.type === 'WEBHOOK') return []
    return (definition.type === 'KAFKA' ? this.#kafka.get(keyOf(definition))?.brokers : this.#nats.get(keyOf(definition))?.servers) ?? []
  }
}

/** No name of a connection begins like that of what belongs to one sink. */
function keyOf({ connection, id }: MessageDefinition): string {
  return connection === undefined ? `the sink ${id}` : `the connection ${connection}`
}

function tableOf<Connection>(named: readonly Named<Connection>[], declared: readonly (MessageDefinition & { readonly own?: Connection })[]): ReadonlyMap<string, Connection> {
  const own = declared.flatMap((sink) => (sink.own === undefined ? [] : [[keyOf(sink), sink.own] as const]))
  return new Map([...named.map((connection) => [`the connection ${connection.name}`, connection as Connection] as const), ...own])
}

function missing({ connection }: MessageDefinition): never {
  throw new WatchqlError('INVALID_CONFIG', `The connection ${JSON.stringify(connection)} is not declared.`)
}
