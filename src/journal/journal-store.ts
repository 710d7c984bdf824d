import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'
import { isGiven } from '../database/given-rows.ts'
import type { JournalTables } from '../database/journal-tables.ts'
import { Writes } from '../database/writes.ts'
import { apiVersionOf, type GroupKind, type GroupVersionKind, type Resource } from '../model/resource.ts'
import type { KubeObject } from '../model/object.ts'
import { eventId, type JournalEvent } from './event.ts'
import { keyOfObservation, transitionsOf, type Known, type Observation } from './transitions.ts'

/** What was learned of one kind, in the order in which it was. */
export interface Observed {
  readonly cluster: string
  readonly kind: Resource
  readonly observations: readonly Observation[]
  /** As far as this goes, the observations are complete. */
  readonly resourceVersion: string
  /** JSON of what limits the watch. */
  readonly scope: string
  /** What is not recorded yet is there for the first time, rather than new. */
  readonly initial: boolean
  /** Readers that have yet to be told what there is: to them everything that is there is told. */
  readonly newcomers: readonly string[]
  /** The newcomers have been told everything with this. */
  readonly complete: boolean
  /** Of the lease on the kind, where there are leases. */
  readonly epoch?: number
}

/** What one reader is offered within the transaction that records it. */
export interface Offer {
  readonly observed: Observed
  readonly events: readonly JournalEvent[]
  /** What there is already and has not changed; for the newcomers only. Of no use to the others. */
  readonly standing: readonly JournalEvent[]
}

/** How much of an event a reader needs, for as long as it does. */
export type Need = 'nothing' | 'object' | 'both'

export interface JournalReader {
  wants(kind: GroupVersionKind): boolean
  /** Those who have yet to be told what there is of a kind. */
  newcomers(cluster: string, kind: GroupKind): readonly string[]
  /** Takes notice of what other processes did, who recorded the kind until now. */
  refresh(): Promise<void>
  /** Looks at what is about to be recorded. May be asked again when it could not be written. */
  take(offers: readonly Offer[]): Taking
}

export interface Taking {
  needOf(event: JournalEvent): Need
  /** Adds the reader's own rows to the transaction that records the events, whose own are gathered already. */
  write(writes: Writes<JournalTables>): Promise<void>
  /** The transaction went through. */
  committed(): void
}

export interface JournalStoreOptions {
  readonly tables: Kysely<JournalTables>
  /** As whom it is written, where other processes write it too. */
  readonly holder?: string
  /** Whether last states are kept for after a restart. */
  readonly keepObjects: boolean
  readonly now: () => number
}

/** Another process has taken over the recording of the kind. */
export class LeaseLost extends Error {
  readonly kind: GroupKind

  constructor(kind: GroupKind) {
    super(`${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} is recorded by another process by now.`)
    this.kind = kind
  }
}

/** Whether it was recorded is not known: the database went away while it was asked to commit. */
export class OutcomeUnknown extends Error {
  readonly kinds: readonly GroupKind[]

  constructor(kinds: readonly GroupKind[], cause: unknown) {
    super('It is not known whether the changes were recorded.', { cause })
    this.kinds = kinds
  }
}

/** The durable record: each kind's checkpoint, its objects' last states and the events that readers need, changed together. */
export class JournalStore {
  readonly #options: JournalStoreOptions
  #id: string | undefined

  constructor(options: JournalStoreOptions) {
    this.#options = options
  }

  /** How far a kind has been recorded; undefined when it never was. */
  async checkpoint(cluster: string, { group, kind }: GroupKind): Promise<{ readonly resourceVersion: string; readonly scope: string } | undefined> {
    const row = await this.#options.tables.selectFrom('journal_kinds').select(['resource_version', 'scope', 'sequence']).where('cluster', '=', cluster).where('group', '=', group).where('kind', '=', kind).executeTakeFirst()
    return row === undefined || row.scope === '' ? undefined : { resourceVersion: row.resource_version, scope: row.scope }
  }

  /** The recorded objects after a key, in the order of their keys; `bytes` are those of the last state. */
  async page(cluster: string, { group, kind }: GroupKind, after: string, limit: number): Promise<readonly { readonly key: string; readonly uid: string; readonly bytes: number }[]> {
    return this.#options.tables
      .selectFrom('journal_objects')
      .select(['key', 'uid', sql<number>`coalesce(octet_length(body), 0)`.as('bytes')])
      .where('cluster', '=', cluster)
      .where('group', '=', group)
      .where('kind', '=', kind)
      .where('key', '>', after)
      .orderBy('key')
      .limit(limit)
      .execute()
  }

  /**
   * Records what was observed, and lets the reader keep what it needs, all or nothing. Throws
   * LeaseLost when another process records one of the kinds by now, and OutcomeUnknown when it may
   * have been recorded: then it must not be told again as it is, since it would undo what came of it.
   */
  async record(batch: readonly Observed[], reader: JournalReader): Promise<readonly JournalEvent[]> {
    const journal = await this.#identity()
    const { holder, tables } = this.#options
    let isCommitting = false
    const recording = tables.transaction().execute(async (transaction) => {
      const writes = new Writes(transaction, holder !== undefined)
      const offers: Offer[] = []
      // In one order everywhere, so that two processes never wait for each other.
      for (const observed of [...batch].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) offers.push(await this.#recordKind(writes, journal, observed))
      const taken = reader.take(offers)
      const rows = offers.flatMap(({ events: changes, standing }) => [...changes, ...standing]).flatMap((event) => eventRow(event, taken.needOf(event)))
      await writes.insert('journal_events', rows)
      await taken.write(writes)
      await writes.flush()
      isCommitting = true
      return { taking: taken, events: offers.flatMap((offer) => offer.events) }
    })
    const { taking, events } = await recording.catch((error: unknown) => {
      // A file of one's own either has it or not.
      throw isCommitting && holder !== undefined ? new OutcomeUnknown(batch.map(({ kind }) => kind), error) : error
    })
    taking.committed()
    return events
  }

  async #recordKind(writes: Writes<JournalTables>, journal: string, observed: Observed): Promise<Offer> {
    const { transaction } = writes
    const { cluster, kind, observations, resourceVersion, scope, initial, newcomers } = observed
    const name = { cluster, group: kind.group, kind: kind.kind }
    const stateQuery = transaction.selectFrom('journal_kinds').select(['sequence', 'owner', 'epoch']).where('cluster', '=', cluster).where('group', '=', kind.group).where('kind', '=', kind.kind)
    const { holder } = this.#options
    const state = await (holder === undefined ? stateQuery : stateQuery.forUpdate()).executeTakeFirst()
    if (holder !== undefined && (state?.owner !== holder || state.epoch !== observed.epoch)) throw new LeaseLost(kind)
    const known = await this.#known(transaction, observed)
    const observedAt = this.#options.now()
    let sequence = state?.sequence ?? 0
    const events: JournalEvent[] = []
    const standing: JournalEvent[] = []
    const changed = new Map<string, KubeObject | undefined>()
    const numbered = (event: Omit<JournalEvent, 'id' | 'sequence' | 'cluster' | 'kind' | 'uid' | 'observedAt'>): JournalEvent => {
      sequence += 1
      const uid = event.object.metadata.uid ?? ''
      const id = eventId({ journal, cluster, kind, uid, sequence, type: event.type, resourceVersion: event.object.metadata.resourceVersion ?? '' })
      return { ...event, id, sequence, cluster, kind, uid, observedAt }
    }
    for (const observation of observations) {
      const key = keyOfObservation(observation)
      const transitions = transitionsOf(known.get(key), observation, initial)
      for (const transition of transitions) events.push(numbered(transition))
      if (observation.is === 'there' && newcomers.length > 0 && transitions.length === 0) standing.push(numbered({ type: 'ADDED', reason: 'INITIAL', finalStateUnknown: false, object: observation.object }))
      const last = transitions.at(-1)
      if (last === undefined) continue
      changed.set(key, last.type === 'DELETED' ? undefined : last.object)
      if (last.type === 'DELETED') known.delete(key)
      else known.set(key, knownOf(last.object))
    }
    await this.#saveObjects(writes, name, kind.version, changed)
    const checkpoint = { resource_version: resourceVersion, sequence, scope, resource: JSON.stringify(kind) }
    if (state === undefined) writes.add(transaction.insertInto('journal_kinds').values({ ...name, ...checkpoint, owner: '', epoch: 0, owned_until: 0 }))
    else writes.add(transaction.updateTable('journal_kinds').set(checkpoint).where('cluster', '=', cluster).where('group', '=', kind.group).where('kind', '=', kind.kind))
    return { observed, events, standing }
  }

  /** What is recorded under the observed names, with the last states of those whose change needs them. */
  async #known(transaction: Transaction<JournalTables>, { cluster, kind, observations }: Observed): Promise<Map<string, Known>> {
    const byKey = new Map<string, Observation>()
    for (const observation of observations) {
      const key = keyOfObservation(observation)
      if (!byKey.has(key)) byKey.set(key, observation)
    }
    const known = new Map<string, Known>()
    const bodies: string[] = []
    const named = (keys: readonly string[]) => transaction.selectFrom('journal_objects').where(this.#isOneOf({ cluster, group: kind.group, kind: kind.kind }, keys))
    for (const keys of slices([...byKey.keys()], 500)) {
      for (const row of await named(keys).select(['key', 'uid', 'version', 'resource_version']).execute()) {
        const observation = byKey.get(row.key) as Observation
        const atHand = observation.is === 'missing' ? [] : [observation.before, observation.object]
        const object = atHand.find((state) => state?.metadata.uid === row.uid && state.metadata.resourceVersion === row.resource_version)
        if (object === undefined) bodies.push(row.key)
        known.set(row.key, { uid: row.uid, resourceVersion: row.resource_version, object: object ?? stub({ ...kind, version: row.version }, row) })
      }
    }
    for (const keys of slices(bodies, 500))
      for (const row of await named(keys).select(['key', 'body']).where('body', 'is not', null).execute())
        known.set(row.key, { ...(known.get(row.key) as Known), object: JSON.parse(row.body ?? '') as KubeObject })
    return known
  }

  async #saveObjects(writes: Writes<JournalTables>, name: { cluster: string; group: string; kind: string }, version: string, changed: ReadonlyMap<string, KubeObject | undefined>): Promise<void> {
    const gone = [...changed].filter(([, object]) => object === undefined).map(([key]) => key)
    for (const keys of slices(gone, 500)) writes.add(writes.transaction.deleteFrom('journal_objects').where(this.#isOneOf(name, keys)))
    const rows = [...changed].flatMap(([key, object]) =>
      object === undefined ? [] : [{ ...name, key, version, uid: object.metadata.uid ?? '', resource_version: object.metadata.resourceVersion ?? '', body: this.#options.keepObjects ? JSON.stringify(object) : null }],
    )
    await writes.insert('journal_objects', rows, (insert) =>
      insert.onConflict((conflict) =>
        conflict.columns(['cluster', 'group', 'kind', 'key']).doUpdateSet((set) => ({ version: set.ref('excluded.version'), uid: set.ref('excluded.uid'), resource_version: set.ref('excluded.resource_version'), body: set.ref('excluded.body') })),
      ),
    )
  }

  #isOneOf(kind: { readonly cluster: string; readonly group: string; readonly kind: string }, keys: readonly string[]) {
    return isGiven({ cluster: 'text', group: 'text', kind: 'text', key: 'text' }, keys.map((key) => ({ ...kind, key })), this.#options.holder !== undefined)
  }

  /** Chosen once, by whoever comes first. */
  async #identity(): Promise<string> {
    if (this.#id !== undefined) return this.#id
    const { tables } = this.#options
    await tables.insertInto('journal').values({ name: 'id', value: randomUUID() }).onConflict((conflict) => conflict.column('name').doNothing()).execute()
    const row = await tables.selectFrom('journal').select('value').where('name', '=', 'id').executeTakeFirstOrThrow()
    return (this.#id = row.value)
  }
}

function eventRow(event: JournalEvent, need: Need): JournalTables['journal_events'][] {
  if (need === 'nothing') return []
  const { object, oldObject } = event
  return [
    {
      id: event.id,
      cluster: event.cluster,
      group: event.kind.group,
      version: event.kind.version,
      kind: event.kind.kind,
      namespace: object.metadata.namespace ?? '',
      name: object.metadata.name,
      uid: event.uid,
      resource_version: object.metadata.resourceVersion ?? '',
      sequence: event.sequence,
      type: event.type,
      reason: event.reason ?? null,
      final_state_unknown: event.finalStateUnknown ? 1 : 0,
      observed_at: event.observedAt,
      body: JSON.stringify(object),
      old_body: need === 'both' && event.type === 'MODIFIED' && oldObject !== undefined ? JSON.stringify(oldObject) : null,
    },
  ]
}

function knownOf(object: KubeObject): Known {
  return { uid: object.metadata.uid ?? '', resourceVersion: object.metadata.resourceVersion ?? '', object }
}

/** What is left of an object whose last state was not kept. */
function stub(kind: GroupVersionKind, row: { readonly key: string; readonly uid: string; readonly resource_version: string }): KubeObject {
  const slash = row.key.indexOf('/')
  const namespace = row.key.slice(0, slash)
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { name: row.key.slice(slash + 1), ...(namespace === '' ? {} : { namespace }), uid: row.uid, resourceVersion: row.resource_version },
  }
}

function nameOf({ cluster, kind }: Observed): string {
  return `${cluster} ${kind.group} ${kind.kind}`
}

/** The later of two resourceVersions where they can be compared, else the second: that came later. */
export function later(a: string, b: string): string {
  const [x, y] = [Number(a), Number(b)]
  return a !== '' && b !== '' && Number.isSafeInteger(x) && Number.isSafeInteger(y) && x > y ? a : b
}
