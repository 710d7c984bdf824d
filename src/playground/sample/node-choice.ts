import type { KubeObject } from '../../model/object.ts'
import type { SampleCluster } from './cluster.ts'
import type { Placement } from './pod-status.ts'
import { isReady, podStatus, specAs, statusAs } from './shapes.ts'

const maxPods = 110

interface NodeSpec {
  readonly podCIDR: string
  readonly unschedulable?: boolean
}

/** A node for a Pod: of a few that would do, the one with the fewest Pods. Undefined when none would do. */
export function chooseNode(cluster: SampleCluster): KubeObject | undefined {
  const nodes = cluster.listIn('nodes', undefined)
  const sample = Array.from({ length: 4 }, () => cluster.random.pick(nodes)).filter((node) => node !== undefined && takesPods(cluster, node)) as KubeObject[]
  const candidates = sample.length > 0 ? sample : nodes.filter((node) => takesPods(cluster, node))
  return candidates.reduce<KubeObject | undefined>((best, node) => (best === undefined || load(cluster, node) < load(cluster, best) ? node : best), undefined)
}

/** Where a Pod on a node is reached: an address that no other Pod there has. */
export function placeOn(cluster: SampleCluster, node: KubeObject): Placement {
  const addresses = statusAs<{ addresses?: readonly { type: string; address: string }[] }>(node).addresses ?? []
  const hostIP = addresses.find(({ type }) => type === 'InternalIP')?.address ?? ''
  const prefix = specAs<NodeSpec>(node).podCIDR.replace(/0\/24$/, '')
  const taken = new Set(cluster.podsOn(node.metadata.name).map((pod) => podStatus(pod).podIP))
  let host = 2
  while (taken.has(`${prefix}${host}`)) host += 1
  return { hostIP, podIP: `${prefix}${host}` }
}

function takesPods(cluster: SampleCluster, node: KubeObject): boolean {
  return isReady(node) && specAs<NodeSpec>(node).unschedulable !== true && load(cluster, node) < maxPods
}

function load(cluster: SampleCluster, node: KubeObject): number {
  return cluster.countPodsOn(node.metadata.name)
}
