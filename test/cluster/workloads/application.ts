import type { Manifest } from '../manifest.ts'
import { gizmo } from './custom-resources.ts'
import { claimSpec, cronJob, deployment, job, labelsOf, metaOf, statefulSet } from './pods.ts'
import type { Component } from './pods.ts'

/** How many PersistentVolumes one application claims. */
export const volumesPerApplication = 4

/** Everything that one team runs in its namespace: some 50 objects, and 12 Pods that go on running. */
export function application(namespace: string, index: number): Manifest[] {
  const component = (name: string, replicas: number, version = `1.${index}.0`): Component => ({
    namespace,
    name,
    replicas,
    image: `registry.example.com/${namespace}/${name}:${version}`,
  })
  const web = component('web', 3)
  const api = component('api', 4)
  const worker = component('worker', 2)
  const database = component('database', 3, '16.4')

  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { team: namespace, stage: index % 2 === 0 ? 'production' : 'staging' } } },
    ...access(namespace),
    ...Array.from({ length: 4 }, (_, file) => configMap(namespace, `settings-${file}`, { 'app.properties': `level=${file}\nregion=eu-${index}`, mode: 'normal' })),
    secret(namespace, 'database-login', { username: namespace, password: `not-a-secret-${index}` }),
    secret(namespace, 'web-tls', { 'tls.crt': 'none', 'tls.key': 'none' }),
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'uploads', namespace }, spec: claimSpec('5Gi') },
    deployment(web, { serviceAccountName: 'application', volumes: [{ name: 'tls', secret: { secretName: 'web-tls' } }] }),
    deployment(api, {
      serviceAccountName: 'application',
      volumes: [
        { name: 'settings', configMap: { name: 'settings-0' } },
        { name: 'uploads', persistentVolumeClaim: { claimName: 'uploads' } },
      ],
    }),
    deployment(worker, { volumes: [{ name: 'settings', configMap: { name: 'settings-1' } }] }),
    statefulSet(database),
    job(component('migrate', 1), 3),
    cronJob(component('report', 1), '*/2 * * * *'),
    service(web, {}),
    service(api, {}),
    service(database, { clusterIP: 'None' }),
    ingress(web, api),
    networkPolicy(database, api),
    ...[web, api].flatMap((scaled) => [autoscaler(scaled), disruptionBudget(scaled)]),
    ...Array.from({ length: 5 }, (_, number) => gizmo(namespace, `gizmo-${number}`, index * 5 + number)),
  ]
}

export function configMap(namespace: string, name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }
}

function secret(namespace: string, name: string, stringData: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', stringData }
}

function service(component: Component, spec: object): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metaOf(component),
    spec: { selector: labelsOf(component), ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  }
}

function ingress(web: Component, api: Component): Manifest {
  const path = (prefix: string, target: Component) => ({
    path: prefix,
    pathType: 'Prefix',
    backend: { service: { name: target.name, port: { name: 'http' } } },
  })
  const host = `${web.namespace}.example.com`
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metaOf(web),
    spec: { tls: [{ hosts: [host], secretName: 'web-tls' }], rules: [{ host, http: { paths: [path('/api', api), path('/', web)] } }] },
  }
}

function networkPolicy(guarded: Component, allowed: Component): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metaOf(guarded),
    spec: { podSelector: { matchLabels: labelsOf(guarded) }, ingress: [{ from: [{ podSelector: { matchLabels: labelsOf(allowed) } }] }] },
  }
}

function autoscaler(component: Component): Manifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metaOf(component),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: component.name },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    },
  }
}

function disruptionBudget(component: Component): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metaOf(component),
    spec: { minAvailable: 1, selector: { matchLabels: labelsOf(component) } },
  }
}

function access(namespace: string): Manifest[] {
  const group = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'application', namespace } },
    {
      apiVersion: `${group}/v1`,
      kind: 'Role',
      metadata: { name: 'read-settings', namespace },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'application-reads-settings', namespace },
      roleRef: { apiGroup: group, kind: 'Role', name: 'read-settings' },
      subjects: [{ kind: 'ServiceAccount', name: 'application', namespace }],
    },
  ]
}
