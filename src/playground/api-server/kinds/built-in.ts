import type { Resource } from '../../../model/resource.ts'
import { selectableFieldsOf } from './selectable-fields.ts'
import { storageKeyOf, type ServedKind, type Subresource } from './served-kind.ts'

/**
 * What a usual cluster serves, in the order in which Kubernetes lists the groups. Each line:
 * kind, plural, short names (`-` for none), then what is true of it: `cluster` (scoped),
 * `all` (a category), `generation`, the subresources `status` and `scale`, and `review` for
 * what is answered and kept nowhere.
 */
const table: Readonly<Record<string, string>> = {
  v1: `
    ConfigMap configmaps cm
    Endpoints endpoints ep
    Event events ev
    LimitRange limitranges limits
    Namespace namespaces ns cluster status
    Node nodes no cluster status
    PersistentVolumeClaim persistentvolumeclaims pvc status
    PersistentVolume persistentvolumes pv cluster status
    Pod pods po all status generation
    PodTemplate podtemplates -
    ReplicationController replicationcontrollers rc all status scale generation
    ResourceQuota resourcequotas quota status
    Secret secrets -
    ServiceAccount serviceaccounts sa
    Service services svc all status`,
  'apiregistration.k8s.io/v1': `
    APIService apiservices - cluster status`,
  'apps/v1': `
    ControllerRevision controllerrevisions -
    DaemonSet daemonsets ds all status generation
    Deployment deployments deploy all status scale generation
    ReplicaSet replicasets rs all status scale generation
    StatefulSet statefulsets sts all status scale generation`,
  'authentication.k8s.io/v1': `
    SelfSubjectReview selfsubjectreviews - cluster review
    TokenReview tokenreviews - cluster review`,
  'authorization.k8s.io/v1': `
    LocalSubjectAccessReview localsubjectaccessreviews - review
    SelfSubjectAccessReview selfsubjectaccessreviews - cluster review
    SelfSubjectRulesReview selfsubjectrulesreviews - cluster review
    SubjectAccessReview subjectaccessreviews - cluster review`,
  'autoscaling/v2': `
    HorizontalPodAutoscaler horizontalpodautoscalers hpa all status generation`,
  'batch/v1': `
    CronJob cronjobs cj all status generation
    Job jobs - all status generation`,
  'networking.k8s.io/v1': `
    IngressClass ingressclasses - cluster generation
    Ingress ingresses ing status generation
    NetworkPolicy networkpolicies netpol generation`,
  'policy/v1': `
    PodDisruptionBudget poddisruptionbudgets pdb status generation`,
  'rbac.authorization.k8s.io/v1': `
    ClusterRoleBinding clusterrolebindings - cluster
    ClusterRole clusterroles - cluster
    RoleBinding rolebindings -
    Role roles -`,
  'storage.k8s.io/v1': `
    StorageClass storageclasses sc cluster`,
  'apiextensions.k8s.io/v1': `
    CustomResourceDefinition customresourcedefinitions crd,crds cluster status generation`,
  'scheduling.k8s.io/v1': `
    PriorityClass priorityclasses pc cluster generation`,
  'coordination.k8s.io/v1': `
    Lease leases -`,
  'discovery.k8s.io/v1': `
    EndpointSlice endpointslices - generation`,
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const subresources: readonly Subresource[] = ['status', 'scale']

export const builtInKinds: readonly ServedKind[] = Object.entries(table).flatMap(([apiVersion, lines]) => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  return lines.trim().split('\n').map((line) => readLine(group, version, line.trim()))
})

function readLine(group: string, version: string, line: string): ServedKind {
  const [kind = '', plural = '', shortNames = '-', ...traits] = line.split(' ')
  const resource: Resource = {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: shortNames === '-' ? [] : shortNames.split(','),
    categories: traits.includes('all') ? ['all'] : [],
    namespaced: !traits.includes('cluster'),
    verbs: traits.includes('review') ? ['create'] : allVerbs,
    preferred: true,
  }
  return {
    resource,
    storageKey: storageKeyOf(group, plural),
    subresources: subresources.filter((subresource) => traits.includes(subresource)),
    countsGenerations: traits.includes('generation'),
    selectableFields: selectableFieldsOf(plural),
    custom: false,
  }
}

export function builtIn(plural: string): ServedKind {
  const kind = builtInKinds.find(({ resource }) => resource.plural === plural)
  if (kind === undefined) throw new Error(`${plural} is no built-in resource`)
  return kind
}
