import type { KubeObject } from '../../../model/object.ts'
import { isFinished, specAs } from '../shapes.ts'
import type { Workshop } from './controller.ts'

/** How much of a quota is used. Counts of objects only. */
export function reconcileQuota(quota: KubeObject, { cluster }: Workshop): void {
  const { hard } = specAs<{ readonly hard: Readonly<Record<string, string>> }>(quota)
  const used = Object.keys(hard).map((plural) => {
    const objects = cluster.listIn(plural, quota.metadata.namespace)
    return [plural, String(plural === 'pods' ? objects.filter((pod) => !isFinished(pod)).length : objects.length)]
  })
  cluster.change('resourcequotas', quota, { status: { hard, used: Object.fromEntries(used) as object } })
}
