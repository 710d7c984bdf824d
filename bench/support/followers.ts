import { CoreV1Api, KubeConfig, makeInformer, type V1Pod, type V1PodList } from '@kubernetes/client-node'
import { setTimeout as sleep } from 'node:timers/promises'
import { allSeeing } from '../../src/access/scope.ts'
import { everything } from '../../src/model/predicate.ts'
import type { Parameters } from '../benchmark.ts'
import { watchPods } from './pod-informer.ts'

/** One who keeps up with the Pods of a server. */
export interface Follower {
  synced(): Promise<void>
  /** The resourceVersions that it knows, by namespace and name. */
  known(): ReadonlyMap<string, string>
  size(): number
  /** Deletions that it told its caller of. */
  deleted(): number
  /** How often it gave up and left it to its caller to start it again. */
  gaveUp(): number
  onModified(listener: () => void): void
  stop(): Promise<void>
}

export type Follow = (parameters: Parameters) => Follower

export const followWithOurs: Follow = (parameters) => {
  const { informer, feed, stop } = watchPods(parameters)
  let deleted = 0
  let onModified: () => void = () => undefined
  feed.subscribe(({ type }) => {
    if (type === 'DELETED') deleted += 1
    else if (type === 'MODIFIED') onModified()
  })
  return {
    synced: () => informer.whenSynced(600_000),
    known: () => new Map(informer.lister(allSeeing).select(everything).map(({ metadata }) => [`${metadata.namespace ?? ''}/${metadata.name}`, metadata.resourceVersion ?? ''])),
    size: () => informer.status().objects,
    deleted: () => deleted,
    gaveUp: () => 0,
    onModified: (listener) => (onModified = listener),
    stop,
  }
}

/** As its documentation shows: on an error, started again after 5 seconds. */
const restartMs = 5000
const pageSize = 500

/** @kubernetes/client-node's informer. Its list is paged, which is the caller's to do: 800 MB in one piece are more than a string can hold. */
export const followWithClientNode: Follow = ({ server, ca }) => {
  const config = new KubeConfig()
  config.loadFromOptions({
    // In the clear it refuses to speak otherwise.
    clusters: [{ name: 'bench', server: String(server), skipTLSVerify: String(server).startsWith('http:'), caData: Buffer.from(String(ca)).toString('base64') }],
    users: [{ name: 'bench' }],
    contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
    currentContext: 'bench',
  })
  const api = config.makeApiClient(CoreV1Api)
  const list = async (): Promise<V1PodList> => {
    const items: V1Pod[] = []
    for (let next: string | undefined; ; ) {
      const page = await api.listPodForAllNamespaces({ limit: pageSize, ...(next === undefined ? {} : { _continue: next }) })
      for (const item of page.items) items.push(item)
      next = page.metadata?._continue
      if (!next) return Object.assign(page, { items })
    }
  }
  const informer = makeInformer(config, '/api/v1/pods', list)
  let [deleted, gaveUp, stopped] = [0, 0, false]
  let onModified: () => void = () => undefined
  informer.on('delete', () => (deleted += 1))
  informer.on('update', () => onModified())
  informer.on('error', () => {
    gaveUp += 1
    void sleep(restartMs).then(() => (stopped ? undefined : informer.start()))
  })
  const started = informer.start()
  return {
    synced: () => started,
    known: () => new Map(informer.list().map(({ metadata }) => [`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, metadata?.resourceVersion ?? ''])),
    size: () => informer.list().length,
    deleted: () => deleted,
    gaveUp: () => gaveUp,
    onModified: (listener) => (onModified = listener),
    stop: async () => {
      stopped = true
      await informer.stop()
    },
  }
}
