import type { Resource } from '../../../model/resource.ts'
import type { SampleCluster } from '../cluster.ts'
import { teams, zones } from '../company.ts'

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'istio-system', 'batch']

/** What a cluster has before anything runs in it. */
export function createPlatform(cluster: SampleCluster, namespaces: readonly string[], nodes: number, resources: readonly Resource[]): void {
  for (const name of new Set([...systemNamespaces, ...namespaces])) createNamespace(cluster, name)
  for (let index = 0; index < nodes; index += 1) createNode(cluster, index)
  for (const name of ['kube-controller-manager', 'kube-scheduler'])
    cluster.create('leases', 'kube-system', { metadata: { name }, spec: { holderIdentity: `control-plane-1_${cluster.random.uuid()}`, leaseDurationSeconds: 15, acquireTime: microTime(cluster), renewTime: microTime(cluster), leaseTransitions: 2 } })
  createClasses(cluster)
  createRoles(cluster)
  createApiServices(cluster, resources)
}

export const microTime = (cluster: SampleCluster): string => new Date(cluster.now()).toISOString().replace('Z', '000Z')

function createNamespace(cluster: SampleCluster, name: string): void {
  if (cluster.find('namespaces', undefined, name) !== undefined) return
  const team = teams[name.replace(/-\d+$/, '')]
  const labels = { ...(team === undefined ? {} : { 'example.com/team': team, 'istio-injection': 'disabled' }), 'kubernetes.io/metadata.name': name }
  cluster.create('namespaces', undefined, { metadata: { name, labels } })
}

function createNode(cluster: SampleCluster, index: number): void {
  const name = `node-${index + 1}`
  const large = index % 2 === 0
  const arch = index % 3 === 2 ? 'arm64' : 'amd64'
  const zone = zones[index % zones.length] ?? ''
  const [cpu, memory] = large ? ['16', '65536000Ki'] : ['8', '32768000Ki']
  const now = cluster.timestamp()
  const condition = (type: string, status: string, reason: string, message: string) => ({ type, status, lastHeartbeatTime: now, lastTransitionTime: now, reason, message })
  cluster.create(
    'nodes',
    undefined,
    {
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/arch': arch,
          'kubernetes.io/os': 'linux',
          'node.kubernetes.io/instance-type': large ? 'standard-16' : 'standard-8',
          'topology.kubernetes.io/region': 'region-1',
          'topology.kubernetes.io/zone': zone,
        },
        annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
      },
      spec: { podCIDR: podRange(index), podCIDRs: [podRange(index)], providerID: `example://${zone}/${cluster.random.hex(12)}` },
      status: {
        capacity: { cpu, memory, pods: '110', 'ephemeral-storage': '209702892Ki' },
        allocatable: { cpu: String(Number(cpu) * 1000 - 120) + 'm', memory: `${Number.parseInt(memory, 10) - 1_048_576}Ki`, pods: '110', 'ephemeral-storage': '188732602Ki' },
        conditions: [
          condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
          condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
          condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        addresses: [
          { type: 'InternalIP', address: `10.0.${Math.floor(index / 200)}.${(index % 200) + 10}` },
          { type: 'Hostname', address: name },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
        nodeInfo: {
          architecture: arch,
          bootID: cluster.random.uuid(),
          containerRuntimeVersion: 'containerd://2.1.4',
          kernelVersion: '6.12.41',
          kubeProxyVersion: '',
          kubeletVersion: 'v1.37.2',
          machineID: cluster.random.hex(32),
          operatingSystem: 'linux',
          osImage: 'Example Linux 13',
          systemUUID: cluster.random.uuid(),
        },
      },
    },
    'kubelet',
  )
  cluster.create('leases', 'kube-node-lease', { metadata: { name }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(cluster) } }, 'kubelet')
}

/** A range of addresses of its own for each of up to 45,000 nodes. */
function podRange(index: number): string {
  return `10.${64 + Math.floor(index / 256)}.${index % 256}.0/24`
}

function createClasses(cluster: SampleCluster): void {
  cluster.create('storageclasses', undefined, { metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'disk.csi.example.com', parameters: { type: 'ssd' }, reclaimPolicy: 'Delete', allowVolumeExpansion: true, volumeBindingMode: 'WaitForFirstConsumer' })
  cluster.create('storageclasses', undefined, { metadata: { name: 'archive' }, provisioner: 'disk.csi.example.com', parameters: { type: 'hdd' }, reclaimPolicy: 'Retain', volumeBindingMode: 'Immediate' })
  cluster.create('ingressclasses', undefined, { metadata: { name: 'public' }, spec: { controller: 'example.com/ingress' } })
  for (const [name, value, description] of [['system-cluster-critical', 2_000_000_000, 'Used for system critical pods that must run in the cluster.'], ['system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved.'], ['critical', 1_000_000, 'For what earns the money.']] as const)
    cluster.create('priorityclasses', undefined, { metadata: { name }, value, description, preemptionPolicy: 'PreemptLowerPriority' })
}

function createRoles(cluster: SampleCluster): void {
  const readable = { apiGroups: ['', 'apps', 'batch', 'networking.k8s.io'], resources: ['configmaps', 'pods', 'services', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'ingresses'] }
  const role = (name: string, rules: readonly object[]) => cluster.create('clusterroles', undefined, { metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } }, rules })
  role('cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }])
  role('admin', [{ ...readable, resources: [...readable.resources, 'secrets', 'roles', 'rolebindings'], verbs: ['*'] }])
  role('edit', [{ ...readable, verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] }])
  role('view', [{ ...readable, verbs: ['get', 'list', 'watch'] }])
  role('system:node', [{ apiGroups: [''], resources: ['nodes', 'nodes/status', 'pods', 'pods/status'], verbs: ['get', 'list', 'watch', 'patch', 'update'] }])
  const bind = (name: string, role: string, subject: { readonly kind: string; readonly name: string }) =>
    cluster.create('clusterrolebindings', undefined, { metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...subject }] })
  bind('cluster-admin', 'cluster-admin', { kind: 'Group', name: 'system:masters' })
  bind('developers-view', 'view', { kind: 'Group', name: 'developers' })
  bind('on-call-edit', 'edit', { kind: 'Group', name: 'on-call' })
}

/** One for each group version that is served, as the server itself keeps them. */
function createApiServices(cluster: SampleCluster, resources: readonly Resource[]): void {
  const names = new Set(resources.map(({ group, version }) => `${version}.${group}`))
  for (const name of names) {
    const [version = '', ...group] = name.split('.')
    const conditions = [{ type: 'Available', status: 'True', lastTransitionTime: cluster.timestamp(), reason: 'Local', message: 'Local APIServices are always available' }]
    cluster.create('apiservices', undefined, { metadata: { name, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } }, spec: { group: group.join('.'), version, groupPriorityMinimum: 17_800, versionPriority: 15 }, status: { conditions } }, 'kube-apiserver')
  }
}
