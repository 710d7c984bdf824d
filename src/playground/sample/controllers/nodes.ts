import type { KubeObject } from '../../../model/object.ts'
import { unheard, withReadiness } from '../pod-status.ts'
import { isReady, podSpec, podStatus } from '../shapes.ts'
import type { Workshop } from './controller.ts'

/** The Pods of a node that is not heard of are not Ready; those whose containers went on are again when it is back. */
export function reconcileNode(node: KubeObject, { cluster }: Workshop): void {
  const now = cluster.timestamp()
  for (const pod of cluster.podsOn(node.metadata.name)) {
    const status = podStatus(pod)
    if (status.phase !== 'Running') continue
    if (!isReady(node) && isReady(pod)) cluster.change('pods', pod, { status: unheard(status, now) })
    else if (isReady(node) && !isReady(pod) && (status.containerStatuses ?? []).every(({ ready }) => ready)) cluster.change('pods', pod, { status: withReadiness(podSpec(pod), status, now, true) }, 'kubelet')
  }
}
