import { systemClock } from '../../src/base/clock.ts'
import { processHeap } from '../../src/base/heap.ts'
import { silentLogger } from '../../src/base/logging.ts'
import { defaults } from '../../src/config/defaults.ts'
import { RingChangeFeed } from '../../src/feed/ring-change-feed.ts'
import { InformerFactory } from '../../src/watch/informer-factory.ts'
import type { Informer } from '../../src/watch/informer.ts'
import type { Parameters } from '../benchmark.ts'
import { podClient, podResource } from './pod-client.ts'

/** Watches the Pods of a pod server with everything that the service puts between a server and its readers. */
export function watchPods(parameters: Parameters): { readonly informer: Informer; readonly feed: RingChangeFeed; readonly stop: () => Promise<void> } {
  const { watch } = defaults
  const client = podClient(parameters)
  const feed = new RingChangeFeed({ cluster: 'bench', ...defaults.feed, logger: silentLogger })
  const informers = new InformerFactory({
    cluster: 'bench',
    client,
    publish: (change) => feed.publish(change),
    forgetChanges: () => feed.forget(),
    settings: {
      pageSize: watch.pageSize,
      watchTimeoutSeconds: watch.timeoutSeconds,
      watchIdleTimeoutMs: watch.idleTimeoutMs,
      maxObjectBytes: watch.maxObjectBytes,
      policy: { backoff: { initialMs: watch.backoffInitialMs, maxMs: watch.backoffMaxMs, random: Math.random }, absentRetryMs: watch.absentRetryMs, streamingLists: false },
    },
    maxKinds: watch.maxKinds,
    heap: processHeap,
    memoryPercent: watch.memoryPercent,
    refusedRetryMs: watch.refusedRetryMs,
    dedicated: { max: watch.maxDedicated, idleMs: watch.dedicatedIdleMs, protectedMs: watch.dedicatedProtectedMs },
    maxConcurrentLists: watch.maxConcurrentLists,
    clock: systemClock,
    logger: silentLogger,
    freezeObjects: false,
  })
  return {
    informer: informers.ensure(podResource, 'CONFIG'),
    feed,
    async stop() {
      await informers.close()
      await client.close()
    },
  }
}

