import DataLoader from 'dataloader'
import { LRUCache } from 'lru-cache'
import { WatchqlError } from '../../base/errors.ts'
import type { GroupKind, Resource } from '../../model/resource.ts'
import { Follower, type Followed, type Readable } from '../../relations/follow.ts'
import type { RelationEnd } from '../../relations/end.ts'
import { byOwner } from '../../relations/ends-of.ts'
import type { Lister } from '../../store/lister.ts'
import type { Row } from '../../store/query/rows.ts'
import type { Cluster } from '../../watch/cluster.ts'
import type { Informer } from '../../watch/informer.ts'
import type { GraphqlContext } from '../context.ts'
import { openKind, type KindFailure } from '../open-kinds.ts'
import { Turn } from './turn.ts'

/** How long a kind that could not be opened is not tried again. */
const failedForMs = 5000
const maxKinds = 1000

/** Relations as one operation follows them: the kinds that they lead to are opened when they are first needed, all that one step needs together. */
export class OpenRelations {
  readonly #context: GraphqlContext
  readonly #cluster: Cluster
  readonly #turn: Turn
  /** What is known of kinds, in this turn. */
  readonly #known = new Map<GroupKind, { readonly readable: Readable; readonly turn: number }>()
  /** Relations that are ready whatever the object of the kind, in this turn. */
  readonly #ready = new Map<RelationEnd, { readonly resource: Resource; readonly turn: number }>()
  readonly #failures = new LRUCache<string, KindFailure>({ max: maxKinds, ttl: failedForMs })
  readonly #loader: DataLoader<GroupKind, void, string>
  readonly follower: Follower

  constructor(context: GraphqlContext, cluster: Cluster, turn: Turn) {
    this.#context = context
    this.#cluster = cluster
    this.#turn = turn
    this.#loader = new DataLoader((kinds) => Promise.all(kinds.map((kind) => this.#openOne(kind))), { cacheKeyFn: keyOf, cacheMap: new LRUCache<string, Promise<void>>({ max: maxKinds, ttl: failedForMs }) })
    this.follower = new Follower(context.settings.relations, (kind) => this.#readable(kind))
  }

  /** Opens and indexes what following a relation needs; undefined where all is there. */
  ready(end: RelationEnd, row: Row): Promise<void> | undefined {
    const known = this.#ready.get(end)
    const { resource } = row.lister
    const turn = this.#turn.number
    if (known !== undefined && known.resource === resource && known.turn === turn) return undefined
    const closed = this.follower.kindsFor(end, row).filter((kind) => !this.#isSettled(kind))
    if (closed.length > 0 || this.follower.prepare(end, row) !== undefined) return this.#makeReady(end, row, closed)
    const isForAll = end.find.by !== 'labels' && end.kinds.length > 0
    if (isForAll) this.#ready.set(end, { resource, turn })
    return undefined
  }

  async #makeReady(end: RelationEnd, row: Row, closed: readonly GroupKind[]): Promise<void> {
    await this.open(closed)
    await this.follower.prepare(end, row)
  }

  async open(kinds: readonly GroupKind[]): Promise<void> {
    await this.#loader.loadMany(kinds.filter((kind) => !this.#isSettled(kind)))
  }

  all(end: RelationEnd, row: Row): readonly Row[] {
    const rows = this.follower.all(end, row)
    this.#turn.spend(rows.length)
    return rows
  }

  one(end: RelationEnd, row: Row): Followed | undefined {
    this.#turn.spend(1)
    return this.follower.one(end, row)
  }

  each(end: RelationEnd, row: Row): readonly Followed[] {
    const followed = this.follower.each(end, row)
    this.#turn.spend(followed.length)
    return followed
  }

  /** Undefined where the kind cannot be read. */
  listerOf(kind: GroupKind): Lister | undefined {
    return this.#readable(kind).lister
  }

  /** Why kinds cannot be read, of those that cannot. */
  failuresOf(kinds: readonly GroupKind[]): readonly KindFailure[] {
    return kinds.flatMap((kind) => this.#failures.get(keyOf(kind)) ?? [])
  }

  /** The kinds of the cluster that are watched now. */
  watched(): readonly GroupKind[] {
    return distinct(this.#cluster.informers.all().map(({ resource }) => resource))
  }

  /** Where an object's children are looked for when nobody says: where they are known to be, and where looking costs nothing. */
  kindsOfChildren({ lister: { resource } }: Row): readonly GroupKind[] {
    const known = this.#context.settings.relations.of(resource).filter(({ find }) => find === byOwner)
    return distinct([...known.flatMap(({ kinds }) => kinds), ...this.watched()])
  }

  #isSettled(kind: GroupKind): boolean {
    return this.#readable(kind).lister !== undefined || this.#failures.has(keyOf(kind))
  }

  #readable(kind: GroupKind): Readable {
    const turn = this.#turn.number
    const known = this.#known.get(kind)
    if (known !== undefined && known.turn === turn) return known.readable
    const resource = this.#cluster.discovery.find(kind)
    const informer = resource === undefined ? undefined : this.#cluster.informers.get(resource)
    const readable = informer !== undefined && isReadable(informer) ? this.#read(informer) : this.#unreadable(keyOf(kind))
    if (readable.lister !== undefined) this.#known.set(kind, { readable, turn })
    return readable
  }

  #read(informer: Informer): Readable {
    return { lister: informer.lister(this.#context.scope), complete: Object.keys(informer.options).length === 0 }
  }

  #unreadable(key: string): Readable {
    const code = this.#failures.get(key)?.code
    if (code === 'FORBIDDEN') return { status: 'FORBIDDEN' }
    // What the cluster does not serve, it does not have.
    return { status: code === 'UNKNOWN_KIND' || code === 'KIND_NOT_SERVED' ? 'MISSING' : 'NOT_WATCHED' }
  }

  async #openOne(kind: GroupKind): Promise<void> {
    try {
      await openKind(this.#context, this.#cluster, kind)
    } catch (error) {
      if (!(error instanceof WatchqlError)) throw error
      this.#failures.set(keyOf(kind), { code: error.code, message: error.message, kind: keyOf(kind) })
    }
  }
}

function isReadable(informer: Informer): boolean {
  const { state, syncedAt } = informer.status()
  return syncedAt !== undefined && (state === 'LIVE' || state === 'STALE')
}

function keyOf({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${group}/${kind}`
}

function distinct(kinds: readonly GroupKind[]): readonly GroupKind[] {
  return [...new Map(kinds.map((kind) => [keyOf(kind), kind])).values()]
}

interface Opened {
  readonly turn: Turn
  readonly byCluster: Map<string, OpenRelations>
}

/** By what all executions of a subscription share, else by the context of the only one. */
const operations = new WeakMap<object, Opened>()

/** What the operation has open, in the cluster of this name. */
export function relationsIn(context: GraphqlContext, cluster: string): OpenRelations {
  const operation = context.shared ?? context
  let opened = operations.get(operation)
  if (opened === undefined) {
    opened = { turn: new Turn(context.settings.maxRelatedObjects), byCluster: new Map() }
    operations.set(operation, opened)
  }
  let relations = opened.byCluster.get(cluster)
  if (relations === undefined) {
    const found = context.settings.clusters.find(({ name }) => name === cluster)
    if (found === undefined) throw new Error(`There is no cluster ${cluster}.`)
    relations = new OpenRelations(context, found, opened.turn)
    opened.byCluster.set(cluster, relations)
  }
  return relations
}
