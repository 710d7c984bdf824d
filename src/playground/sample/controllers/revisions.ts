import type { KubeObject } from '../../../model/object.ts'
import { controlledBy, type SampleCluster } from '../cluster.ts'
import { shortHash } from '../random.ts'
import { specOf } from '../shapes.ts'

export const revisionLabel = 'controller-revision-hash'
const kept = 3

export interface Revision {
  readonly hash: string
  readonly name: string
}

/** The ControllerRevision of a StatefulSet's or DaemonSet's template as it is now. */
export function currentRevision(owner: KubeObject, cluster: SampleCluster): Revision {
  const { template } = specOf(owner)
  const hash = shortHash(JSON.stringify(template))
  const { namespace, labels = {} } = owner.metadata
  const name = `${owner.metadata.name}-${hash}`
  const revisions = cluster.ownedBy(owner, 'controllerrevisions')
  if (!revisions.some(({ metadata }) => metadata.name === name)) {
    const revision = Math.max(0, ...revisions.map(numberOf)) + 1
    cluster.create('controllerrevisions', namespace, { metadata: { name, labels: { ...labels, [revisionLabel]: hash }, ownerReferences: controlledBy(owner) }, revision, data: { spec: { template } } })
    const oldest = revisions.toSorted((a, b) => numberOf(a) - numberOf(b))
    for (const old of oldest.slice(0, -(kept - 1))) cluster.remove('controllerrevisions', old)
  }
  return { hash, name }
}

export const isOf = ({ hash }: Revision, pod: KubeObject): boolean => pod.metadata.labels?.[revisionLabel] === hash

const numberOf = (revision: KubeObject): number => Number(revision['revision'] ?? 0)
