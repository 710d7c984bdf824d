import type { Manifest } from '../manifest.ts'

/** A part of an application: what its Pods, and everything that selects them, are called. */
export interface Component {
  readonly namespace: string
  readonly name: string
  readonly image: string
  readonly replicas: number
}

export const labelsOf = ({ namespace, name }: Component) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace })
export const metaOf = (component: Component) => ({ name: component.name, namespace: component.namespace, labels: labelsOf(component) })

export function deployment(component: Component, podSpec: object = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metaOf(component), annotations: { 'example.com/owner': `team-${component.namespace}` } },
    spec: { replicas: component.replicas, selector: { matchLabels: labelsOf(component) }, template: podTemplate(component, podSpec) },
  }
}

/** Its claims find PersistentVolumes only when enough of the class "standard" are free. */
export function statefulSet(component: Component): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metaOf(component),
    spec: {
      replicas: component.replicas,
      serviceName: component.name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: labelsOf(component) },
      template: podTemplate(component, {}, [{ name: 'data', mountPath: '/data' }]),
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec('1Gi') }],
    },
  }
}

export function daemonSet(component: Component): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metaOf(component),
    spec: { selector: { matchLabels: labelsOf(component) }, template: podTemplate(component, { tolerations: [{ operator: 'Exists' }] }) },
  }
}

export function job(component: Component, completions: number): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metaOf(component),
    spec: { completions, parallelism: 2, template: podTemplate(component, { restartPolicy: 'Never' }) },
  }
}

export function cronJob(component: Component, schedule: string): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metaOf(component),
    spec: { schedule, successfulJobsHistoryLimit: 2, jobTemplate: { spec: { template: podTemplate(component, { restartPolicy: 'Never' }) } } },
  }
}

export const claimSpec = (storage: string) => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName: 'standard',
  resources: { requests: { storage } },
})

function podTemplate(component: Component, podSpec: object, volumeMounts: readonly object[] = []): object {
  return {
    metadata: { labels: labelsOf(component) },
    spec: {
      containers: [
        {
          name: component.name,
          image: component.image,
          ports: [{ name: 'http', containerPort: 8080 }],
          env: [{ name: 'LOG_LEVEL', value: 'info' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          volumeMounts,
        },
      ],
      ...podSpec,
    },
  }
}
