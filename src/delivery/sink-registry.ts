import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { WatchqlError } from '../base/errors.ts'
import type { GroupKind } from '../model/resource.ts'
import type { SinkDefinition } from '../model/sink.ts'
import type { OutboxTables } from './outbox-tables.ts'
import { RunningSink, type SinkSurroundings } from './running-sink.ts'
import { SavedSinks, begunKey, type SavedSink } from './saved-sinks.ts'

export interface SinkRegistryOptions extends Omit<SinkSurroundings, 'busy'> {
  readonly tables: Kysely<OutboxTables>
  /** Other processes have sinks there too. */
  readonly shared: boolean
  /** What the file declares; the rest of what is saved was made by API. */
  readonly declared: readonly SinkDefinition[]
  readonly maxSinks: number
}

/** What a sink is that only another replica's configuration declares: it fills here, and is emptied there. */
const elsewhere = 'Only another replica declares it, which sends to it; it is forgotten when none does any more.'
/** For how long the sinks of a configuration that no replica declares any more are kept: longer than it takes to replace all replicas. */
const unseenMs = 600_000

/** All sinks: those that the file declares and those that were made by API, here or by another replica. */
export class SinkRegistry {
  readonly #options: SinkRegistryOptions
  readonly #saved: SavedSinks
  readonly #sinks = new Map<string, RunningSink>()
  readonly #busy: SinkSurroundings['busy'] = new Set()
  readonly #declared: ReadonlyMap<string, SinkDefinition>
  /** Changes of each sink that are under way: one after the other, so that none undoes what another has just done. */
  readonly #changes = new Map<string, Promise<unknown>>()
  #begun = new Set<string>()
  #onChange: () => void = () => undefined
  #started = false

  private constructor(options: SinkRegistryOptions) {
    this.#options = options
    this.#saved = new SavedSinks(options.tables)
    this.#declared = new Map(options.declared.map((definition) => [definition.id, definition]))
  }

  /** Reads what is saved and brings it in line with what is declared. Rejects with DATABASE_FAILED. */
  static async open(options: SinkRegistryOptions): Promise<SinkRegistry> {
    const registry = new SinkRegistry(options)
    await registry.#load()
    return registry
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

  get all(): readonly RunningSink[] {
    return [...this.#sinks.values()]
  }

  find(id: string): RunningSink | undefined {
    return this.#sinks.get(id)
  }

  /** Whether a sink has been told what there is of a kind. */
  hasBegun(sink: string, cluster: string, kind: GroupKind): boolean {
    return this.#begun.has(begunKey(sink, cluster, kind))
  }

  begins(sink: string, cluster: string, kind: GroupKind): void {
    this.#begun.add(begunKey(sink, cluster, kind))
  }

  /** One change of a sink after the other. */
  async inTurn<T>(id: string, change: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(id)
    const made = before === undefined ? change() : before.then(change, change)
    this.#changes.set(id, made)
    try {
      return await made
    } finally {
      if (this.#changes.get(id) === made) this.#changes.delete(id)
    }
  }

  /** Rejects with WEBHOOK_LIMIT, DATABASE_FAILED, or what is wrong with the definition. */
  async create(definition: SinkDefinition): Promise<RunningSink> {
    const { maxSinks, clock } = this.#options
    if (this.#sinks.size >= maxSinks) throw new WatchqlError('WEBHOOK_LIMIT', `There are ${maxSinks} sinks, which is the limit; delete one or raise delivery.maxWebhooks.`)
    return this.inTurn(definition.id, async () => {
      const sink = this.#make({ definition, origin: 'API', state: 'ACTIVE', createdAt: clock.now() })
      await this.#saved.save(sink.saved)
      this.#enter(sink)
      return sink
    })
  }

  /** In turn. The old one is through with what is under way before the new one begins, so that nothing is out of order. */
  async replace(old: RunningSink, definition: SinkDefinition): Promise<RunningSink> {
    const saved = { ...old.saved, definition }
    const sink = this.#make(saved)
    await this.#saved.save(saved)
    await this.#takeOver(old, sink)
    return sink
  }

  /** In turn. */
  async become(sink: RunningSink, state: SavedSink['state']): Promise<void> {
    const { reason: _reason, ...rest } = sink.saved
    const saved: SavedSink = { ...rest, state }
    await this.#saved.save(saved)
    await this.#turn(sink, saved)
  }

  /** In turn. Also forgets what is due to it. */
  async remove(sink: RunningSink): Promise<void> {
    await this.#saved.remove(sink.id)
    await this.#drop(sink)
    this.#onChange()
  }

  /** Takes over what other replicas changed since. Rejects with DATABASE_FAILED; then it is as it was. */
  async refresh(): Promise<void> {
    const saved = new Map((await this.#saved.all()).map((sink) => [sink.definition.id, sink]))
    const differing = new Set([...saved.keys(), ...this.#sinks.keys()].filter((id) => !this.#isAsSaved(this.#sinks.get(id), saved.get(id))))
    for (const id of differing) await this.inTurn(id, () => this.#follow(id))
    // What has begun here meanwhile has begun, whatever was read.
    for (const key of await this.#saved.begun()) this.#begun.add(key)
    if (differing.size > 0) this.#onChange()
  }

  /** The same where there are other replicas, so that each of them can be asked for what was done by way of another. */
  async catchUp(): Promise<void> {
    if (this.#options.shared) await this.refresh()
  }

  /** Says that the declared ones still are, and forgets those that no replica declares any more. */
  async reap(): Promise<void> {
    const { upkeep, logger } = this.#options
    await this.#saved.touch([...this.#declared.keys()])
    for (const id of await this.#saved.unseen(unseenMs)) {
      logger.log('warn', 'a sink is declared by no replica any more; what was due to it is forgotten', { sink: id })
      await this.#saved.remove(id)
    }
    for (const id of await this.#saved.orphans()) await upkeep.clear(id)
  }

  /** Takes notice of what other replicas delivered. */
  async recount(): Promise<void> {
    const pending = await this.#saved.pending()
    for (const sink of this.all) sink.pending = pending.get(sink.id) ?? 0
  }

  async #load(): Promise<void> {
    const { shared, upkeep, clock, logger } = this.#options
    const saved = await this.#saved.all()
    for (const definition of this.#declared.values()) {
      const known = saved.find((sink) => sink.definition.id === definition.id)
      this.#sinks.set(definition.id, this.#make({ definition, origin: 'CONFIG', state: 'ACTIVE', createdAt: known?.createdAt ?? clock.now() }))
    }
    for (const sink of saved) {
      const { id } = sink.definition
      if (this.#sinks.has(id)) continue
      if (sink.origin === 'API' || shared) this.#sinks.set(id, this.#make(sink))
      else {
        logger.log('warn', 'a sink is declared no longer; what was due to it is forgotten', { sink: id })
        await this.#saved.remove(id)
        await upkeep.clear(id)
      }
    }
    for (const sink of this.all) {
      if (this.#declared.has(sink.id)) await this.#saved.save(sink.saved)
      await sink.count()
    }
    if (shared) await this.#saved.touch([...this.#declared.keys()])
    for (const id of await this.#saved.orphans()) await upkeep.clear(id)
    this.#begun = await this.#saved.begun()
  }

  #make(saved: SavedSink): RunningSink {
    const { definition, origin } = saved
    const obstacle = origin === 'API' ? this.#options.connections.obstacle(definition) : this.#declared.has(definition.id) ? undefined : elsewhere
    const sink: RunningSink = new RunningSink(saved, obstacle, { ...this.#options, busy: this.#busy }, (reason) => void this.#disable(sink, reason))
    return sink
  }

  #enter(sink: RunningSink): void {
    this.#sinks.set(sink.id, sink)
    if (this.#started) sink.begin()
    this.#onChange()
  }

  async #takeOver(old: RunningSink, sink: RunningSink): Promise<void> {
    await old.stop()
    await sink.count()
    this.#enter(sink)
  }

  async #turn(sink: RunningSink, saved: SavedSink): Promise<void> {
    if (saved.state === 'ACTIVE') await this.#options.upkeep.hurry(sink.id, this.#options.clock.now())
    await sink.become(saved, this.#started)
  }

  async #drop(sink: RunningSink): Promise<void> {
    const { id } = sink
    this.#sinks.delete(id)
    await sink.stop()
    await this.#options.upkeep.clear(id)
    for (const key of this.#begun) if ((JSON.parse(key) as string[])[0] === id) this.#begun.delete(key)
  }

  #disable(sink: RunningSink, reason: string): Promise<void> {
    const { logger } = this.#options
    const { id } = sink
    return this.inTurn(id, async () => {
      // One that was replaced or deleted meanwhile has no say any more.
      if (this.#sinks.get(id) !== sink || sink.saved.state !== 'ACTIVE') return
      logger.log('error', 'a sink is disabled; what happens waits until it is enabled again', { sink: id, reason })
      const saved: SavedSink = { ...sink.saved, state: 'DISABLED', reason }
      await sink.become(saved, this.#started)
      await this.#saved.save(saved).catch((error: unknown) => logger.log('error', 'that a sink is disabled cannot be saved', { sink: id, error }))
    })
  }

  #isAsSaved(sink: RunningSink | undefined, saved: SavedSink | undefined): boolean {
    if (sink === undefined || saved === undefined) return false
    return sink.saved.state === saved.state && sink.saved.reason === saved.reason && (this.#declared.has(sink.id) || isDeepStrictEqual(sink.saved.definition, saved.definition))
  }

  /** Makes one sink what it is saved as by now. */
  async #follow(id: string): Promise<void> {
    const saved = await this.#saved.find(id)
    const sink = this.#sinks.get(id)
    if (this.#isAsSaved(sink, saved) || (sink === undefined && saved === undefined)) return
    if (sink === undefined) {
      const made = this.#make(saved as SavedSink)
      await made.count()
      this.#enter(made)
    } else if (saved === undefined) {
      if (this.#declared.has(id)) await this.#saved.save(sink.saved)
      else await this.#drop(sink)
    } else if (this.#declared.has(id) || isDeepStrictEqual(sink.saved.definition, saved.definition)) await this.#turn(sink, { ...saved, definition: sink.saved.definition })
    else await this.#takeOver(sink, this.#make(saved))
  }
}
