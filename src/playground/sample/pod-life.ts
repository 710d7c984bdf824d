import type { KubeObject } from '../../model/object.ts'
import { controlledBy, controllerOf, type SampleCluster } from './cluster.ts'
import type { EventRecorder } from './events.ts'
import { chooseNode, placeOn } from './node-choice.ts'
import { crashed, finished, pending, running, scheduled, unschedulable, waiting, withReadiness } from './pod-status.ts'
import { isFinished, isReady, isTerminating, podSpec, podStatus, type Labels, type PodSpec, type PodTemplate } from './shapes.ts'

export interface PodLifeOptions {
  /** Pods are born running, or finished where they belong to a Job: for filling. */
  readonly instant: boolean
}

export interface NewPod {
  readonly owner: KubeObject
  readonly name: string
  readonly generateName?: string
  readonly template: PodTemplate
  readonly labels: Labels
  readonly node?: KubeObject
  readonly claims?: readonly { readonly volume: string; readonly claim: string }[]
}

/** A release whose image nobody pushed. */
export const isMissing = (image: string): boolean => image.endsWith('-hotfix')

const imageMessage = (image: string): string => `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`

/** The scheduler and the kubelets: they take each Pod from one station of its life to the next. */
export class PodLife {
  readonly #cluster: SampleCluster
  readonly #events: EventRecorder
  readonly #options: PodLifeOptions
  /** At which tick which Pod is looked at next. */
  readonly #due = new Map<string, { readonly at: number; readonly pod: KubeObject }>()
  readonly #unsubscribe: () => void
  #ticks = 0

  constructor(cluster: SampleCluster, events: EventRecorder, options: PodLifeOptions) {
    this.#cluster = cluster
    this.#events = events
    this.#options = options
    for (const pod of cluster.list('pods')) this.#watch(pod)
    this.#unsubscribe = cluster.subscribe((plural, { type, object }) => {
      if (plural !== 'pods') return
      if (type === 'DELETED') this.#due.delete(object.metadata.uid ?? '')
      else if (type === 'ADDED' || isTerminating(object)) this.#watch(object)
    })
  }

  close(): void {
    this.#unsubscribe()
  }

  create({ owner, name, generateName, template, labels, node, claims = [] }: NewPod): void {
    const cluster = this.#cluster
    const { namespace } = owner.metadata
    const volumes = [...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })), ...((template.spec['volumes'] as object[] | undefined) ?? [])]
    const host = node ?? (this.#options.instant ? chooseNode(cluster) : undefined)
    const spec: PodSpec = { ...template.spec, ...(volumes.length === 0 ? {} : { volumes }), ...(host === undefined ? {} : { nodeName: host.metadata.name }) }
    const metadata = { name, ...(generateName === undefined ? {} : { generateName }), labels: { ...template.metadata.labels, ...labels }, annotations: template.metadata.annotations ?? {}, ownerReferences: controlledBy(owner) }
    const status = this.#options.instant && host !== undefined ? this.#lived(spec, host, owner.kind === 'Job') : host === undefined ? pending(spec) : scheduled(pending(spec), cluster.timestamp())
    const pod = cluster.create('pods', namespace, { metadata, spec, status })
    this.#events.record(owner, { reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}`, component: `${owner.kind.toLowerCase()}-controller` })
  }

  /** Time goes on: every Pod whose time has come reaches the next station. */
  tick(): void {
    this.#ticks += 1
    for (const [uid, { at, pod }] of this.#due) {
      if (at > this.#ticks) continue
      this.#due.delete(uid)
      const current = this.#cluster.current('pods', pod)
      if (current !== undefined) this.#advance(current)
    }
  }

  /** The Pod's containers end; they are started again a little later. */
  crash(pod: KubeObject, exitCode: number, reason: string): void {
    const spec = podSpec(pod)
    const host = spec.nodeName ?? ''
    const status = crashed(spec, podStatus(pod), this.#cluster.timestamp(), exitCode, reason)
    this.#cluster.change('pods', pod, { status }, 'kubelet')
    this.#events.record(pod, { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${spec.containers[0]?.name} in pod ${pod.metadata.name}`, component: 'kubelet', host })
    this.#later(pod, this.#cluster.random.between(2, 5))
  }

  #lived(spec: PodSpec, node: KubeObject, isJob: boolean) {
    const now = this.#cluster.timestamp()
    const status = running(spec, pending(spec), now, placeOn(this.#cluster, node), true)
    return isJob ? finished(spec, status, now, 0) : status
  }

  #watch(pod: KubeObject): void {
    const isJobs = controllerOf(pod)?.kind === 'Job'
    const settled = !isTerminating(pod) && (isFinished(pod) || (isReady(pod) && !isJobs))
    if (!settled) this.#later(pod, 1)
  }

  #later(pod: KubeObject, ticks: number): void {
    this.#due.set(pod.metadata.uid ?? '', { at: this.#ticks + ticks, pod })
  }

  #advance(pod: KubeObject): void {
    const spec = podSpec(pod)
    const node = spec.nodeName === undefined ? undefined : this.#cluster.find('nodes', undefined, spec.nodeName)
    if (spec.nodeName === undefined) {
      if (isTerminating(pod)) this.#cluster.remove('pods', pod)
      else this.#schedule(pod)
    } else if (node === undefined) this.#cluster.remove('pods', pod)
    // Nothing is heard of a node that is not ready; its Pods stay as they are.
    else if (!isReady(node)) this.#later(pod, 2)
    else if (isTerminating(pod)) this.#cluster.remove('pods', pod)
    else this.#run(pod, spec, node)
  }

  #schedule(pod: KubeObject): void {
    const node = chooseNode(this.#cluster)
    const now = this.#cluster.timestamp()
    if (node === undefined) {
      const message = `0/${this.#cluster.list('nodes').length} nodes are available.`
      this.#cluster.change('pods', pod, { status: unschedulable(podStatus(pod), now, message) }, 'kube-scheduler')
      this.#events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' })
      this.#later(pod, 3)
      return
    }
    this.#cluster.change('pods', pod, { spec: { ...podSpec(pod), nodeName: node.metadata.name }, status: scheduled(podStatus(pod), now) }, 'kube-scheduler')
    this.#events.record(pod, { reason: 'Scheduled', message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node.metadata.name}`, component: 'default-scheduler' })
    this.#later(pod, 1)
  }

  #run(pod: KubeObject, spec: PodSpec, node: KubeObject): void {
    const cluster = this.#cluster
    const status = podStatus(pod)
    const now = cluster.timestamp()
    const [container] = status.containerStatuses ?? []
    const image = spec.containers[0]?.image ?? ''
    const place = status.podIP === undefined ? placeOn(cluster, node) : { hostIP: String(status['hostIP']), podIP: status.podIP }
    const tell = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal') => this.#events.record(pod, { type, reason, message, component: 'kubelet', host: node.metadata.name })
    const write = (next: object) => cluster.change('pods', pod, { status: next }, 'kubelet')

    if (container === undefined) {
      write(waiting(spec, status, now, place.hostIP, 'ContainerCreating'))
      tell('Pulling', `Pulling image "${image}"`)
      this.#later(pod, 1)
    } else if (container.state.waiting !== undefined && isMissing(image)) {
      write(waiting(spec, status, now, place.hostIP, 'ImagePullBackOff', imageMessage(image)))
      tell('Failed', `Failed to pull image "${image}": not found`, 'Warning')
      this.#later(pod, 4)
    } else if (container.state.waiting !== undefined) {
      const isJobs = controllerOf(pod)?.kind === 'Job'
      write(running(spec, status, now, place, isJobs))
      tell('Started', `Started container ${container.name}`)
      this.#later(pod, isJobs ? cluster.random.between(2, 5) : 1)
    } else if (controllerOf(pod)?.kind === 'Job') {
      write(finished(spec, status, now, cluster.random.chance(0.12) ? 1 : 0))
    } else if (!isReady(pod)) write(withReadiness(spec, status, now, true))
  }
}
