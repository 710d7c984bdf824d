import type { KubeObject } from '../../model/object.ts'
import type { Draft } from '../api-server/store/draft.ts'
import { ownedBy, timestamp, type SampleStore } from './cluster.ts'
import type { App } from './company.ts'

export const labelsOf = (app: App, version = app.version) => ({
  'app.kubernetes.io/name': app.name,
  'app.kubernetes.io/component': app.component,
  'app.kubernetes.io/part-of': app.namespace,
  'app.kubernetes.io/version': version,
})

export const selectorOf = (app: App) => ({ 'app.kubernetes.io/name': app.name })

export function podTemplate(app: App, version: string) {
  return {
    metadata: { labels: labelsOf(app, version) },
    spec: {
      serviceAccountName: app.name,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      dnsPolicy: 'ClusterFirst',
      securityContext: { runAsNonRoot: true },
      containers: [
        {
          name: app.name,
          image: `${app.image}:${version}`,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ name: 'main', containerPort: app.port, protocol: 'TCP' }],
          envFrom: [{ configMapRef: { name: app.name } }],
          resources: { requests: { cpu: app.cpu, memory: app.memory }, limits: { memory: app.memory } },
          readinessProbe: { httpGet: { path: '/ready', port: 'main' }, periodSeconds: 5 },
          livenessProbe: { httpGet: { path: '/live', port: 'main' }, periodSeconds: 10 },
        },
      ],
    },
  }
}

export interface PodPlan {
  readonly app: App
  readonly version: string
  readonly owner: KubeObject
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly node?: string
  readonly claim?: string
}

/** A running Pod, placed on a Ready node. */
export function createPod(store: SampleStore, { app, version, owner, name, labels, node, claim }: PodPlan): KubeObject {
  const template = podTemplate(app, version)
  const nodes = store.list('nodes').filter(isReadyNode)
  const place = node ?? store.random.pick(nodes.length > 0 ? nodes : store.list('nodes')).metadata.name
  const draft: Draft = {
    metadata: { name, labels: { ...template.metadata.labels, ...labels }, ownerReferences: ownedBy(owner) },
    spec: { ...template.spec, nodeName: place, ...(claim === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] }) },
    status: podStatus(app, version, store, 'Running'),
  }
  return store.create('pods', app.namespace, draft)
}

export function podStatus(app: App, version: string, store: SampleStore, phase: 'Pending' | 'Running', restarts = 0, waiting?: string) {
  const ready = phase === 'Running' && waiting === undefined
  const at = timestamp()
  const ip = `10.244.${store.random.below(250)}.${store.random.below(250) + 2}`
  return {
    phase,
    qosClass: 'Burstable',
    startTime: at,
    podIP: ip,
    podIPs: [{ ip }],
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type, i) => ({ type, status: ready || i < 2 ? 'True' : 'False', lastTransitionTime: at })),
    containerStatuses: [
      {
        name: app.name,
        image: `${app.image}:${version}`,
        imageID: `${app.image}@sha256:${store.random.suffix(16)}`,
        ready,
        started: ready,
        restartCount: restarts,
        state: waiting === undefined ? { running: { startedAt: at } } : { waiting: { reason: waiting, message: 'back-off restarting failed container' } },
      },
    ],
  }
}

export function isReadyPod(pod: KubeObject): boolean {
  return hasCondition(pod, 'Ready')
}

export function isReadyNode(node: KubeObject): boolean {
  return hasCondition(node, 'Ready')
}

function hasCondition(object: KubeObject, type: string): boolean {
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: { type: string; status: string }[] }
  return conditions.some((condition) => condition.type === type && condition.status === 'True')
}
