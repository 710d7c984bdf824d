import type { KubeObject } from '../../model/object.ts'

/** The parts of built-in kinds that the sample's controllers read and write. */

export interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
  readonly [member: string]: unknown
}

export type Labels = Readonly<Record<string, string>>

export interface Container {
  readonly name: string
  readonly image: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
  readonly [member: string]: unknown
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly nodeName?: string
  readonly restartPolicy?: string
  readonly [member: string]: unknown
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Labels }
  readonly spec: PodSpec
}

export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state: { readonly running?: { readonly startedAt?: string }; readonly waiting?: { readonly reason: string }; readonly terminated?: { readonly exitCode: number } }
  readonly [member: string]: unknown
}

export interface PodStatus {
  readonly phase: string
  readonly podIP?: string
  readonly startTime?: string
  readonly conditions?: readonly Condition[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly [member: string]: unknown
}

/** Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs. */
export interface WorkloadSpec {
  readonly replicas?: number
  readonly selector: { readonly matchLabels: Labels }
  readonly template: PodTemplate
  readonly [member: string]: unknown
}

export interface WorkloadStatus {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly conditions?: readonly Condition[]
  readonly [member: string]: unknown
}

/** The specification, in the shape that the caller knows it to have. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says the shape, as a cast would, but shorter
export const specAs = <T>(object: KubeObject): T => object['spec'] as T
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
export const statusAs = <T>(object: KubeObject): T => (object['status'] ?? {}) as T
export const specOf = (workload: KubeObject): WorkloadSpec => specAs<WorkloadSpec>(workload)
export const statusOf = (workload: KubeObject): WorkloadStatus => statusAs<WorkloadStatus>(workload)
export const podSpec = (pod: KubeObject): PodSpec => specAs<PodSpec>(pod)
export const podStatus = (pod: KubeObject): PodStatus => statusAs<PodStatus>(pod)

export function isTrue(object: KubeObject, type: string): boolean {
  return (statusAs<{ conditions?: readonly Condition[] }>(object).conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}

export const isReady = (object: KubeObject): boolean => isTrue(object, 'Ready')

export const isTerminating = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

export function isFinished(pod: KubeObject): boolean {
  const { phase } = podStatus(pod)
  return phase === 'Succeeded' || phase === 'Failed'
}

/** Neither finished nor on its way out: what workloads count. */
export const isActive = (pod: KubeObject): boolean => !isFinished(pod) && !isTerminating(pod)

export function matches(labels: Labels | undefined, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value)
}

/** The conditions with some of them changed; the time of transition moves only where the status does. */
export function withConditions(old: readonly Condition[] | undefined, now: string, changes: readonly Condition[]): readonly Condition[] {
  const next = changes.map((change) => {
    const before = old?.find(({ type }) => type === change.type)
    return { ...change, lastTransitionTime: before?.status === change.status ? (before.lastTransitionTime ?? now) : now }
  })
  return [...(old ?? []).filter(({ type }) => !changes.some((change) => change.type === type)), ...next]
}
