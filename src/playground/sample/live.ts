import type { KubeObject } from '../../model/object.ts'
import { ownedBy, timestamp, type SampleStore } from './cluster.ts'
import type { App } from './company.ts'
import { isReadyNode, isReadyPod, podStatus } from './pods.ts'
import type { Workloads } from './workloads.ts'

/** At most so many events and finished jobs stay. */
const maxEvents = 200
const maxJobs = 12

/**
 * Lets the sample live: each step is one thing that happens in a cluster. What happens is
 * decided by the store's random numbers, so the same seed lives the same life.
 */
export class Life {
  readonly #store: SampleStore
  readonly #workloads: Workloads
  readonly #apps: readonly App[]

  constructor(store: SampleStore, workloads: Workloads, apps: readonly App[]) {
    this.#store = store
    this.#workloads = workloads
    this.#apps = apps
  }

  step(): void {
    this.#recover()
    const chance = this.#store.random.next()
    if (chance < 0.35) this.#heartbeat()
    else if (chance < 0.55) this.#scale()
    else if (chance < 0.7) this.#crash()
    else if (chance < 0.8) this.#rollOut()
    else if (chance < 0.95) this.#runJob()
    else this.#flipNode()
    this.#forget()
  }

  #heartbeat(): void {
    const node = this.#store.random.pick(this.#store.list('nodes'))
    const lease = this.#store.find('leases', 'kube-node-lease', node.metadata.name)
    if (lease !== undefined) this.#store.change('leases', lease, { spec: { ...(lease['spec'] as object), renewTime: new Date().toISOString() } })
  }

  #scale(): void {
    const app = this.#store.random.pick(this.#apps.filter(({ kind, replicas }) => kind === 'Deployment' && replicas > 1))
    const deployment = this.#store.find('deployments', app.namespace, app.name)
    if (deployment === undefined) return
    const before = (deployment['spec'] as { replicas: number }).replicas
    const after = Math.min(app.replicas * 3, Math.max(app.replicas, before + this.#store.random.pick([-2, -1, 1, 2])))
    if (after === before) return
    this.#workloads.scale(app, after)
    const scaler = this.#store.find('horizontalpodautoscalers', app.namespace, app.name)
    if (scaler !== undefined) this.#store.change('horizontalpodautoscalers', scaler, { status: { currentReplicas: after, desiredReplicas: after, lastScaleTime: timestamp() } })
    this.#tell(deployment, 'Normal', 'ScalingReplicaSet', `Scaled replicas from ${before} to ${after}`)
  }

  #crash(): void {
    const app = this.#store.random.pick(this.#apps)
    const pod = this.#workloads.podsOf(app).find(isReadyPod)
    if (pod === undefined) return
    this.#store.change('pods', pod, { status: this.#statusOf(app, pod, 'CrashLoopBackOff') })
    this.#tell(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${app.name} in pod ${pod.metadata.name}`)
    this.#workloads.settle(app)
  }

  /** What crashed earlier comes back, most of the time. */
  #recover(): void {
    for (const app of this.#apps) {
      const broken = this.#workloads.podsOf(app).filter((pod) => !isReadyPod(pod))
      const back = broken.filter(() => this.#store.random.next() < 0.3)
      for (const pod of back) this.#store.change('pods', pod, { status: this.#statusOf(app, pod) })
      if (back.length > 0) this.#workloads.settle(app)
    }
  }

  #statusOf(app: App, pod: KubeObject, waiting?: string) {
    const before = pod['status'] as { podIP: string; podIPs: unknown; startTime: string; containerStatuses: { restartCount: number }[] }
    const version = pod.metadata.labels?.['app.kubernetes.io/version'] ?? app.version
    const restarts = (before.containerStatuses[0]?.restartCount ?? 0) + (waiting === undefined ? 0 : 1)
    return { ...podStatus(app, version, this.#store, 'Running', restarts, waiting), podIP: before.podIP, podIPs: before.podIPs, startTime: before.startTime }
  }

  #rollOut(): void {
    const app = this.#store.random.pick(this.#apps.filter(({ kind }) => kind === 'Deployment'))
    const version = app.version.replace(/\d+$/, String(this.#store.random.below(40)))
    this.#workloads.rollOut(app, version)
    const deployment = this.#store.find('deployments', app.namespace, app.name)
    if (deployment !== undefined) this.#tell(deployment, 'Normal', 'RolledOut', `Rolled out version ${version}`)
  }

  #runJob(): void {
    const cronJob = this.#store.random.pick(this.#store.list('cronjobs'))
    const failed = this.#store.random.next() < 0.15
    const job = this.#store.create('jobs', cronJob.metadata.namespace, {
      metadata: { name: `${cronJob.metadata.name}-${this.#store.random.suffix(8)}`, labels: cronJob.metadata.labels ?? {}, ownerReferences: ownedBy(cronJob) },
      spec: { completions: 1, parallelism: 1, backoffLimit: 6 },
      status: { startTime: timestamp(), completionTime: timestamp(), ...(failed ? { failed: 1 } : { succeeded: 1 }), conditions: [{ type: failed ? 'Failed' : 'Complete', status: 'True', lastTransitionTime: timestamp() }] },
    })
    this.#store.change('cronjobs', cronJob, { status: { lastScheduleTime: timestamp(), ...(failed ? {} : { lastSuccessfulTime: timestamp() }) } })
    if (failed) this.#tell(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  }

  /** A node loses its kubelet for a while; never the last ready one. */
  #flipNode(): void {
    const nodes = this.#store.list('nodes')
    const ready = nodes.filter(isReadyNode)
    const node = ready.length < nodes.length ? nodes.find((candidate) => !isReadyNode(candidate)) : this.#store.random.pick(nodes)
    if (node === undefined) return
    const up = !isReadyNode(node)
    const status = node['status'] as { conditions: { type: string }[] }
    const conditions = status.conditions.map((condition) => (condition.type === 'Ready' ? { ...condition, status: up ? 'True' : 'False', lastTransitionTime: timestamp() } : condition))
    this.#store.change('nodes', node, { status: { ...status, conditions } })
    this.#tell(node, up ? 'Normal' : 'Warning', up ? 'NodeReady' : 'NodeNotReady', `Node ${node.metadata.name} status is now: ${up ? 'NodeReady' : 'NodeNotReady'}`)
  }

  #tell(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata
    const at = timestamp()
    this.#store.create('events', namespace, {
      metadata: { name: `${name}.${this.#store.random.suffix(16)}` },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, uid, resourceVersion, ...(about.metadata.namespace === undefined ? {} : { namespace }) },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: 'sample-controller' },
      reportingComponent: 'sample-controller',
      reportingInstance: '',
    })
  }

  #forget(): void {
    for (const event of this.#store.list('events').slice(0, -maxEvents)) this.#store.delete('events', event)
    for (const job of this.#store.list('jobs').slice(0, -maxJobs)) this.#store.delete('jobs', job)
  }
}
