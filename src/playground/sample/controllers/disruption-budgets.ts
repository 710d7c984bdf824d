import type { KubeObject } from '../../../model/object.ts'
import { isActive, isReady, matches, specAs, statusAs, withConditions, type Condition, type Labels } from '../shapes.ts'
import type { Workshop } from './controller.ts'

/** How many of its Pods may be disrupted now. */
export function reconcileBudget(budget: KubeObject, { cluster }: Workshop): void {
  const { minAvailable, selector } = specAs<{ readonly minAvailable: number; readonly selector: { readonly matchLabels: Labels } }>(budget)
  const pods = cluster.listIn('pods', budget.metadata.namespace).filter((pod) => matches(pod.metadata.labels, selector.matchLabels) && isActive(pod))
  const healthy = pods.filter(isReady).length
  const allowed = Math.max(0, healthy - minAvailable)
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods'
  const before = statusAs<{ readonly conditions?: readonly Condition[] }>(budget).conditions
  cluster.change('poddisruptionbudgets', budget, {
    status: {
      conditions: withConditions(before, cluster.timestamp(), [{ type: 'DisruptionAllowed', status: allowed > 0 ? 'True' : 'False', reason, message: '', observedGeneration: budget.metadata.generation }]),
      currentHealthy: healthy,
      desiredHealthy: minAvailable,
      disruptionsAllowed: allowed,
      expectedPods: pods.length,
      observedGeneration: budget.metadata.generation,
    },
  })
}
