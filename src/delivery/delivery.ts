import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { WatchqlError } from '../base/errors.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { JournalReader, Need, Offer, Taking } from '../journal/journal-store.ts'
import type { GroupVersionKind } from '../model/resource.ts'
import type { KafkaDefinition, NatsDefinition, SinkDefinition, SinkStatus, WebhookDefinition } from '../model/sink.ts'
import type { Match } from './matcher.ts'
import type { NewDelivery } from './outbox.ts'
import type { OutboxTables } from './outbox-tables.ts'
import type { RedeliveryChoice } from './outbox-upkeep.ts'
import { RunningSink, type SinkSurroundings } from './running-sink.ts'
import { SavedSinks, begunKey, saveBegun, type SavedSink } from './saved-sinks.ts'
import { newSecret } from './signature.ts'
import { testDelivery } from './test-delivery.ts'

export interface DeliveryOptions extends SinkSurroundings {
  readonly tables: Kysely<OutboxTables>
  /** What the file declares; the rest of what is saved was made by API. */
  readonly declared: readonly SinkDefinition[]
  readonly maxSinks: number
  /** How long a secret that was replaced signs along. */
  readonly rotationMs: number
}

export type NewWebhook = Omit<WebhookDefinition, 'id' | 'type' | 'keys'> & { readonly keys?: WebhookDefinition['keys'] }

export type NewMessageSink = Omit<KafkaDefinition, 'id'> | Omit<NatsDefinition, 'id'>
/** `type` says what it must be. */
export type MessageSinkChange = (Partial<KafkaDefinition> & Pick<KafkaDefinition, 'type'>) | (Partial<NatsDefinition> & Pick<NatsDefinition, 'type'>)

/** How an event that was only sent to try a sink was taken. */
export interface TestResult {
  readonly accepted: boolean
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
}

/** All sinks: they take part in what the journal records, and send what is due. */
export class Deliveries implements JournalReader {
  readonly #options: DeliveryOptions
  readonly #saved: SavedSinks
  readonly #sinks = new Map<string, RunningSink>()
  /** Changes of each sink that are under way: one after the other, so that none undoes what another has just done. */
  readonly #changes = new Map<string, Promise<unknown>>()
  #begun = new Set<string>()
  #onChange: () => void = () => undefined
  #started = false

  private constructor(options: DeliveryOptions) {
    this.#options = options
    this.#saved = new SavedSinks(options.tables)
  }

  /** Reads what is saved and brings it in line with what is declared. Rejects with DATABASE_FAILED. */
  static async open(options: DeliveryOptions): Promise<Deliveries> {
    const deliveries = new Deliveries(options)
    await deliveries.#load()
    return deliveries
  }

  /** Begins to send. `onChange` is called when sinks have come, or want other events. */
  start(onChange: () => void): void {
    this.#onChange = onChange
    this.#started = true
    for (const sink of this.#sinks.values()) sink.begin()
  }

  async stop(): Promise<void> {
    this.#started = false
    await Promise.all([...this.#sinks.values()].map((sink) => sink.stop()))
  }

  get sinks(): readonly RunningSink[] {
    return [...this.#sinks.values()]
  }

  // What the journal asks.

  wants(kind: GroupVersionKind): boolean {
    return this.sinks.some(({ matcher }) => matcher.wants(kind))
  }

  newcomers(cluster: string, kind: GroupVersionKind): readonly string[] {
    return this.sinks.filter(({ id, matcher }) => matcher.wants(kind) && !this.#begun.has(begunKey(id, cluster, kind))).map(({ id }) => id)
  }

  async refresh(): Promise<void> {
    this.#begun = await this.#saved.begun()
  }

  take(offers: readonly Offer[]): Taking {
    const { outbox, clock } = this.#options
    const chosen: NewDelivery[] = []
    const needs = new Map<JournalEvent, Need>()
    const choose = (sink: RunningSink, event: JournalEvent, match: Match | undefined) => {
      if (match === undefined) return
      chosen.push({ sink: sink.id, event: event.id, lane: event.uid, type: match.type, reason: match.reason ?? null })
      const { definition } = sink.saved
      const { payload } = definition
      const both = (definition.type === 'WEBHOOK' && definition.format === 'grw') || payload === 'oldAndNew' || payload === 'patch'
      if (both || !needs.has(event)) needs.set(event, both ? 'both' : 'object')
    }
    for (const { observed, events, standing } of offers) {
      const interested = this.sinks.filter(({ matcher }) => matcher.wants(observed.kind))
      for (const event of events)
        for (const sink of interested) {
          // To one who has not begun, whatever there is is there for the first time, and what is gone never was.
          if (this.#begun.has(begunKey(sink.id, observed.cluster, observed.kind))) choose(sink, event, sink.matcher.match(event))
          else if (observed.newcomers.includes(sink.id) && sink.saved.definition.initial === 'snapshot' && event.type !== 'DELETED') choose(sink, event, sink.matcher.matchInitial(event.object))
        }
      for (const event of standing)
        for (const sink of interested) if (observed.newcomers.includes(sink.id) && sink.saved.definition.initial === 'snapshot') choose(sink, event, sink.matcher.matchInitial(event.object))
    }
    const crowded = new Set(this.sinks.filter((sink) => sink.crowded).map(({ id }) => id))
    const complete = offers.filter(({ observed }) => observed.complete)
    let added: ReadonlyMap<string, number> = new Map()
    return {
      needOf: (event) => needs.get(event) ?? 'nothing',
      write: async (transaction) => {
        const own = transaction as Parameters<typeof outbox.add>[3]
        if (chosen.length > 0) added = await outbox.add(chosen, clock.now(), crowded, own)
        for (const { observed } of complete) await saveBegun(observed.newcomers, observed.cluster, observed.kind, own)
      },
      committed: () => {
        for (const { observed } of complete) for (const id of observed.newcomers) this.#begun.add(begunKey(id, observed.cluster, observed.kind))
        for (const [id, count] of added) {
          const sink = this.#sinks.get(id)
          if (sink === undefined) continue
          sink.pending += count
          sink.wake()
        }
      },
    }
  }

  // What the API asks.

  async list(): Promise<readonly SinkStatus[]> {
    return Promise.all(this.sinks.map((sink) => this.#describe(sink)))
  }

  async find(id: string): Promise<SinkStatus> {
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
    return this.#inTurn(id, () => {
      const sink = this.#changeable(id)
      const { definition: old } = sink.saved
      if (old.type !== change.type) throw new WatchqlError('NOT_FOUND', `${JSON.stringify(id)} is another type of sink.`)
      const definition = { ...old, ...change, id } as SinkDefinition
      this.#options.connections.refuse(definition, old)
      return this.#replace(sink, { ...sink.saved, definition })
    })
  }

  updateWebhook(id: string, change: Partial<Omit<WebhookDefinition, 'id' | 'type' | 'keys'>>): Promise<SinkStatus<WebhookDefinition>> {
    return this.#inTurn(id, async () => {
      const { sink, definition: old } = this.#webhook(id)
      const definition = { ...old, ...change }
      return { ...(await this.#replace(sink, { ...sink.saved, definition })), definition }
    })
  }

  /** Also forgets what is due to it. False when there was none. */
  remove(id: string): Promise<boolean> {
    return this.#inTurn(id, async () => {
      if (!this.#sinks.has(id)) return false
      const sink = this.#changeable(id)
      await this.#saved.remove(id)
      this.#sinks.delete(id)
      await sink.stop()
      await this.#options.upkeep.clear(id)
      this.#forgetBegun(id)
      this.#onChange()
      return true
    })
  }

  /** What happens while it is paused waits. Also the way to begin again with a webhook that was disabled. */
  pause(id: string, paused: boolean): Promise<SinkStatus> {
    return this.#inTurn(id, async () => {
      const sink = this.#known(id)
      // One that the file declares can be begun with again, not be paused.
      if (paused) this.#changeable(id)
      const { reason: _reason, ...rest } = sink.saved
      const saved: SavedSink = { ...rest, state: paused ? 'PAUSED' : 'ACTIVE' }
      await this.#saved.save(saved)
      if (!paused) await this.#options.upkeep.hurry(id, this.#options.clock.now())
      if (this.#started) await sink.become(saved)
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
      await this.#replace(sink, { ...sink.saved, definition: { ...definition, keys: [{ secret }, ...kept] } })
      return { secret, oldValidUntil: now + rotationMs }
    })
  }

  /** Sends a made-up event, now and once. */
  async test(id: string): Promise<TestResult> {
    const { clock } = this.#options
    const sink = this.#known(id)
    const startedAt = clock.monotonic()
    const { outcome, status, error } = await sink.sendNow(testDelivery(id, clock.now()))
    return { accepted: outcome === 'accepted', status, error, durationMs: Math.round(clock.monotonic() - startedAt) }
  }

  /** Sends once more what was delivered or given up, as far as it is remembered. Answers how many. */
  async redeliver(id: string, choice: RedeliveryChoice, limit: number): Promise<number> {
    const sink = this.#known(id)
    const count = await this.#options.upkeep.redeliver(id, choice, this.#options.clock.now(), limit)
    await sink.count()
    sink.wake()
    return count
  }

  async #load(): Promise<void> {
    const { declared, upkeep, clock, logger } = this.#options
    const saved = await this.#saved.all()
    for (const definition of declared) {
      const known = saved.find((sink) => sink.definition.id === definition.id)
      this.#sinks.set(definition.id, this.#make({ definition, origin: 'CONFIG', state: 'ACTIVE', createdAt: known?.createdAt ?? clock.now() }))
    }
    for (const sink of saved) {
      if (this.#sinks.has(sink.definition.id)) continue
      if (sink.origin === 'API') this.#sinks.set(sink.definition.id, this.#make(sink))
      else {
        logger.log('warn', 'a sink is declared no longer; what was due to it is forgotten', { sink: sink.definition.id })
        await this.#saved.remove(sink.definition.id)
        await upkeep.clear(sink.definition.id)
      }
    }
    for (const sink of this.sinks) {
      if (sink.saved.origin === 'CONFIG') await this.#saved.save(sink.saved)
      await sink.count()
    }
    for (const id of await this.#saved.orphans()) await upkeep.clear(id)
    this.#begun = await this.#saved.begun()
  }

  #make(saved: SavedSink): RunningSink {
    const sink: RunningSink = new RunningSink(saved, this.#options, (reason) => void this.#disable(sink, reason))
    return sink
  }

  async #create(definition: SinkDefinition): Promise<SinkStatus> {
    const { maxSinks, clock } = this.#options
    if (this.#sinks.size >= maxSinks) throw new WatchqlError('WEBHOOK_LIMIT', `There are ${maxSinks} sinks, which is the limit; delete one or raise delivery.maxWebhooks.`)
    const sink = this.#make({ definition, origin: 'API', state: 'ACTIVE', createdAt: clock.now() })
    await this.#saved.save(sink.saved)
    this.#enter(sink)
    return this.#describe(sink)
  }

  #enter(sink: RunningSink): void {
    this.#sinks.set(sink.id, sink)
    if (this.#started) sink.begin()
    this.#onChange()
  }

  /** The old one is through with what is under way before the new one begins, so that nothing is out of order. */
  async #replace(old: RunningSink, saved: SavedSink): Promise<SinkStatus> {
    const sink = this.#make(saved)
    await this.#saved.save(saved)
    await old.stop()
    await sink.count()
    this.#enter(sink)
    return this.#describe(sink)
  }

  #disable(sink: RunningSink, reason: string): Promise<void> {
    const { logger } = this.#options
    const { id } = sink
    return this.#inTurn(id, async () => {
      // One that was replaced or deleted meanwhile has no say any more.
      if (this.#sinks.get(id) !== sink || sink.saved.state !== 'ACTIVE') return
      logger.log('error', 'a sink is disabled; what happens waits until it is enabled again', { sink: id, reason })
      const saved: SavedSink = { ...sink.saved, state: 'DISABLED', reason }
      await sink.become(saved)
      await this.#saved.save(saved).catch((error: unknown) => logger.log('error', 'that a sink is disabled cannot be saved', { sink: id, error }))
    })
  }

  async #inTurn<T>(id: string, change: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(id)
    const made = before === undefined ? change() : before.then(change, change)
    this.#changes.set(id, made)
    try {
      return await made
    } finally {
      if (this.#changes.get(id) === made) this.#changes.delete(id)
    }
  }

  #known(id: string): RunningSink {
    const sink = this.#sinks.get(id)
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

  #forgetBegun(id: string): void {
    for (const key of this.#begun) if ((JSON.parse(key) as string[])[0] === id) this.#begun.delete(key)
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

