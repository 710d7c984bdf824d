import type { KubeObject } from '../../../model/object.ts'
import { controlledBy, type SampleCluster } from '../cluster.ts'
import { targetUtilization } from '../controllers/autoscalers.ts'
import { revisionOf } from '../controllers/deployments.ts'
import type { App } from '../company.ts'
import { labelsOf, podTemplate, selectorOf } from '../pods.ts'
import { shortHash } from '../random.ts'

const encode = (text: string): string => Buffer.from(text).toString('base64')

/** An application with all that belongs to it, but for what controllers make of it. */
export function createApp(cluster: SampleCluster, app: App): void {
  createConfiguration(cluster, app)
  if (app.kind !== 'DaemonSet') createService(cluster, app)
  createWorkload(cluster, app)
  if (app.replicas > 1) createProtection(cluster, app)
  if (app.maxReplicas !== undefined) createAutoscaler(cluster, app, app.maxReplicas)
  if (app.host !== undefined) createIngress(cluster, app, app.host)
}

/** Earlier releases: empty ReplicaSets that a Deployment could be rolled back to. */
export function createHistory(cluster: SampleCluster, deployment: KubeObject, app: App, versions: readonly string[]): void {
  versions.forEach((version, index) => {
    const template = podTemplate(app, version)
    const hash = shortHash(JSON.stringify(template))
    const labels = { ...template.metadata.labels, 'pod-template-hash': hash }
    cluster.create(
      'replicasets',
      app.namespace,
      {
        metadata: { name: `${app.name}-${hash}`, labels, annotations: { 'deployment.kubernetes.io/revision': String(revisionOf(deployment) + index + 1) }, ownerReferences: controlledBy(deployment) },
        spec: { replicas: 0, selector: { matchLabels: { ...selectorOf(app), 'pod-template-hash': hash } }, template: { ...template, metadata: { ...template.metadata, labels } } },
        status: { replicas: 0, observedGeneration: 1 },
      },
      'deployment-controller',
    )
  })
}

function createConfiguration(cluster: SampleCluster, app: App): void {
  const { namespace, name, port } = app
  const metadata = { name, labels: labelsOf(app) }
  cluster.create('serviceaccounts', namespace, { metadata, automountServiceAccountToken: true }, 'deploy')
  cluster.create('configmaps', namespace, { metadata, data: { LOG_LEVEL: 'info', HTTP_PORT: String(port), REGION: 'region-1', 'app.yaml': `name: ${name}\nlisten: 0.0.0.0:${port}\nfeatures:\n  newCheckout: true\n` } }, 'deploy')
  cluster.create('secrets', namespace, { metadata, type: 'Opaque', data: { 'api-key': encode('not-a-real-key'), password: encode('not-a-real-password') } }, 'deploy')
  cluster.create('roles', namespace, { metadata, rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [name], verbs: ['get', 'watch'] }] }, 'deploy')
  cluster.create('rolebindings', namespace, { metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects: [{ kind: 'ServiceAccount', name, namespace }] }, 'deploy')
}

function createService(cluster: SampleCluster, app: App): void {
  const { namespace, name, port } = app
  // Counted up, so that no two Services share an address.
  const number = cluster.list('services').length + 10
  const clusterIP = app.kind === 'StatefulSet' ? 'None' : `10.${96 + Math.floor(number / 65_536)}.${Math.floor(number / 256) % 256}.${number % 256}`
  cluster.create(
    'services',
    namespace,
    {
      metadata: { name, labels: labelsOf(app) },
      spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster', sessionAffinity: 'None', selector: selectorOf(app), ports: [{ name: 'main', port, targetPort: 'main', protocol: 'TCP' }] },
      status: { loadBalancer: {} },
    },
    'deploy',
  )
}

function createWorkload(cluster: SampleCluster, app: App): void {
  const { namespace, name, replicas } = app
  const metadata = { name, labels: labelsOf(app), annotations: { 'example.com/owner': `${app.component}@example.com` } }
  const common = { selector: { matchLabels: selectorOf(app) }, template: podTemplate(app) }
  if (app.kind === 'DaemonSet') cluster.create('daemonsets', namespace, { metadata, spec: common }, 'deploy')
  else if (app.kind === 'Deployment') cluster.create('deployments', namespace, { metadata, spec: { replicas, ...common } }, 'deploy')
  else {
    const volumeClaimTemplates = app.volume === undefined ? [] : [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: app.volume } }, storageClassName: 'fast', volumeMode: 'Filesystem' } }]
    cluster.create('statefulsets', namespace, { metadata, spec: { replicas, serviceName: name, ...common, volumeClaimTemplates } }, 'deploy')
  }
}

function createProtection(cluster: SampleCluster, app: App): void {
  const { namespace, name, port } = app
  const metadata = { name, labels: labelsOf(app) }
  cluster.create('poddisruptionbudgets', namespace, { metadata, spec: { minAvailable: app.kind === 'StatefulSet' ? 2 : 1, selector: { matchLabels: selectorOf(app) } } }, 'deploy')
  cluster.create('networkpolicies', namespace, { metadata, spec: { podSelector: { matchLabels: selectorOf(app) }, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port, protocol: 'TCP' }] }] } }, 'deploy')
}

function createAutoscaler(cluster: SampleCluster, app: App, maxReplicas: number): void {
  const { namespace, name, replicas } = app
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetUtilization } } }]
  cluster.create('horizontalpodautoscalers', namespace, { metadata: { name, labels: labelsOf(app) }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: replicas, maxReplicas, metrics } }, 'deploy')
}

function createIngress(cluster: SampleCluster, app: App, host: string): void {
  const { namespace, name, port } = app
  const secretName = `${name}-tls`
  cluster.create('secrets', namespace, { metadata: { name: secretName, labels: labelsOf(app) }, type: 'kubernetes.io/tls', data: { 'tls.crt': encode('not a certificate'), 'tls.key': encode('not a key') } }, 'cert-manager')
  const backend = { service: { name, port: { number: port } } }
  cluster.create(
    'ingresses',
    namespace,
    {
      metadata: { name, labels: labelsOf(app), annotations: { 'cert-manager.io/cluster-issuer': 'public' } },
      spec: { ingressClassName: 'public', tls: [{ hosts: [host], secretName }], rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } },
    },
    'deploy',
  )
}
