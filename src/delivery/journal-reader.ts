import type { Clock } from '../base/clock.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { JournalReader, Need, Offer, Taking } from '../journal/journal-store.ts'
import type { Writes } from '../database/writes.ts'
import type { GroupVersionKind } from '../model/resource.ts'
import type { Match } from './matcher.ts'
import type { NewDelivery, Outbox } from './outbox.ts'
import type { OutboxTables } from './outbox-tables.ts'
import type { RunningSink } from './running-sink.ts'
import { saveBegun } from './saved-sinks.ts'
import type { SinkRegistry } from './sink-registry.ts'

export interface DeliveryReaderOptions {
  readonly sinks: SinkRegistry
  readonly outbox: Outbox
  readonly clock: Clock
}

/** Delivery as the journal's reader: what is recorded comes to be due to the sinks that it matches, in one transaction. */
export class DeliveryReader implements JournalReader {
  readonly #options: DeliveryReaderOptions

  constructor(options: DeliveryReaderOptions) {
    this.#options = options
  }

  wants(kind: GroupVersionKind): boolean {
    return this.#options.sinks.all.some(({ matcher }) => matcher.wants(kind))
  }

  newcomers(cluster: string, kind: GroupVersionKind): readonly string[] {
    const { sinks } = this.#options
    return sinks.all.filter(({ id, matcher }) => matcher.wants(kind) && !sinks.hasBegun(id, cluster, kind)).map(({ id }) => id)
  }

  refresh(): Promise<void> {
    return this.#options.sinks.refresh()
  }

  take(offers: readonly Offer[]): Taking {
    const { outbox, clock, sinks } = this.#options
    const { chosen, needs } = this.#choose(offers)
    const crowded = new Set(sinks.all.filter((sink) => sink.crowded).map(({ id }) => id))
    const complete = offers.filter(({ observed }) => observed.complete)
    let added: ReadonlyMap<string, number> = new Map()
    return {
      needOf: (event) => needs.get(event) ?? 'nothing',
      write: async (writes) => {
        const own = writes as unknown as Writes<OutboxTables>
        if (chosen.length > 0) added = await outbox.add(chosen, clock.now(), crowded, own)
        for (const { observed } of complete) saveBegun(observed.newcomers, observed.cluster, observed.kind, own)
      },
      committed: () => {
        for (const { observed } of complete) for (const id of observed.newcomers) sinks.begins(id, observed.cluster, observed.kind)
        for (const [id, count] of added) sinks.find(id)?.added(count)
      },
    }
  }

  #choose(offers: readonly Offer[]): { readonly chosen: readonly NewDelivery[]; readonly needs: ReadonlyMap<JournalEvent, Need> } {
    const { sinks } = this.#options
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
      const isNew = (sink: RunningSink) => observed.newcomers.includes(sink.id) && sink.saved.definition.initial === 'snapshot'
      for (const sink of sinks.all.filter(({ matcher }) => matcher.wants(observed.kind))) {
        // To one who has not begun, whatever there is is there for the first time. An earlier attempt to begin may have told it of what is gone by now.
        if (sinks.hasBegun(sink.id, observed.cluster, observed.kind)) for (const event of events) choose(sink, event, sink.matcher.match(event))
        else if (isNew(sink)) for (const event of events) choose(sink, event, event.type === 'DELETED' ? sink.matcher.match(event) : sink.matcher.matchInitial(event.object))
        if (isNew(sink)) for (const event of standing) choose(sink, event, sink.matcher.matchInitial(event.object))
      }
    }
    return { chosen, needs }
  }
}
