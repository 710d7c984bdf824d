import { timestamp, type SampleStore } from './cluster.ts'
import { apps, namespaces, zones, type App } from './company.ts'
import { createCustomResources } from './custom-resources.ts'
import { labelsOf, selectorOf } from './pods.ts'
import type { Workloads } from './workloads.ts'

/** The apps of a sample of some size: beyond the first, each unit is the shop's apps once more, in a namespace per unit. */
export function sampleApps(scale: number): readonly App[] {
  const branches = Array.from({ length: Math.max(0, scale - 1) }, (_, i) => `shop-${i + 2}`)
  const { host: _host, ...rest } = apps[0] as App
  const shop = [rest, ...apps.filter((app) => app.namespace === 'shop').slice(1).map(({ host: _other, ...app }) => app)]
  return [...apps, ...branches.flatMap((namespace) => shop.map((app): App => ({ ...app, namespace, replicas: app.replicas * 4 })))]
}

/** Fills an empty server with the sample cluster: about 400 objects at scale 1. */
export function fillSampleCluster(store: SampleStore, workloads: Workloads, scale: number): readonly App[] {
  const all = sampleApps(scale)
  for (const name of new Set([...namespaces, ...all.map((app) => app.namespace)])) createNamespace(store, name)
  for (let i = 0; i < 6 + scale; i += 1) createNode(store, i)
  createClusterWide(store)
  createCustomResources(store)
  for (const app of all) createApp(store, workloads, app)
  createBatch(store)
  return all
}

function createNamespace(store: SampleStore, name: string): void {
  if (store.find('namespaces', undefined, name) === undefined) store.create('namespaces', undefined, { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  store.create('configmaps', name, { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '-----BEGIN CERTIFICATE-----' } })
}

function createNode(store: SampleStore, index: number): void {
  const name = `node-${index + 1}`
  const capacity = { cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '200Gi' }
  const types = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']
  store.create('nodes', undefined, {
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/arch': index % 3 === 2 ? 'arm64' : 'amd64', 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': zones[index % zones.length] ?? '' },
    },
    spec: { podCIDR: `10.244.${index}.0/24` },
    status: {
      capacity,
      allocatable: capacity,
      nodeInfo: { kubeletVersion: 'v1.37.2', osImage: 'Example Linux 13', containerRuntimeVersion: 'containerd://2.1.4' },
      addresses: [{ type: 'InternalIP', address: `10.0.0.${index + 10}` }, { type: 'Hostname', address: name }],
      conditions: types.map((type) => ({ type, status: type === 'Ready' ? 'True' : 'False', lastHeartbeatTime: timestamp(), lastTransitionTime: timestamp() })),
    },
  })
  store.create('leases', 'kube-node-lease', { metadata: { name }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: timestamp() } })
}

function createClusterWide(store: SampleStore): void {
  store.create('storageclasses', undefined, { metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'disk.csi.example.com', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' })
  store.create('ingressclasses', undefined, { metadata: { name: 'public' }, spec: { controller: 'example.com/ingress' } })
  store.create('priorityclasses', undefined, { metadata: { name: 'critical' }, value: 1_000_000, description: 'For what earns the money.' })
  store.create('clusterroles', undefined, { metadata: { name: 'view' }, rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }] })
  store.create('clusterrolebindings', undefined, { metadata: { name: 'developers-view' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'developers' }] })
}

function createApp(store: SampleStore, workloads: Workloads, app: App): void {
  const { namespace, name, port } = app
  const labels = labelsOf(app)
  const metadata = { name, labels }
  store.create('serviceaccounts', namespace, { metadata })
  store.create('configmaps', namespace, { metadata, data: { LOG_LEVEL: 'info', HTTP_PORT: String(port), REGION: 'eu-central' } })
  store.create('secrets', namespace, { metadata, type: 'Opaque', data: { password: Buffer.from('not-a-real-password').toString('base64') } })
  store.create('roles', namespace, { metadata, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'watch'] }] })
  store.create('rolebindings', namespace, { metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects: [{ kind: 'ServiceAccount', name, namespace }] })
  if (app.kind !== 'DaemonSet') {
    const clusterIP = `10.96.${store.random.below(250)}.${store.random.below(250) + 1}`
    store.create('services', namespace, { metadata, spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], selector: selectorOf(app), ports: [{ name: 'main', port, targetPort: 'main', protocol: 'TCP' }] }, status: { loadBalancer: {} } })
  }
  workloads.create(app)
  if (app.kind === 'Deployment' && app.replicas > 1) {
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name }
    store.create('horizontalpodautoscalers', namespace, { metadata, spec: { scaleTargetRef: target, minReplicas: app.replicas, maxReplicas: app.replicas * 3 }, status: { currentReplicas: app.replicas, desiredReplicas: app.replicas } })
    store.create('poddisruptionbudgets', namespace, { metadata, spec: { minAvailable: 1, selector: { matchLabels: selectorOf(app) } }, status: { currentHealthy: app.replicas, desiredHealthy: 1, disruptionsAllowed: app.replicas - 1, expectedPods: app.replicas } })
  }
  store.create('networkpolicies', namespace, { metadata, spec: { podSelector: { matchLabels: selectorOf(app) }, policyTypes: ['Ingress'], ingress: [{ ports: [{ port, protocol: 'TCP' }] }] } })
  if (app.host !== undefined)
    store.create('ingresses', namespace, {
      metadata,
      spec: { ingressClassName: 'public', tls: [{ hosts: [app.host], secretName: name }], rules: [{ host: app.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: port } } } }] } }] },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } },
    })
}

function createBatch(store: SampleStore): void {
  for (const [name, schedule] of [['nightly-report', '0 3 * * *'], ['invoice-run', '*/15 * * * *'], ['search-reindex', '30 * * * *']] as const)
    store.create('cronjobs', 'batch', {
      metadata: { name, labels: { 'app.kubernetes.io/name': name } },
      spec: { schedule, concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name, image: `images.example.com/batch/${name}:1.4.0` }] } } } } },
      status: {},
    })
}
