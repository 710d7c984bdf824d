/** A config file, in the format of k8s-generic-watcher, that watches what such a cluster holds. */
export function watchqlConfig(kubeconfigPath: string, withWorkloads: boolean): object {
  const kinds = withWorkloads ? [...builtIn, ...custom] : builtIn
  return {
    minLogLevel: 'info',
    logType: 'pretty',
    listenPort: 3000,
    initialWatchingResources: kinds.map(([group, version, kind]) => ({ group, version, kind })),
    k8sClientConfig: { autoInClusterConfig: false, authType: 'KubeConfig', kubeConfigFilePath: kubeconfigPath },
  }
}

type Kind = readonly [group: string, version: string, kind: string]

const core = (kind: string): Kind => ['core', 'v1', kind]

const builtIn: readonly Kind[] = [
  ...['Namespace', 'Node', 'Pod', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolume', 'PersistentVolumeClaim', 'Event'].map(core),
  ['apps', 'v1', 'Deployment'],
  ['apps', 'v1', 'ReplicaSet'],
  ['apps', 'v1', 'StatefulSet'],
  ['apps', 'v1', 'DaemonSet'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ['batch', 'v1', 'Job'],
  ['batch', 'v1', 'CronJob'],
  ['discovery.k8s.io', 'v1', 'EndpointSlice'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['networking.k8s.io', 'v1', 'NetworkPolicy'],
  ['policy', 'v1', 'PodDisruptionBudget'],
]

const custom: readonly Kind[] = [
  ['lab.example.com', 'v1', 'Gizmo'],
  ['lab.example.com', 'v1', 'Widget'],
]
