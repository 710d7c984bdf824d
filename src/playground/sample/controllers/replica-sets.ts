import type { KubeObject } from '../../../model/object.ts'
import { isActive, isReady, podStatus, specOf } from '../shapes.ts'
import type { Workshop } from './controller.ts'

/** As many Pods as a ReplicaSet says. */
export function reconcileReplicaSet(set: KubeObject, { cluster, events, pods }: Workshop): void {
  const spec = specOf(set)
  const wanted = spec.replicas ?? 1
  const active = cluster.ownedBy(set, 'pods').filter(isActive)
  for (const pod of active.toSorted(byUsefulness).slice(wanted)) {
    cluster.remove('pods', pod, 30)
    events.record(set, { reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`, component: 'replicaset-controller' })
  }
  const generateName = `${set.metadata.name}-`
  for (let missing = wanted - active.length; missing > 0; missing -= 1)
    pods.create({ owner: set, name: `${generateName}${cluster.random.suffix(5)}`, generateName, template: spec.template, labels: {} })

  const now = cluster.ownedBy(set, 'pods').filter(isActive)
  const ready = now.filter(isReady).length
  cluster.change('replicasets', set, {
    status: {
      replicas: now.length,
      ...(now.length === 0 ? {} : { fullyLabeledReplicas: now.length }),
      ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
      observedGeneration: set.metadata.generation,
    },
  })
}

/** The first are kept: ready ones, then the older ones. */
function byUsefulness(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject) => (isReady(pod) ? 0 : podStatus(pod).phase === 'Running' ? 1 : 2)
  return rank(a) - rank(b) || compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || compare(a.metadata.name, b.metadata.name)
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
