import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { FinishedOperation } from '../graphql/graphql-server.ts'
import { formatKind } from '../model/resource.ts'
import type { RestAnswer } from '../rest/context.ts'
import type { Cluster } from '../watch/cluster.ts'
import type { WatchState } from '../watch/informer.ts'

export interface MetricsOptions {
  readonly clusters: readonly Cluster[]
  readonly activeSubscriptions: () => number
  /** Told along with its own. */
  readonly others: readonly Registry[]
}

/** Seconds. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10]
const states: readonly WatchState[] = ['SYNCING', 'LIVE', 'STALE', 'FORBIDDEN', 'GONE', 'REFUSED']

/** What `/metrics` tells, in a registry of its own. What can be read when asked is not counted before. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #operations: Counter<'type' | 'outcome'>
  readonly #seconds: Histogram<'type'>
  readonly #restSeconds: Histogram<'path' | 'status'>
  readonly #stop: readonly (() => void)[]
  readonly #others: readonly Registry[]

  constructor({ clusters, activeSubscriptions, others }: MetricsOptions) {
    this.#others = others
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#operations = new Counter({ name: 'watchql_graphql_operations_total', help: 'GraphQL operations answered over HTTP.', labelNames: ['type', 'outcome'], registers })
    this.#seconds = new Histogram({ name: 'watchql_graphql_operation_duration_seconds', help: 'How long they took.', labelNames: ['type'], buckets, registers })
    this.#restSeconds = new Histogram({ name: 'watchql_rest_request_duration_seconds', help: 'How long REST requests took until the caller had the whole answer.', labelNames: ['path', 'status'], buckets, registers })
    const changes = new Counter({ name: 'watchql_changes_total', help: 'Changes published, by kind and type.', labelNames: ['cluster', 'kind', 'type'], registers })
    this.#stop = clusters.map((cluster) => cluster.feed.subscribe(({ resource, type }) => changes.inc({ cluster: cluster.name, kind: formatKind(resource), type })))

    const perWatch = (name: string, help: string, read: (gauge: Gauge, cluster: string, informer: ReturnType<Cluster['informers']['all']>[number]) => void, labels: readonly string[] = []) =>
      new Gauge({
        name,
        help,
        labelNames: ['cluster', 'kind', ...labels],
        registers,
        collect() {
          this.reset()
          for (const cluster of clusters) for (const informer of cluster.informers.all()) read(this, cluster.name, informer)
        },
      })
    perWatch('watchql_objects', 'Objects in the cache.', (gauge, cluster, informer) => gauge.set({ cluster, kind: formatKind(informer.resource) }, informer.status().objects))
    perWatch('watchql_object_bytes', 'Length of their JSON texts.', (gauge, cluster, informer) => gauge.set({ cluster, kind: formatKind(informer.resource) }, informer.status().bytes))
    perWatch('watchql_watch_restarts', 'Lists and watches that had to be begun again after a failure.', (gauge, cluster, informer) => gauge.set({ cluster, kind: formatKind(informer.resource) }, informer.status().restarts))
    perWatch('watchql_watch_stale_seconds', 'How long the kind has been without its connection; 0 when live.', (gauge, cluster, informer) => {
      const { staleSince } = informer.status()
      gauge.set({ cluster, kind: formatKind(informer.resource) }, staleSince === undefined ? 0 : (Date.now() - staleSince) / 1000)
    })
    perWatch(
      'watchql_watch_state',
      '1 for the state that the watch is in.',
      (gauge, cluster, informer) => {
        for (const state of states) gauge.set({ cluster, kind: formatKind(informer.resource), state }, informer.status().state === state ? 1 : 0)
      },
      ['state'],
    )
    const ofDedicated = (name: string, help: string, value: (informers: ReturnType<Cluster['dedicated']['all']>) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['cluster'],
        registers,
        collect() {
          for (const cluster of clusters) this.set({ cluster: cluster.name }, value(cluster.dedicated.all()))
        },
      })
    ofDedicated('watchql_dedicated_watches', 'Watches of parts of kinds that queries asked for.', (informers) => informers.length)
    ofDedicated('watchql_dedicated_objects', 'Objects in their caches.', (informers) => informers.reduce((count, informer) => count + informer.status().objects, 0))
    const kindsServed = new Gauge({
      name: 'watchql_kinds_served',
      help: 'Versions of kinds that the cluster serves and that can be watched.',
      labelNames: ['cluster'],
      registers: [],
      collect() {
        for (const { name, discovery } of clusters) this.set({ cluster: name }, discovery.resources().length)
      },
    })
    const subscriptions = new Gauge({
      name: 'watchql_subscriptions',
      help: 'Subscriptions that run now.',
      registers: [],
      collect() {
        this.set(activeSubscriptions())
      },
    })
    for (const gauge of [kindsServed, subscriptions]) this.#registry.registerMetric(gauge)
  }

  operationFinished({ type, failed, seconds }: FinishedOperation): void {
    this.#operations.inc({ type, outcome: failed ? 'error' : 'ok' })
    this.#seconds.observe({ type }, seconds)
  }

  restAnswered({ path, status, seconds }: RestAnswer): void {
    this.#restSeconds.observe({ path, status }, seconds)
  }

  route(app: FastifyInstance): void {
    app.get('/metrics', async (_request, reply) => reply.type(this.#registry.contentType).send((await Promise.all([this.#registry, ...this.#others].map((registry) => registry.metrics()))).join('\n')))
  }

  close(): void {
    for (const stop of this.#stop) stop()
    this.#registry.clear()
  }
}
