import type { KubeObject } from '../../model/object.ts'
import type { SampleCluster } from './cluster.ts'
import type { EventRecorder } from './events.ts'
import { microTime } from './fill/platform.ts'
import { isReady, specAs, statusAs, withConditions, type Condition } from './shapes.ts'

const renewMs = 10_000
const unreachable = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'node.kubernetes.io/unreachable', effect }))

interface NodeStatus {
  readonly conditions?: readonly Condition[]
  readonly [member: string]: unknown
}

/** The nodes: they renew their leases, and now and then one is not heard of for a while. */
export class NodeLife {
  readonly #cluster: SampleCluster
  readonly #events: EventRecorder
  /** At which tick which node comes back. */
  readonly #returns = new Map<string, number>()
  #ticks = 0

  constructor(cluster: SampleCluster, events: EventRecorder) {
    this.#cluster = cluster
    this.#events = events
    // Those that were lost when an earlier life ended.
    for (const node of cluster.list('nodes')) if (!isReady(node)) this.#returns.set(node.metadata.name, 5)
  }

  /** The node is not heard of for so many ticks. Half of the nodes always are. */
  lose(node: KubeObject, ticks: number): void {
    const { name } = node.metadata
    if (this.#returns.has(name) || (this.#returns.size + 1) * 2 > this.#cluster.list('nodes').length) return
    this.#returns.set(name, this.#ticks + ticks)
    const message = 'Kubelet stopped posting node status.'
    const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({ type, status: 'Unknown', reason: 'NodeStatusUnknown', message }))
    this.#write(node, conditions, unreachable, 'node-controller')
    this.#events.record(node, { reason: 'NodeNotReady', message: `Node ${name} status is now: NodeNotReady`, component: 'node-controller' })
  }

  tick(): void {
    this.#ticks += 1
    const now = this.#cluster.now()
    for (const [name, at] of this.#returns) {
      if (at > this.#ticks) continue
      this.#returns.delete(name)
      const node = this.#cluster.find('nodes', undefined, name)
      if (node !== undefined) this.#comeBack(node)
    }
    for (const lease of this.#cluster.listIn('leases', 'kube-node-lease')) this.#renew(lease, now)
    for (const lease of this.#cluster.listIn('leases', 'kube-system')) this.#renew(lease, now)
  }

  #comeBack(node: KubeObject): void {
    const { name } = node.metadata
    const well: Readonly<Record<string, readonly [string, string]>> = {
      MemoryPressure: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      DiskPressure: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      PIDPressure: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      Ready: ['KubeletReady', 'kubelet is posting ready status'],
    }
    const conditions = Object.entries(well).map(([type, [reason, message]]) => ({ type, status: type === 'Ready' ? 'True' : 'False', reason, message }))
    this.#write(node, conditions, [], 'kubelet')
    this.#events.record(node, { reason: 'NodeReady', message: `Node ${name} status is now: NodeReady`, component: 'kubelet', host: name })
  }

  #write(node: KubeObject, conditions: readonly Condition[], taints: readonly object[], manager: string): void {
    const now = this.#cluster.timestamp()
    const status = statusAs<NodeStatus>(node)
    const spec = specAs<{ readonly taints?: readonly object[] }>(node)
    const { taints: _before, ...rest } = spec
    this.#cluster.change('nodes', node, { spec: taints.length === 0 ? rest : { ...rest, taints } }, manager)
    const next = withConditions(status.conditions, now, conditions).map((condition) => (conditions.some(({ type }) => type === condition.type) && condition.status !== 'Unknown' ? { ...condition, lastHeartbeatTime: now } : condition))
    this.#cluster.change('nodes', node, { status: { ...status, conditions: next } }, manager)
  }

  #renew(lease: KubeObject, now: number): void {
    const spec = specAs<{ readonly renewTime?: string }>(lease)
    const isDue = now - Date.parse(spec.renewTime ?? '') >= renewMs
    if (isDue && !this.#returns.has(lease.metadata.name)) this.#cluster.change('leases', lease, { spec: { ...spec, renewTime: microTime(this.#cluster) } }, 'kubelet')
  }
}
