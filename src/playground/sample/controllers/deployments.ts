import type { KubeObject } from '../../../model/object.ts'
import { controlledBy, type SampleCluster } from '../cluster.ts'
import { shortHash } from '../random.ts'
import { specOf, statusOf, withConditions, type Condition } from '../shapes.ts'
import type { Workshop } from './controller.ts'

const revisionKey = 'deployment.kubernetes.io/revision'
const keptRevisions = 3

interface Plan {
  readonly deployment: KubeObject
  readonly desired: number
  readonly current: KubeObject
  readonly old: readonly KubeObject[]
}

/** A Deployment's ReplicaSets: the current one grows and the others shrink as far as a rolling update may go at once. */
export function reconcileDeployment(deployment: KubeObject, { cluster, events }: Workshop): void {
  const spec = specOf(deployment)
  const desired = spec.replicas ?? 1
  const current = currentReplicaSet(deployment, cluster)
  const old = cluster.ownedBy(deployment, 'replicasets').filter(({ metadata }) => metadata.uid !== current.metadata.uid)
  const plan: Plan = { deployment, desired, current, old }
  for (const [set, replicas] of nextSizes(plan)) {
    const before = sizeOf(set)
    if (before === replicas) continue
    cluster.change('replicasets', set, { spec: { ...specOf(set), replicas } }, 'deployment-controller')
    const direction = replicas > before ? 'up' : 'down'
    events.record(deployment, { reason: 'ScalingReplicaSet', message: `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`, component: 'deployment-controller' })
  }
  forgetOldRevisions(plan, cluster)
  writeStatus(plan, cluster)
}

export function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0)
}

/** How many replicas each ReplicaSet is to have next, within maxSurge and maxUnavailable (25 % each). */
function nextSizes({ desired, current, old }: Plan): [KubeObject, number][] {
  const most = desired + Math.ceil(desired / 4)
  const least = desired - Math.floor(desired / 4)
  const sets = [...old, current]
  const total = sum(sets, sizeOf)
  const available = sum(sets, availableIn)
  if (sizeOf(current) > desired) return [[current, desired]]
  // The Deployment was scaled down in the middle of a rollout: whatever is too much goes.
  if (total > most) return cut(sets, total - most, Math.max(0, available - least))
  const grown = Math.min(desired, sizeOf(current) + most - total)
  if (grown > sizeOf(current)) return [[current, grown]]
  // What is still to come up is counted on, so old Pods stay until it is there.
  const coming = sizeOf(current) - availableIn(current)
  return cut(old, Math.max(0, total - least - coming), Math.max(0, available - least))
}

/** Smaller sizes: by so many replicas together, of which so many may be available ones. What does not work anyway goes first. */
function cut(sets: readonly KubeObject[], surplus: number, spareAvailable: number): [KubeObject, number][] {
  const sizes = new Map(sets.map((set) => [set, sizeOf(set)]))
  let [left, spare] = [surplus, spareAvailable]
  for (const set of sets) {
    const broken = Math.min(sizeOf(set) - availableIn(set), left)
    sizes.set(set, sizeOf(set) - broken)
    left -= broken
  }
  for (const set of sets) {
    const healthy = Math.min(availableIn(set), left, spare)
    sizes.set(set, (sizes.get(set) ?? 0) - healthy)
    left -= healthy
    spare -= healthy
  }
  return [...sizes]
}

const sum = (sets: readonly KubeObject[], measure: (set: KubeObject) => number): number => sets.reduce((total, set) => total + measure(set), 0)

/** The ReplicaSet of the template as it is now; an earlier one where the template is as it was then. */
function currentReplicaSet(deployment: KubeObject, cluster: SampleCluster): KubeObject {
  const spec = specOf(deployment)
  const hash = shortHash(JSON.stringify(spec.template))
  const sets = cluster.ownedBy(deployment, 'replicasets')
  const known = sets.find(({ metadata }) => metadata.labels?.['pod-template-hash'] === hash)
  const latest = Math.max(0, ...sets.map(revisionOf))
  const revision = known !== undefined && revisionOf(known) === latest ? latest : latest + 1
  annotate('deployments', deployment, revision, cluster)
  if (known !== undefined) {
    annotate('replicasets', known, revision, cluster)
    return known
  }
  const { namespace, name } = deployment.metadata
  const labels = { ...spec.template.metadata.labels, 'pod-template-hash': hash }
  return cluster.create(
    'replicasets',
    namespace,
    {
      metadata: { name: `${name}-${hash}`, labels, annotations: { [revisionKey]: String(revision) }, ownerReferences: controlledBy(deployment) },
      spec: { replicas: 0, selector: { matchLabels: { ...spec.selector.matchLabels, 'pod-template-hash': hash } }, template: { ...spec.template, metadata: { ...spec.template.metadata, labels } } },
      status: { replicas: 0 },
    },
    'deployment-controller',
  )
}

function annotate(plural: string, object: KubeObject, revision: number, cluster: SampleCluster): void {
  if (revisionOf(object) !== revision) cluster.changeMetadata(plural, object, { annotations: { ...object.metadata.annotations, [revisionKey]: String(revision) } }, 'deployment-controller')
}

function forgetOldRevisions({ old }: Plan, cluster: SampleCluster): void {
  const empty = old.filter((set) => sizeOf(set) === 0 && (statusOf(set).replicas ?? 0) === 0).sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of empty.slice(0, -keptRevisions)) cluster.remove('replicasets', set)
}

function writeStatus({ deployment, desired, current, old }: Plan, cluster: SampleCluster): void {
  const sets = [current, ...old].map((set) => cluster.current('replicasets', set) ?? set)
  const count = (member: 'replicas' | 'readyReplicas' | 'availableReplicas') => sum(sets, (set) => statusOf(set)[member] ?? 0)
  const [replicas, ready, available] = [count('replicas'), count('readyReplicas'), count('availableReplicas')]
  const updated = statusOf(sets[0] ?? current).replicas ?? 0
  const unavailable = Math.max(0, desired - available)
  const enough = available >= desired - Math.floor(desired / 4)
  const complete = updated === desired && replicas === desired && available >= desired
  const now = cluster.timestamp()
  const before = statusOf(deployment).conditions
  const progressed = `ReplicaSet "${current.metadata.name}" ${complete ? 'has successfully progressed.' : 'is progressing.'}`
  cluster.change(
    'deployments',
    deployment,
    {
      status: {
        observedGeneration: deployment.metadata.generation,
        ...(replicas === 0 ? {} : { replicas }),
        ...(updated === 0 ? {} : { updatedReplicas: updated }),
        ...(ready === 0 ? {} : { readyReplicas: ready }),
        ...(available === 0 ? {} : { availableReplicas: available }),
        ...(unavailable === 0 ? {} : { unavailableReplicas: unavailable }),
        conditions: withConditions(before, now, [
          { type: 'Available', status: enough ? 'True' : 'False', lastUpdateTime: now, reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable', message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.' },
          { type: 'Progressing', status: 'True', lastUpdateTime: now, reason: complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated', message: progressed },
        ]).map((condition) => keepTime(condition, before)),
      },
    },
    'deployment-controller',
  )
}

/** A condition that says what it said before was not updated. */
function keepTime(condition: Condition, before: readonly Condition[] | undefined): Condition {
  const old = before?.find(({ type }) => type === condition.type)
  const same = old?.status === condition.status && old.reason === condition.reason && old.message === condition.message
  return same ? { ...condition, lastUpdateTime: old?.['lastUpdateTime'] } : condition
}

const sizeOf = (set: KubeObject): number => specOf(set).replicas ?? 0
const availableIn = (set: KubeObject): number => statusOf(set).availableReplicas ?? 0
