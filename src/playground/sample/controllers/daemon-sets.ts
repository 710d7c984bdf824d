import type { KubeObject } from '../../../model/object.ts'
import { isActive, isReady, podSpec, specOf } from '../shapes.ts'
import type { Workshop } from './controller.ts'
import { currentRevision, isOf, revisionLabel } from './revisions.ts'

/** One Pod on every node; replaced one after the other. */
export function reconcileDaemonSet(set: KubeObject, { cluster, events, pods }: Workshop): void {
  const revision = currentRevision(set, cluster)
  const nodes = cluster.listIn('nodes', undefined)
  const owned = cluster.ownedBy(set, 'pods')
  const occupied = new Set(owned.map((pod) => podSpec(pod).nodeName))
  const generateName = `${set.metadata.name}-`
  for (const node of nodes) {
    if (occupied.has(node.metadata.name)) continue
    pods.create({ owner: set, name: `${generateName}${cluster.random.suffix(5)}`, generateName, template: specOf(set).template, labels: { [revisionLabel]: revision.hash, 'pod-template-generation': '1' }, node })
  }
  const active = owned.filter(isActive)
  const next = active.find((pod) => !isOf(revision, pod))
  // One at a time: the next goes when all others are there again.
  if (next !== undefined && active.length === nodes.length && active.every((pod) => isReady(pod))) {
    cluster.remove('pods', next, 30)
    events.record(set, { reason: 'SuccessfulDelete', message: `Deleted pod: ${next.metadata.name}`, component: 'daemonset-controller' })
  }

  const now = cluster.ownedBy(set, 'pods').filter(isActive)
  const ready = now.filter(isReady).length
  cluster.change('daemonsets', set, {
    status: {
      currentNumberScheduled: now.length,
      desiredNumberScheduled: nodes.length,
      numberAvailable: ready,
      numberMisscheduled: 0,
      numberReady: ready,
      ...(nodes.length > ready ? { numberUnavailable: nodes.length - ready } : {}),
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: now.filter((pod) => isOf(revision, pod)).length,
    },
  })
}
