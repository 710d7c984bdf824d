import type { KubeObject } from '../../../model/object.ts'
import type { SampleCluster } from '../cluster.ts'
import type { EventRecorder } from '../events.ts'
import { specAs, specOf, statusAs, statusOf, withConditions, type Condition } from '../shapes.ts'
import type { Workshop } from './controller.ts'

interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly name: string }
  readonly minReplicas: number
  readonly maxReplicas: number
}

interface AutoscalerStatus {
  readonly conditions?: readonly Condition[]
  readonly currentMetrics?: readonly object[]
  readonly lastScaleTime?: string
}

/** Per cent of the requested CPU that an autoscaler aims at. */
export const targetUtilization = 70

const targetOf = (autoscaler: KubeObject, cluster: SampleCluster): KubeObject | undefined =>
  cluster.find('deployments', autoscaler.metadata.namespace, specAs<AutoscalerSpec>(autoscaler).scaleTargetRef.name)

/** What an autoscaler sees of its Deployment. */
export function reconcileAutoscaler(autoscaler: KubeObject, { cluster }: Workshop): void {
  const deployment = targetOf(autoscaler, cluster)
  if (deployment === undefined) return
  const before = statusAs<AutoscalerStatus>(autoscaler)
  const desired = specOf(deployment).replicas ?? 0
  const { maxReplicas } = specAs<AutoscalerSpec>(autoscaler)
  cluster.change('horizontalpodautoscalers', autoscaler, {
    status: {
      ...before,
      currentReplicas: statusOf(deployment).replicas ?? 0,
      desiredReplicas: desired,
      currentMetrics: before.currentMetrics ?? [cpu(targetUtilization)],
      conditions: withConditions(before.conditions, cluster.timestamp(), [
        { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' },
        { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)' },
        { type: 'ScalingLimited', status: desired === maxReplicas ? 'True' : 'False', reason: desired === maxReplicas ? 'TooManyReplicas' : 'DesiredWithinRange', message: desired === maxReplicas ? 'the desired replica count is more than the maximum replica count' : 'the desired count is within the acceptable range' },
      ]),
    },
  })
}

/** A load is measured, and the Deployment scaled to it. */
export function measure(autoscaler: KubeObject, utilization: number, cluster: SampleCluster, events: EventRecorder): void {
  const deployment = targetOf(autoscaler, cluster)
  if (deployment === undefined) return
  const { minReplicas, maxReplicas } = specAs<AutoscalerSpec>(autoscaler)
  const before = specOf(deployment).replicas ?? 0
  const wanted = Math.min(maxReplicas, Math.max(minReplicas, Math.ceil((before * utilization) / targetUtilization)))
  // Within a tenth of the target nothing is done.
  const after = Math.abs(utilization - targetUtilization) <= targetUtilization / 10 ? before : wanted
  const lastScaleTime = after === before ? {} : { lastScaleTime: cluster.timestamp() }
  cluster.change('horizontalpodautoscalers', autoscaler, { status: { ...statusOf(autoscaler), currentMetrics: [cpu(utilization)], ...lastScaleTime } })
  if (after === before) return
  cluster.change('deployments', deployment, { spec: { ...specOf(deployment), replicas: after } }, 'horizontal-pod-autoscaler')
  const reason = after > before ? 'cpu resource utilization (percentage of request) above target' : 'All metrics below target'
  events.record(autoscaler, { reason: 'SuccessfulRescale', message: `New size: ${after}; reason: ${reason}`, component: 'horizontal-pod-autoscaler' })
}

function cpu(utilization: number): object {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: utilization, averageValue: `${Math.round(utilization * 2.5)}m` } } }
}
