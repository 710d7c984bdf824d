import { Producer, compatibilityPartitioner, stringSerializers, type GenericError } from '@platformatic/kafka'
import type { ConnectionOptions } from 'node:tls'
import type { Message, MessageSystem, Outcome } from './message-system.ts'

/** How a cluster is reached. */
export interface KafkaAccess {
  /** `host:port`. */
  readonly brokers: readonly string[]
  readonly tls?: ConnectionOptions
  readonly sasl?: { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; readonly username: string; readonly password: string }
  /** Whether topics that are missing are to be made, as the brokers are set up to make them. */
  readonly createTopics: boolean
}

export interface KafkaOptions {
  /** Asked for each new connection. */
  readonly access: () => Promise<KafkaAccess>
  readonly clientId: string
  /** Until an attempt is given up. */
  readonly timeoutMs: number
}

/**
 * Sends to Kafka with an idempotent producer; a batch is acknowledged when all in-sync replicas
 * have it.
 */
export class Kafka implements MessageSystem {
  readonly #options: KafkaOptions
  #producer: Producer<string, string, string, string> | undefined
  #isClosed = false

  constructor(options: KafkaOptions) {
    this.#options = options
  }

  async send(messages: readonly Message[]): Promise<readonly Outcome[]> {
    const failure = await this.#attempt(messages)
    if (failure === undefined) return messages.map(() => kept)
    if (messages.length === 1) return [outcomeOf(failure)]
    // One that is refused must not hold up the others: each is tried alone.
    if (!isRefusal(failure)) return messages.map(() => outcomeOf(failure))
    const outcomes: Outcome[] = []
    for (const message of messages) {
      const alone = await this.#attempt([message])
      outcomes.push(alone === undefined ? kept : outcomeOf(alone))
    }
    return outcomes
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#drop()
  }

  async #drop(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    // oxlint-disable-next-line typescript/await-thenable -- its type is overloaded with that of callbacks
    await producer?.close(true)
  }

  async #attempt(messages: readonly Message[]): Promise<Error | undefined> {
    try {
      this.#producer ??= await this.#open()
      await this.#producer.send({ messages: messages.map(({ destination, key, headers, body }) => ({ topic: destination, key, headers: { ...headers }, value: body })) })
      return undefined
    } catch (error) {
      // The brokers may have what was not acknowledged. What comes next under the same sequence
      // numbers would be taken for its repetition and dropped; another producer has numbers of its own.
      await this.#drop().catch(() => undefined)
      return error as Error
    }
  }

  async #open(): Promise<Producer<string, string, string, string>> {
    const { access, clientId, timeoutMs } = this.#options
    const { brokers, tls, sasl, createTopics } = await access()
    if (this.#isClosed) throw new Error('it was closed')
    return new Producer({
      clientId,
      bootstrapBrokers: [...brokers],
      serializers: stringSerializers,
      idempotent: true,
      // As Java's clients choose it, so that tables keyed alike are partitioned alike.
      partitioner: compatibilityPartitioner,
      autocreateTopics: createTopics,
      retries: 3,
      retryDelay: 250,
      connectTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      timeout: timeoutMs,
      ...(tls === undefined ? {} : { tls }),
      ...(sasl === undefined ? {} : { sasl }),
    })
  }
}

const kept: Outcome = { is: 'KEPT' }

/** Errors that are about a message and not about the moment: https://kafka.apache.org/protocol#protocol_error_codes */
const refusals: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'CORRUPT_MESSAGE'])

function outcomeOf(error: Error): Outcome {
  return { is: isRefusal(error) ? 'REFUSED' : 'FAILED', reason: reasonsOf(error).join('; ') }
}

function isRefusal(error: Error): boolean {
  return [error, ...causesOf(error)].some((cause) => refusals.has(String((cause as Partial<GenericError>)['apiId'] ?? '')))
}

/** The library wraps what happened several times over. */
function causesOf(error: Error): readonly Error[] {
  const inner = [...(error instanceof AggregateError ? (error.errors as readonly unknown[]) : []), error.cause].filter((cause): cause is Error => cause instanceof Error)
  return inner.flatMap((cause) => [cause, ...causesOf(cause)])
}

function reasonsOf(error: Error): readonly string[] {
  return [...new Set([error, ...causesOf(error)].map(({ message }) => message))]
}
