import type { KubeObject } from '../../model/object.ts'
import type { ClusterStore } from '../api-server/store/cluster-store.ts'
import { SampleCluster } from './cluster.ts'
import { appsAt, type App } from './company.ts'
import { runCronJob } from './controllers/cron-jobs.ts'
import { ControllerManager } from './controllers/manager.ts'
import { EventRecorder } from './events.ts'
import { createApp, createHistory } from './fill/applications.ts'
import { createBatches } from './fill/batches.ts'
import { createMesh, createPromotions, defineCustomKinds } from './fill/mesh.ts'
import { createPlatform } from './fill/platform.ts'
import { PodLife } from './pod-life.ts'
import { Random } from './random.ts'
import { podSpec, podStatus } from './shapes.ts'

export interface FillOptions {
  /** 1 is about 450 objects; each further unit adds some 310: 320 is about 100,000. Default 1. */
  readonly scale?: number
  /** The same seed gives the same cluster. Default 1. */
  readonly seed?: number
  /** Milliseconds since the epoch; everything is some time older than that. Default: the system's clock. */
  readonly now?: () => number
}

const minute = 60_000
const day = 24 * 60 * minute

/** How many Events are kept at a scale. */
export const eventLimit = (scale: number): number => 200 + 20 * scale

/**
 * Fills an empty server with a shop company's cluster: as if it had been running for months.
 * What its people wrote is created; the sample's own controllers make the rest of it, so that
 * everything agrees: replica counts with Pods, endpoints with what is ready, claims with volumes.
 */
export function fillSampleCluster(store: ClusterStore, { scale = 1, seed = 1, now = Date.now }: FillOptions = {}): void {
  const random = new Random(seed)
  const cluster = new SampleCluster(store, { random, now })
  const events = new EventRecorder(cluster, eventLimit(scale))
  const pods = new PodLife(cluster, events, { instant: true })
  const controllers = new ControllerManager({ cluster, events, pods })
  const today = now()
  const ago = (ms: number, action: () => void) =>
    cluster.at(today - ms, () => {
      action()
      controllers.settle()
    })

  const apps = appsAt(scale)
  ago(200 * day, () => {
    defineCustomKinds(cluster)
    createPlatform(cluster, apps.map(({ namespace }) => namespace), 7 + 2 * (Math.floor(scale) - 1), store.resources())
  })
  for (const app of apps) foundApp(app, random.between(30, 180), ago, cluster)
  ago(20 * day, () => {
    createMesh(cluster, apps)
    createPromotions(cluster)
    createLimits(cluster, apps)
  })
  let cronJobs: readonly KubeObject[] = []
  ago(100 * day, () => (cronJobs = createBatches(cluster)))
  for (const cronJob of cronJobs) ago(random.between(20, 50) * minute, () => runCronJob(cronJob, cluster, events))
  remember(cluster, events, ago)
  controllers.close()
  pods.close()
  cluster.close()
}

/** An application that was founded days ago, and released a few times since. */
function foundApp(app: App, days: number, ago: (ms: number, action: () => void) => void, cluster: SampleCluster): void {
  const { random } = cluster
  const [released, before] = [random.between(1, 14), random.between(15, 29)]
  cluster.at(cluster.now() - days * day, () => createApp(cluster, app))
  const deployment = app.kind === 'Deployment' ? cluster.find('deployments', app.namespace, app.name) : undefined
  if (deployment !== undefined) cluster.at(cluster.now() - before * day, () => createHistory(cluster, deployment, app, earlierVersions(app.version)))
  ago(released * day + random.below(day), () => undefined)
}

/** The two releases before a version: `1.9.1` came after `1.9.0` and `1.8.4`. */
function earlierVersions(version: string): readonly string[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const before = (minor: number, patch: number): [number, number] => (patch > 0 ? [minor, patch - 1] : [Math.max(0, minor - 1), 4])
  const last = before(minor, patch)
  const text = ([minor, patch]: [number, number]) => `${major}.${minor}.${patch}`
  return [...new Set([text(before(...last)), text(last)])].filter((earlier) => earlier !== version)
}

function createLimits(cluster: SampleCluster, apps: readonly App[]): void {
  for (const namespace of new Set(apps.map((app) => app.namespace).filter((name) => /^(shop|payments)/.test(name)))) {
    cluster.create('resourcequotas', namespace, { metadata: { name: 'objects' }, spec: { hard: { pods: '200', services: '50', secrets: '100', configmaps: '100' } } }, 'deploy')
    cluster.create('limitranges', namespace, { metadata: { name: 'defaults' }, spec: { limits: [{ type: 'Container', default: { memory: '512Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } }] } }, 'deploy')
  }
}

/** What the last hour has left behind: a few restarts, a few Events. */
function remember(cluster: SampleCluster, events: EventRecorder, ago: (ms: number, action: () => void) => void): void {
  const { random } = cluster
  const pods = cluster.list('pods')
  const some = Array.from({ length: Math.ceil(pods.length / 4) }, () => random.pick(pods)).filter((pod) => pod !== undefined)
  for (const pod of some) {
    const host = podSpec(pod).nodeName ?? ''
    const [container] = podStatus(pod).containerStatuses ?? []
    if (container?.state.running === undefined) continue
    ago(random.between(1, 55) * minute, () => {
      events.record(pod, random.chance(0.7)
        ? { reason: 'Pulled', message: `Container image "${String(container['image'])}" already present on machine`, component: 'kubelet', host }
        : { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503', component: 'kubelet', host })
      if (!random.chance(0.2)) return
      const finishedAt = cluster.timestamp()
      const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: pod.metadata.creationTimestamp, finishedAt } }
      const containerStatuses = [{ ...container, restartCount: container.restartCount + 1, state: { running: { startedAt: finishedAt } }, lastState }]
      cluster.change('pods', pod, { status: { ...podStatus(pod), containerStatuses } }, 'kubelet')
    })
  }
}
