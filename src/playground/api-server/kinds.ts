import type { Resource } from '../../model/resource.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** `Kind plural [shortNames]`, with `*` before cluster-scoped kinds; a plain table of what a usual cluster serves. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'ConfigMap configmaps cm', 'Endpoints endpoints ep', 'Event events ev', 'LimitRange limitranges limits', '*Namespace namespaces ns', '*Node nodes no',
    'PersistentVolumeClaim persistentvolumeclaims pvc', '*PersistentVolume persistentvolumes pv', 'Pod pods po', 'ReplicationController replicationcontrollers rc',
    'ResourceQuota resourcequotas quota', 'Secret secrets', 'ServiceAccount serviceaccounts sa', 'Service services svc',
  ],
  'apiextensions.k8s.io/v1': ['*CustomResourceDefinition customresourcedefinitions crd,crds'],
  'apiregistration.k8s.io/v1': ['*APIService apiservices'],
  'apps/v1': ['ControllerRevision controllerrevisions', 'DaemonSet daemonsets ds', 'Deployment deployments deploy', 'ReplicaSet replicasets rs', 'StatefulSet statefulsets sts'],
  'autoscaling/v2': ['HorizontalPodAutoscaler horizontalpodautoscalers hpa'],
  'batch/v1': ['CronJob cronjobs cj', 'Job jobs'],
  'coordination.k8s.io/v1': ['Lease leases'],
  'discovery.k8s.io/v1': ['EndpointSlice endpointslices'],
  'networking.k8s.io/v1': ['*IngressClass ingressclasses', 'Ingress ingresses ing', 'NetworkPolicy networkpolicies netpol'],
  'policy/v1': ['PodDisruptionBudget poddisruptionbudgets pdb'],
  'rbac.authorization.k8s.io/v1': ['*ClusterRoleBinding clusterrolebindings', '*ClusterRole clusterroles', 'RoleBinding rolebindings', 'Role roles'],
  'scheduling.k8s.io/v1': ['*PriorityClass priorityclasses pc'],
  'storage.k8s.io/v1': ['*StorageClass storageclasses sc'],
}

export const builtInResources: readonly Resource[] = Object.entries(builtIn).flatMap(([apiVersion, kinds]) => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  return kinds.map((text): Resource => {
    const [kind = '', plural = '', shortNames = ''] = text.replace('*', '').split(' ')
    return {
      group,
      version,
      kind,
      plural,
      singular: kind.toLowerCase(),
      shortNames: shortNames === '' ? [] : shortNames.split(','),
      categories: ['pods', 'services', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'horizontalpodautoscalers'].includes(plural) ? ['all'] : [],
      namespaced: !text.startsWith('*'),
      verbs,
      preferred: true,
    }
  })
})

const eventFields = ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type']

/** The fields beside `metadata.name` and `metadata.namespace` that a field selector may name, by plural. */
export const selectableFields: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  nodes: ['spec.unschedulable'],
  events: eventFields,
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  jobs: ['status.successful'],
  replicasets: ['status.replicas'],
  replicationcontrollers: ['status.replicas'],
}
