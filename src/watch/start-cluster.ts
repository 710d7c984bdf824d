import type { BackoffPolicy } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import type { Heap } from '../base/heap.ts'
import type { Logger } from '../base/logging.ts'
import { RingChangeFeed } from '../feed/ring-change-feed.ts'
import { CachedDiscovery } from '../kubernetes/cached-discovery.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { DiscoveryKeeper } from '../kubernetes/keep-discovering.ts'
import type { Cluster } from './cluster.ts'
import { watchDefinitions, type DefinitionChange } from './definition-watch.ts'
import { InformerFactory } from './informer-factory.ts'
import type { DedicatedPolicy } from './dedicated-watches.ts'
import type { Resource } from '../model/resource.ts'
import type { WantedWatch } from '../model/watch-options.ts'
import type { ReflectorSettings } from './reflector.ts'
import { VersionFollower } from './version-follower.ts'
import { WantedWatches, type WatchMemory } from './wanted-watches.ts'

export interface ClusterOptions {
  readonly name: string
  readonly client: KubernetesClient
  readonly declared: readonly WantedWatch[]
  readonly memory: WatchMemory
  /** Whether other processes keep theirs there too. */
  readonly sharedMemory: boolean
  readonly formerly: readonly Resource[]
  readonly discovery: { readonly sync: boolean; readonly intervalMs: number }
  readonly reflector: Omit<ReflectorSettings, 'policy'>
  readonly backoff: BackoffPolicy
  readonly absentRetryMs: number
  readonly streamingLists: boolean
  readonly maxKinds: number
  readonly heap: Heap
  readonly memoryPercent: number
  readonly refusedRetryMs: number
  readonly dedicated: Omit<DedicatedPolicy, 'refusedRetryMs'>
  readonly maxConcurrentLists: number
  readonly replaySize: number
  readonly replayBytes: number
  readonly clock: Clock
  readonly logger: Logger
  readonly freezeObjects: boolean
}

export interface RunningCluster extends Cluster {
  readonly watches: WantedWatches
  stop(): Promise<void>
}

/** How soon a watch that one replica began or ended runs, or ends, at the others. */
const sharedRefreshMs = 2000

/** Begins to follow one cluster. Returns at once: what is served and what is in it come in while it runs. */
export function startCluster(options: ClusterOptions): RunningCluster {
  const { name, client, backoff, clock } = options
  const logger = options.logger.child({ cluster: name })
  const stopping = new AbortController()
  const feed = new RingChangeFeed({ cluster: name, replaySize: options.replaySize, replayBytes: options.replayBytes, logger })
  const discovery = new CachedDiscovery(client, logger)
  const settings = { ...options.reflector, policy: { backoff, absentRetryMs: options.absentRetryMs, streamingLists: options.streamingLists } }
  const informers = new InformerFactory({
    cluster: name,
    client,
    publish: (change) => feed.publish(change),
    forgetChanges: () => feed.forget(),
    settings,
    maxKinds: options.maxKinds,
    heap: options.heap,
    memoryPercent: options.memoryPercent,
    refusedRetryMs: options.refusedRetryMs,
    dedicated: options.dedicated,
    maxConcurrentLists: options.maxConcurrentLists,
    clock,
    logger,
    freezeObjects: options.freezeObjects,
  })
  const watches = new WantedWatches({ discovery, informers, declared: options.declared, memory: options.memory, formerly: options.formerly, ...(options.sharedMemory ? { refreshMs: sharedRefreshMs } : {}), clock, logger })
  watches.begin()
  const follower = new VersionFollower({ discovery, informers })
  const unsubscribe = discovery.onChange(() => follower.check())
  const keeper = new DiscoveryKeeper({ discovery, schedule: { ...options.discovery, backoff }, afterRefresh: () => follower.check(), logger })
  const definitionChanged = (change: DefinitionChange) => {
    follower.definitionChanged(change)
    if (change.edited && change.defines !== undefined) discovery.redefined(change.defines.group)
    keeper.changed()
  }
  const definitions = watchDefinitions({ cluster: name, client, settings, onChange: definitionChanged, onListed: () => keeper.askOnce(), logger }, stopping.signal)
  const discovering = keeper.run(stopping.signal)
  return {
    name,
    discovery,
    informers,
    dedicated: informers.dedicated,
    feed,
    watches,
    async stop() {
      stopping.abort()
      watches.close()
      unsubscribe()
      await informers.close()
      await client.close()
      await Promise.all([discovering, definitions])
    },
  }
}
