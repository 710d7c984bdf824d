import { keyOf, type Item } from './same-objects.ts'

/** All objects of a cluster by the fields that list them, as the API server gives them. */
export type Lists = Readonly<Record<string, readonly Item[]>>

/** A relation, and which pairs of objects it is to join: said as plainly as can be, by looking at every pair. */
export interface ExpectedRelation {
  readonly from: string
  readonly to: string
  readonly name: string
  readonly many: boolean
  /** The field that reads it from the other end. */
  readonly inverse?: string
  readonly joins: (from: any, to: any, lists: Lists) => boolean // oxlint-disable-line typescript/no-explicit-any -- objects of every kind
}

const isOwned = (from: Item, to: Item): boolean => ((from.metadata['ownerReferences'] ?? []) as readonly { uid: string }[]).some(({ uid }) => uid === to.metadata.uid)
const isNear = (from: Item, to: Item): boolean => from.metadata.namespace === to.metadata.namespace
const isNamed = (name: unknown, from: Item, to: Item): boolean => name === to.metadata.name && isNear(from, to)
const hasLabels = (wanted: Readonly<Record<string, string>> | undefined, { metadata }: Item): boolean => wanted !== undefined && Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value)
const hasText = (object: unknown, member: string, name: string): boolean =>
  typeof object === 'object' && object !== null && Object.entries(object).some(([key, value]) => (key === member && value === name) || hasText(value, member, name))

/** Names of ConfigMaps and Secrets stand at many places in a pod. */
const usesConfigMap = (spec: any, name: string): boolean => // oxlint-disable-line typescript/no-explicit-any
  ['containers', 'initContainers'].some((list) => (spec?.[list] ?? []).some((container: any) => (container.envFrom ?? []).some((source: any) => source.configMapRef?.name === name) || (container.env ?? []).some((variable: any) => variable.valueFrom?.configMapKeyRef?.name === name))) || // oxlint-disable-line typescript/no-explicit-any
  (spec?.volumes ?? []).some((volume: any) => volume.configMap?.name === name || (volume.projected?.sources ?? []).some((source: any) => source.configMap?.name === name)) // oxlint-disable-line typescript/no-explicit-any

export const expectedRelations: readonly ExpectedRelation[] = [
  { from: 'replicaSets', to: 'deployments', name: 'deployment', many: false, inverse: 'replicaSets', joins: isOwned },
  { from: 'pods', to: 'replicaSets', name: 'replicaSet', many: false, inverse: 'pods', joins: isOwned },
  { from: 'pods', to: 'statefulSets', name: 'statefulSet', many: false, inverse: 'pods', joins: isOwned },
  { from: 'pods', to: 'daemonSets', name: 'daemonSet', many: false, inverse: 'pods', joins: isOwned },
  { from: 'pods', to: 'jobs', name: 'job', many: false, inverse: 'pods', joins: isOwned },
  { from: 'jobs', to: 'cronJobs', name: 'cronJob', many: false, inverse: 'jobs', joins: isOwned },
  { from: 'pods', to: 'deployments', name: 'deployment', many: false, inverse: 'pods', joins: (pod, deployment, { replicaSets = [] }) => replicaSets.some((set) => isOwned(pod, set) && isOwned(set, deployment)) },
  { from: 'pods', to: 'nodes', name: 'node', many: false, inverse: 'pods', joins: (pod, node) => pod.spec.nodeName === node.metadata.name },
  { from: 'pods', to: 'serviceAccounts', name: 'serviceAccount', many: false, inverse: 'pods', joins: (pod, account) => isNamed(pod.spec.serviceAccountName, pod, account) },
  { from: 'pods', to: 'configMaps', name: 'configMaps', many: true, inverse: 'pods', joins: (pod, map) => isNear(pod, map) && usesConfigMap(pod.spec, map.metadata.name) },
  { from: 'deployments', to: 'configMaps', name: 'configMaps', many: true, inverse: 'deployments', joins: (deployment, map) => isNear(deployment, map) && usesConfigMap(deployment.spec.template.spec, map.metadata.name) },
  { from: 'pods', to: 'persistentVolumeClaims', name: 'persistentVolumeClaims', many: true, inverse: 'pods', joins: (pod, claim) => isNear(pod, claim) && hasText(pod.spec.volumes, 'claimName', claim.metadata.name) },
  { from: 'persistentVolumeClaims', to: 'persistentVolumes', name: 'persistentVolume', many: false, joins: (claim, volume) => claim.spec.volumeName === volume.metadata.name },
  { from: 'persistentVolumes', to: 'persistentVolumeClaims', name: 'persistentVolumeClaim', many: false, joins: (volume, claim) => volume.spec.claimRef?.uid === claim.metadata.uid },
  { from: 'persistentVolumeClaims', to: 'storageClasses', name: 'storageClass', many: false, inverse: 'persistentVolumeClaims', joins: (claim, kind) => claim.spec.storageClassName === kind.metadata.name },
  { from: 'services', to: 'pods', name: 'pods', many: true, inverse: 'services', joins: (service, pod) => isNear(service, pod) && Object.keys(service.spec.selector ?? {}).length > 0 && hasLabels(service.spec.selector, pod) },
  { from: 'podDisruptionBudgets', to: 'pods', name: 'pods', many: true, inverse: 'podDisruptionBudgets', joins: (budget, pod) => isNear(budget, pod) && hasLabels(budget.spec.selector?.matchLabels, pod) },
  { from: 'endpointSlices', to: 'services', name: 'service', many: false, inverse: 'endpointSlices', joins: (slice, service) => isNamed(slice.metadata.labels?.['kubernetes.io/service-name'], slice, service) },
  { from: 'endpointSlices', to: 'pods', name: 'pods', many: true, inverse: 'endpointSlices', joins: (slice, pod) => (slice.endpoints ?? []).some((endpoint: { targetRef?: { uid: string } }) => endpoint.targetRef?.uid === pod.metadata.uid) },
  { from: 'ingresses', to: 'services', name: 'services', many: true, inverse: 'ingresses', joins: (ingress, service) => isNear(ingress, service) && (ingress.spec.defaultBackend?.service?.name === service.metadata.name || hasText(ingress.spec.rules, 'name', service.metadata.name)) },
  { from: 'roleBindings', to: 'serviceAccounts', name: 'serviceAccounts', many: true, inverse: 'roleBindings', joins: (binding, account) => (binding.subjects ?? []).some((subject: { kind: string; name: string; namespace: string }) => subject.kind === 'ServiceAccount' && subject.name === account.metadata.name && subject.namespace === account.metadata.namespace) },
]

/** The two ends of each: which field of which list leads to which objects. */
export function expectedEnds(relation: ExpectedRelation, lists: Lists): readonly { readonly list: string; readonly field: string; readonly many: boolean; readonly of: ReadonlyMap<string, readonly string[]> }[] {
  const [from, to] = [lists[relation.from] ?? [], lists[relation.to] ?? []]
  const keys = (found: readonly Item[]) => found.map(keyOf).toSorted()
  const there = new Map(from.map((one) => [keyOf(one), keys(to.filter((other) => relation.joins(one, other, lists)))]))
  const back = new Map(to.map((other) => [keyOf(other), keys(from.filter((one) => relation.joins(one, other, lists)))]))
  return [
    { list: relation.from, field: relation.name, many: relation.many, of: there },
    ...(relation.inverse === undefined ? [] : [{ list: relation.to, field: relation.inverse, many: true, of: back }]),
  ]
}

/** What a gateway says of one end, in the same form; everything is in one page. */
export function endQuery(list: string, field: string, many: boolean): string {
  const named = 'metadata { namespace name }'
  return `{ ${list}(first: 1000) { nodes { ${named} relations { ${field} ${many ? `(first: 1000) { nodes { ${named} } }` : `{ status object { ${named} } }`} } } } }`
}

type Named = { readonly metadata: { readonly namespace: string | null; readonly name: string } }

export function endAnswer(data: Readonly<Record<string, { readonly nodes: readonly (Named & { readonly relations: any })[] }>>, list: string, field: string, many: boolean): ReadonlyMap<string, readonly string[]> { // oxlint-disable-line typescript/no-explicit-any
  const key = ({ metadata }: Named) => `${metadata.namespace ?? ''}/${metadata.name}`
  return new Map(data[list]?.nodes.map((node) => [key(node), many ? node.relations[field].nodes.map(key) : node.relations[field]?.status === 'FOUND' ? [key(node.relations[field].object)] : []]))
}
