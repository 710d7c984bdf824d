import { configMap } from '../cluster/workloads/application.ts'
import { gizmo } from '../cluster/workloads/custom-resources.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { deployment } from '../cluster/workloads/pods.ts'
import type { Random } from '../cluster/workloads/random.ts'

export interface SoakKind {
  readonly apiVersion: string
  readonly kind: string
}

type Make = (namespace: string, name: string, random: Random) => Manifest

const text = (random: Random, length: number): string => {
  const piece = `${random.below(1_000_000)} größer 漢字 \u2028 🎉 "quoted" \\ `
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length).toWellFormed()
}

/** Mostly small; now and then as large as etcd takes them. */
const size = (random: Random): number => {
  const roll = random.below(200)
  return roll === 0 ? 250_000 : roll < 20 ? 20_000 : random.below(500)
}

const plain = (apiVersion: string, kind: string, rest: (random: Random) => object): Make => (namespace, name, random) => ({
  apiVersion,
  kind,
  metadata: { namespace, name, labels: { round: String(random.below(100)) } },
  ...rest(random),
})

const rules = (random: Random) => [{ apiGroups: [''], resources: [random.pick(['pods', 'secrets', 'nodes'])], verbs: ['get'] }]

/** What churn makes of built-in kinds. */
export const builtInMakers: readonly Make[] = [
  (namespace, name, random) => configMap(namespace, name, { text: text(random, size(random)) }),
  plain('v1', 'Secret', (random) => ({ stringData: { text: text(random, random.below(2000)) } })),
  plain('v1', 'ServiceAccount', () => ({})),
  plain('v1', 'Pod', (random) => ({ spec: { containers: [{ name: 'main', image: `registry.example.com/soak:${random.below(9)}` }] } })),
  plain('v1', 'Service', (random) => ({ spec: { clusterIP: 'None', ports: [{ port: 1 + random.below(60_000) }] } })),
  plain('coordination.k8s.io/v1', 'Lease', (random) => ({ spec: { holderIdentity: text(random, 20) } })),
  plain('rbac.authorization.k8s.io/v1', 'Role', (random) => ({ rules: rules(random) })),
  (namespace, name, random) => deployment({ namespace, name, image: 'registry.example.com/soak:1', replicas: random.below(4) }),
]

/** And of custom ones; a Widget is cluster-scoped. */
export const customMakers: readonly Make[] = [
  (namespace, name, random) => gizmo(namespace, name, random.below(100)),
  (_namespace, name, random) => ({
    apiVersion: 'lab.example.com/v1',
    kind: 'Widget',
    metadata: { name, labels: { colour: random.pick(['red', 'green']) } },
    spec: { settings: { text: text(random, size(random)) } },
  }),
]

const kind = (apiVersion: string, name: string): SoakKind => ({ apiVersion, kind: name })
const core = (...names: string[]) => names.map((name) => kind('v1', name))

/** Followed event by event: whatever churn changes, and the definitions. */
export const followedKinds: readonly SoakKind[] = [
  ...core('ConfigMap', 'Secret', 'ServiceAccount', 'Pod', 'Service', 'Namespace'),
  kind('coordination.k8s.io/v1', 'Lease'),
  kind('rbac.authorization.k8s.io/v1', 'Role'),
  kind('apps/v1', 'Deployment'),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  kind('lab.example.com/v1', 'Gizmo'),
  kind('lab.example.com/v1', 'Widget'),
]

/** Declared to the gateway: enough of them that they do not fit on one connection. */
export const watchedKinds: readonly SoakKind[] = [
  ...followedKinds,
  ...core('Node', 'PersistentVolume', 'PersistentVolumeClaim', 'LimitRange', 'ResourceQuota', 'ReplicationController', 'PodTemplate'),
  kind('apps/v1', 'ReplicaSet'),
  kind('apps/v1', 'StatefulSet'),
  kind('apps/v1', 'DaemonSet'),
  kind('apps/v1', 'ControllerRevision'),
  kind('batch/v1', 'Job'),
  kind('batch/v1', 'CronJob'),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler'),
  kind('discovery.k8s.io/v1', 'EndpointSlice'),
  kind('networking.k8s.io/v1', 'Ingress'),
  kind('networking.k8s.io/v1', 'NetworkPolicy'),
  kind('policy/v1', 'PodDisruptionBudget'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'),
  kind('storage.k8s.io/v1', 'StorageClass'),
  kind('scheduling.k8s.io/v1', 'PriorityClass'),
]

/** Watched now and then, because somebody asks. */
export const occasionalKinds: readonly SoakKind[] = [kind('networking.k8s.io/v1', 'IngressClass'), kind('apiregistration.k8s.io/v1', 'APIService')]

export const nameOfKind = ({ apiVersion, kind }: SoakKind): string => `${apiVersion}/${kind}`

export const kindInput = ({ apiVersion, kind }: SoakKind) => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  return { group, version, kind }
}
