import type { KubeObject } from '../../../model/object.ts'
import type { SampleCluster } from '../cluster.ts'
import { isActive, isReady, isTerminating, specOf, statusOf } from '../shapes.ts'
import type { Workshop } from './controller.ts'
import { currentRevision, isOf, revisionLabel, type Revision } from './revisions.ts'

interface ClaimTemplate {
  readonly metadata: { readonly name: string }
  readonly spec: object
}

/** A StatefulSet's Pods by number: made in order, each with its own volumes; replaced from the last one down. */
export function reconcileStatefulSet(set: KubeObject, workshop: Workshop): void {
  const { cluster, events } = workshop
  const wanted = specOf(set).replicas ?? 1
  const revision = currentRevision(set, cluster)
  const byNumber = new Map(cluster.ownedBy(set, 'pods').map((pod) => [numberOf(pod), pod]))
  const last = Math.max(-1, ...byNumber.keys())

  const missing = Array.from({ length: wanted }, (_, number) => number).find((number) => !byNumber.has(number))
  const below = missing === undefined ? [] : [...byNumber.entries()].filter(([number]) => number < missing)
  if (missing !== undefined && below.every(([, pod]) => isReady(pod) && !isTerminating(pod))) {
    makePod(set, missing, revision, workshop)
  } else if (missing === undefined) {
    const surplus = last >= wanted ? byNumber.get(last) : undefined
    const pods = [...byNumber.entries()].sort(([a], [b]) => b - a).map(([, pod]) => pod)
    const outdated = pods.every((pod) => isReady(pod) && !isTerminating(pod)) ? pods.find((pod) => !isOf(revision, pod)) : undefined
    const doomed = surplus ?? outdated
    if (doomed !== undefined && !isTerminating(doomed)) {
      cluster.remove('pods', doomed, 30)
      events.record(set, { reason: 'SuccessfulDelete', message: `delete Pod ${doomed.metadata.name} in StatefulSet ${set.metadata.name} successful`, component: 'statefulset-controller' })
    }
  }
  writeStatus(set, revision, cluster)
}

function makePod(set: KubeObject, number: number, { hash }: Revision, { cluster, pods }: Workshop): void {
  const { namespace, name, labels = {} } = set.metadata
  const spec = specOf(set)
  const templates = (spec['volumeClaimTemplates'] ?? []) as readonly ClaimTemplate[]
  const claims = templates.map((claim) => ({ volume: claim.metadata.name, claim: `${claim.metadata.name}-${name}-${number}`, spec: claim.spec }))
  for (const { claim, spec: claimSpec } of claims) {
    if (cluster.find('persistentvolumeclaims', namespace, claim) === undefined)
      cluster.create('persistentvolumeclaims', namespace, { metadata: { name: claim, labels }, spec: claimSpec, status: { phase: 'Pending' } })
  }
  pods.create({
    owner: set,
    name: `${name}-${number}`,
    template: spec.template,
    labels: { [revisionLabel]: hash, 'statefulset.kubernetes.io/pod-name': `${name}-${number}`, 'apps.kubernetes.io/pod-index': String(number) },
    claims,
  })
}

function writeStatus(set: KubeObject, revision: Revision, cluster: SampleCluster): void {
  const active = cluster.ownedBy(set, 'pods').filter(isActive)
  const ready = active.filter(isReady).length
  const updated = active.filter((pod) => isOf(revision, pod)).length
  const isComplete = updated === active.length
  const before = statusOf(set)['currentRevision'] as string | undefined
  cluster.change('statefulsets', set, {
    status: {
      observedGeneration: set.metadata.generation,
      replicas: active.length,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      availableReplicas: ready,
      ...(updated === 0 ? {} : { updatedReplicas: updated }),
      ...(isComplete ? { currentReplicas: updated } : { currentReplicas: active.length - updated }),
      currentRevision: isComplete ? revision.name : (before ?? revision.name),
      updateRevision: revision.name,
      collisionCount: 0,
    },
  })
}

const numberOf = ({ metadata }: KubeObject): number => Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1)
