import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logging.ts'
import type { Database } from '../../src/database/database.ts'
import { RingChangeFeed } from '../../src/feed/ring-change-feed.ts'
import { Journal, type JournalOptions } from '../../src/journal/journal.ts'
import { JournalStore, type JournalReader, type Offer } from '../../src/journal/journal-store.ts'
import { Leases } from '../../src/journal/leases.ts'
import { Ownership } from '../../src/journal/ownership.ts'
import type { JournalEvent } from '../../src/journal/event.ts'
import type { KubeObject } from '../../src/model/object.ts'
import { formatKind, type Resource } from '../../src/model/resource.ts'
import type { WatchOptions } from '../../src/model/watch-options.ts'
import { createStore } from '../../src/store/store.ts'
import type { Informer, WatchState } from '../../src/watch/informer.ts'
import { pods } from './resources.ts'

let resourceVersion = 0

export const pod = (name: string, spec: Record<string, string> = {}, uid = `uid-${name}`): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid, resourceVersion: String((resourceVersion += 1)) },
  spec,
})

/** One kind's store, whose informer says what the test wants. */
export function watchedKind(feed: RingChangeFeed, { resource = pods, options = {} }: { readonly resource?: Resource; readonly options?: WatchOptions } = {}) {
  const store = createStore('test', { resource, publish: (change) => feed.publish(change), freeze: true })
  const status = { state: 'SYNCING' as WatchState, syncedAt: undefined as number | undefined, resourceVersion: '0' }
  const informer: Informer = {
    resource,
    options,
    origin: 'CONFIG',
    pinned: false,
    stopped: new AbortController().signal,
    status: () => ({ ...status, objects: store.size(), bytes: 0, startedAt: 0, restarts: 0 }) as ReturnType<Informer['status']>,
    recheck: () => undefined,
    lister: (scope) => store.lister(scope),
    whenSynced: () => Promise.resolve(),
  }
  const says = (state: WatchState, synced = true) => {
    status.state = state
    status.syncedAt = synced ? 1 : undefined
    status.resourceVersion = String(resourceVersion)
  }
  return { store, informer, says, lags: (version: number) => (status.resourceVersion = String(version)) }
}

/** A cluster of one kind with a journal over a database, as one run of the service has it. */
export function recordedCluster<R extends JournalReader = Reader>(
  database: Database,
  { reader = new Reader() as never, options = {}, watch = {}, leaseMs = 300 }: { readonly reader?: R; readonly options?: Partial<JournalOptions>; readonly watch?: WatchOptions; readonly leaseMs?: number } = {},
) {
  const feed = new RingChangeFeed({ cluster: 'test', replaySize: 10, replayBytes: 1e9, logger: silentLogger })
  const kind = watchedKind(feed, { options: watch })
  const informers = [kind.informer]
  const leases = database.shared ? new Leases({ tables: database.tables, cluster: 'test', leaseMs }) : undefined
  const journal = new Journal({
    cluster: {
      name: 'test',
      feed,
      informers: { all: () => informers, get: (wanted) => informers.find(({ resource }) => formatKind(resource) === formatKind(wanted)), ensure: unused, succeed: unused, stop: unused },
    },
    store: new JournalStore({ tables: database.tables, ...(leases === undefined ? {} : { holder: leases.holder }), keepObjects: database.lasting, now: Date.now }),
    reader,
    ...(leases === undefined ? {} : { ownership: new Ownership(leases, systemClock) }),
    view: (object) => object,
    maxWaiting: 1000,
    maxWaitingBytes: 1e9,
    batchSize: 20,
    gatherMs: 1,
    catchUpMs: 60_000,
    backoff: { initialMs: 1, maxMs: 5, random: () => 0.5 },
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
  journal.start()
  onTestFinished(() => journal.stop())
  const settle = async () => {
    do await sleep(5)
    while (!journal.settled || journal.waiting > 0)
  }
  return { ...kind, writer: kind.store.writer, feed, informers, journal, reader, settle, list: () => kind.says('LIVE') }
}

function unused(): never {
  throw new Error('The journal must not do this.')
}

/** Wants everything and remembers what it was offered, as `ADDED a` and so on. */
export class Reader implements JournalReader {
  readonly events: JournalEvent[] = []
  readonly standing: string[] = []
  fresh: string[] = []
  /** Thrown once, after what it was offered was written. */
  failure: Error | undefined
  wants(): boolean {
    return true
  }

  newcomers(): readonly string[] {
    return this.fresh
  }

  refresh(): Promise<void> {
    return Promise.resolve()
  }

  take(offers: readonly Offer[]): ReturnType<JournalReader['take']> {
    const { failure } = this
    this.failure = undefined
    return {
      needOf: () => 'both',
      write: () => (failure === undefined ? Promise.resolve() : Promise.reject(failure)),
      committed: () => {
        for (const { observed, events, standing } of offers) {
          this.events.push(...events)
          this.standing.push(...standing.map(({ object }) => object.metadata.name))
          if (observed.complete) this.fresh = this.fresh.filter((name) => !observed.newcomers.includes(name))
        }
      },
    }
  }

  get told(): readonly string[] {
    return this.events.map(({ type, object, reason, finalStateUnknown }) => [type, object.metadata.name, ...(reason === undefined ? [] : [reason]), ...(finalStateUnknown ? ['unseen'] : [])].join(' '))
  }
}
