import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { WatchqlError } from '../base/errors.ts'
import type { RedeliveryChoice } from '../model/delivery-record.ts'
import type { MessageSinkChange, NewMessageSink, NewWebhook, SinkDefinition, SinkStatus, TestResult, WebhookDefinition } from '../model/sink.ts'
import type { Connections } from './connections.ts'
import type { OutboxUpkeep } from './outbox-upkeep.ts'
import type { RunningSink } from './running-sink.ts'
import { newSecret } from './signature.ts'
import type { SinkRegistry } from './sink-registry.ts'
import { testDelivery } from './test-delivery.ts'

export interface DeliveryOptions {
  readonly sinks: SinkRegistry
  readonly upkeep: OutboxUpkeep
  readonly connections: Connections
  /** Settles when a new sink misses nothing more of what is watched by now, or after some seconds. */
  readonly begun: (sink: RunningSink) => Promise<void>
  /** How long a secret that was replaced signs along. */
  readonly rotationMs: number
  readonly clock: Clock
}

/** What the API can do with sinks. Everything rejects with NOT_FOUND, WEBHOOK_READ_ONLY or DATABASE_FAILED where that is so. */
export class Deliveries {
  readonly #options: DeliveryOptions

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  async list(): Promise<readonly SinkStatus[]> {
    const { sinks } = this.#options
    await sinks.catchUp()
    return Promise.all(sinks.all.map((sink) => this.#describe(sink)))
  }

  async find(id: string): Promise<SinkStatus> {
    await this.#options.sinks.catchUp()
    return this.#describe(this.#known(id))
  }

  /** Rejects with WEBHOOK_LIMIT, DATABASE_FAILED, or what is wrong with the definition. Without keys it gets one; the answer is the only place where it is shown. */
  async createWebhook(given: NewWebhook): Promise<SinkStatus<WebhookDefinition>> {
    const definition: WebhookDefinition = { ...given, type: 'WEBHOOK', id: randomUUID(), keys: given.keys ?? [{ secret: newSecret() }] }
    return { ...(await this.#create(definition)), definition }
  }

  /** Rejects in the same way, and with INVALID_ARGUMENT where the connection it names does not take it. */
  async createMessageSink(given: NewMessageSink): Promise<SinkStatus> {
    const definition: SinkDefinition = { ...given, id: randomUUID() }
    this.#options.connections.refuse(definition)
    return this.#create(definition)
  }

  updateMessageSink(id: string, change: MessageSinkChange): Promise<SinkStatus> {
    return this.#inTurn(id, async () => {
      const sink = this.#changeable(id)
      const { definition: old } = sink.saved
      if (old.type !== change.type) throw new WatchqlError('NOT_FOUND', `${JSON.stringify(id)} is another type of sink.`)
      const definition = { ...old, ...change, id } as SinkDefinition
      this.#options.connections.refuse(definition, old)
      return this.#describe(await this.#options.sinks.replace(sink, definition))
    })
  }

  updateWebhook(id: string, change: Partial<Omit<WebhookDefinition, 'id' | 'type' | 'keys'>>): Promise<SinkStatus<WebhookDefinition>> {
    return this.#inTurn(id, async () => {
      const { sink, definition: old } = this.#webhook(id)
      const definition = { ...old, ...change }
      return { ...(await this.#describe(await this.#options.sinks.replace(sink, definition))), definition }
    })
  }

  /** Also forgets what is due to it. False when there was none. */
  remove(id: string): Promise<boolean> {
    return this.#inTurn(id, async () => {
      if (this.#options.sinks.find(id) === undefined) return false
      await this.#options.sinks.remove(this.#changeable(id))
      return true
    })
  }

  /** What happens while it is paused waits. Also the way to begin again with a sink that was disabled. */
  pause(id: string, paused: boolean): Promise<SinkStatus> {
    return this.#inTurn(id, async () => {
      // One that the file declares can be begun with again, not be paused.
      const sink = paused ? this.#changeable(id) : this.#known(id)
      await this.#options.sinks.become(sink, paused ? 'PAUSED' : 'ACTIVE')
      return this.#describe(sink)
    })
  }

  /** Answers the new secret; the old ones sign along for a while. */
  rotateSecret(id: string): Promise<{ readonly secret: string; readonly oldValidUntil: number }> {
    return this.#inTurn(id, async () => {
      const { clock, rotationMs } = this.#options
      const { sink, definition } = this.#webhook(id)
      const now = clock.now()
      const secret = newSecret()
      const kept = definition.keys.filter(({ until }) => until === undefined || until > now).map((key) => ({ ...key, until: Math.min(key.until ?? Infinity, now + rotationMs) }))
      await this.#options.sinks.replace(sink, { ...definition, keys: [{ secret }, ...kept] })
      return { secret, oldValidUntil: now + rotationMs }
    })
  }

  /** Sends a made-up event, now and once. */
  async test(id: string): Promise<TestResult> {
    const { clock, sinks } = this.#options
    await sinks.catchUp()
    const sink = this.#known(id)
    const startedAt = clock.monotonic()
    const { outcome, status, error } = await sink.sendNow(testDelivery(id, clock.now()))
    return { accepted: outcome === 'accepted', status, error, durationMs: Math.round(clock.monotonic() - startedAt) }
  }

  /** Sends once more what was delivered or given up, as far as it is remembered. Answers how many. */
  async redeliver(id: string, choice: RedeliveryChoice, limit: number): Promise<number> {
    await this.#options.sinks.catchUp()
    const sink = this.#known(id)
    const count = await this.#options.upkeep.redeliver(id, choice, this.#options.clock.now(), limit)
    await sink.count()
    sink.wake()
    return count
  }

  async #create(definition: SinkDefinition): Promise<SinkStatus> {
    const sink = await this.#options.sinks.create(definition)
    await this.#options.begun(sink)
    return this.#describe(sink)
  }

  async #inTurn<T>(id: string, change: () => Promise<T>): Promise<T> {
    const { sinks } = this.#options
    await sinks.catchUp()
    return sinks.inTurn(id, change)
  }

  #known(id: string): RunningSink {
    const sink = this.#options.sinks.find(id)
    if (sink === undefined) throw new WatchqlError('NOT_FOUND', `There is no sink ${JSON.stringify(id)}.`)
    return sink
  }

  /** One that can be changed. */
  #webhook(id: string): { readonly sink: RunningSink; readonly definition: WebhookDefinition } {
    const sink = this.#changeable(id)
    const { definition } = sink.saved
    if (definition.type !== 'WEBHOOK') throw new WatchqlError('NOT_FOUND', `${JSON.stringify(id)} is no webhook.`)
    return { sink, definition }
  }

  #changeable(id: string): RunningSink {
    const sink = this.#known(id)
    if (sink.saved.origin === 'CONFIG') throw new WatchqlError('WEBHOOK_READ_ONLY', `The sink ${JSON.stringify(id)} is declared in the configuration; change it there.`)
    return sink
  }

  async #describe(sink: RunningSink): Promise<SinkStatus> {
    const { saved, pending, dead, lastSuccessAt, lastFailureAt, lastError, trouble, state, obstacle } = sink
    const oldestPendingAt = pending > 0 ? await this.#options.upkeep.oldestPendingAt(sink.id) : undefined
    const reason = saved.reason ?? obstacle ?? trouble
    return {
      ...saved,
      state,
      addresses: this.#options.connections.addresses(saved.definition),
      pending,
      dead,
      ...(reason === undefined ? {} : { reason }),
      ...(oldestPendingAt === undefined ? {} : { oldestPendingAt }),
      ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }),
      ...(lastFailureAt === undefined ? {} : { lastFailureAt }),
      ...(lastError === undefined ? {} : { lastError }),
    }
  }
}

