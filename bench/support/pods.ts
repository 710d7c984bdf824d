import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../src/model/json.ts'
import type { KubeObject } from '../../src/model/object.ts'

/**
 * Pods as a production cluster has them, about 8 KB each on the wire: of ReplicaSets of 1 to 20,
 * over 100 namespaces and 1,000 nodes, with the field ownership that the API server sends along.
 * The same index always gives the same Pod.
 */
export function podAt(index: number, resourceVersion = index + 1): KubeObject {
  const set = replicaSetOf(index)
  const id = (what: string, length: number) => hash(`${what}-${index}`, length)
  const node = Number.parseInt(id('node', 6), 16) % 1000
  const nodeName = `ip-10-${node >> 8}-${node & 255}-17.eu-central-1.compute.internal`
  const hostIP = `10.${node >> 8}.${node & 255}.17`
  const podIP = `10.${128 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
  const started = at(set.createdAt + (index % 20))
  const ready = at(set.createdAt + (index % 20) + 7)
  const token = `kube-api-access-${id('token', 5)}`
  const name = `${set.name}-${id('name', 5)}`
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      generateName: `${set.name}-`,
      namespace: set.namespace,
      uid: uid(`pod-${index}`),
      resourceVersion: String(resourceVersion),
      generation: 1,
      creationTimestamp: started,
      labels: { 'app.kubernetes.io/name': set.app, 'app.kubernetes.io/instance': set.app, 'app.kubernetes.io/version': set.version, 'pod-template-hash': set.hash, team: set.team },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'checksum/config': hash(`config-${set.name}`, 64) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set.name, uid: set.uid, controller: true, blockOwnerDeletion: true }],
      managedFields: managedFields(started, ready, set.uid, podIP),
    },
    spec: {
      volumes: [
        { name: 'config', configMap: { name: `${set.app}-config`, defaultMode: 420 } },
        { name: token, projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }, { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }], defaultMode: 420 } },
      ],
      containers: [container(set, token), proxy(set)],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: set.app,
      serviceAccount: set.app,
      nodeName,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 },
      schedulerName: 'default-scheduler',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      phase: 'Running',
      conditions: [
        ...['PodReadyToStartContainers', 'Initialized'].map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: started })),
        ...['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: ready })),
        { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: started },
      ],
      hostIP,
      hostIPs: [{ ip: hostIP }],
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: started,
      containerStatuses: ['main', 'proxy'].map((container) => ({
        name: container,
        state: { running: { startedAt: at(set.createdAt + (index % 20) + 3) } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: image(set, container),
        imageID: `${image(set, container).split(':')[0]}@sha256:${hash(image(set, container), 64)}`,
        containerID: `containerd://${id(container, 64)}`,
        started: true,
      })),
      qosClass: 'Burstable',
    },
  }
}

interface ReplicaSet {
  readonly name: string
  readonly namespace: string
  readonly app: string
  readonly version: string
  readonly hash: string
  readonly team: string
  readonly uid: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

/** ReplicaSets of 1, 2, 4, 5, 8 and 20 Pods in turn: 40 Pods to 6 sets. */
const sizes = [1, 2, 4, 5, 8, 20]

function replicaSetOf(index: number): ReplicaSet {
  let rest = index % 40
  let set = 0
  while (rest >= (sizes[set] as number)) {
    rest -= sizes[set] as number
    set += 1
  }
  const number = Math.floor(index / 40) * sizes.length + set
  const templateHash = hash(`set-${number}`, 10)
  const app = `${['orders', 'payments', 'catalog', 'search', 'accounts', 'shipping', 'media'][number % 7]}-${hash(`app-${number}`, 4)}`
  return {
    name: `${app}-${templateHash}`,
    namespace: `team-${Math.floor(number / 150)}`,
    app,
    version: `${1 + (number % 5)}.${number % 17}.${number % 29}`,
    hash: templateHash,
    team: `team-${Math.floor(number / 150)}`,
    uid: uid(`set-${number}`),
    createdAt: 1_790_000_000 + number * 61,
  }
}

function container(set: ReplicaSet, token: string): JsonObject {
  return {
    name: 'main',
    image: image(set, 'main'),
    args: [`--listen=:8080`, `--config=/etc/${set.app}/config.yaml`, '--log-format=json'],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { name: 'metrics', containerPort: 9090, protocol: 'TCP' }],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } },
      ...['DATABASE_URL', 'QUEUE_URL', 'API_KEY'].map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: `${set.app}-secrets`, key } } })),
      { name: 'SERVICE_VERSION', value: set.version },
    ],
    resources: { limits: { memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    volumeMounts: [{ name: 'config', readOnly: true, mountPath: `/etc/${set.app}` }, { name: token, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    livenessProbe: { httpGet: { path: '/live', port: 'http', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 5, successThreshold: 1, failureThreshold: 3 },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  }
}

function proxy(set: ReplicaSet): JsonObject {
  return {
    name: 'proxy',
    image: image(set, 'proxy'),
    args: ['proxy', 'sidecar', `--serviceCluster=${set.app}`],
    ports: [{ name: 'envoy', containerPort: 15090, protocol: 'TCP' }],
    resources: { limits: { memory: '128Mi' }, requests: { cpu: '10m', memory: '64Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  }
}

const image = (set: ReplicaSet, container: string) => `registry.example.com/${set.team}/${container === 'main' ? set.app : 'mesh-proxy'}:${set.version}`

function managedFields(started: string, ready: string, owner: string, podIP: string): readonly Json[] {
  const leaf = (...names: string[]): JsonObject => Object.fromEntries(names.map((name) => [name, {}]))
  const probe = { '.': {}, ...leaf('f:failureThreshold', 'f:periodSeconds', 'f:successThreshold', 'f:timeoutSeconds'), 'f:httpGet': { '.': {}, ...leaf('f:path', 'f:port', 'f:scheme') } }
  const containerFields = {
    '.': {},
    ...leaf('f:args', 'f:image', 'f:imagePullPolicy', 'f:name', 'f:terminationMessagePath', 'f:terminationMessagePolicy'),
    'f:env': { '.': {}, ...Object.fromEntries(['POD_NAME', 'POD_NAMESPACE', 'DATABASE_URL', 'QUEUE_URL', 'API_KEY'].map((name) => [`k:{"name":"${name}"}`, { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:secretKeyRef': {} } }])) },
    'f:livenessProbe': probe,
    'f:readinessProbe': probe,
    'f:ports': { '.': {}, 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, ...leaf('f:containerPort', 'f:name', 'f:protocol') } },
    'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:memory': {} }, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } },
    'f:volumeMounts': { '.': {}, 'k:{"mountPath":"/etc/config"}': { '.': {}, ...leaf('f:mountPath', 'f:name', 'f:readOnly') } },
  }
  const condition = { '.': {}, ...leaf('f:lastProbeTime', 'f:lastTransitionTime', 'f:status', 'f:type') }
  return [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: started,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, ...leaf('f:app.kubernetes.io/name', 'f:pod-template-hash', 'f:team') }, 'f:ownerReferences': { '.': {}, [`k:{"uid":"${owner}"}`]: {} } },
        'f:spec': { 'f:containers': { 'k:{"name":"main"}': containerFields, 'k:{"name":"proxy"}': { '.': {}, ...leaf('f:args', 'f:image', 'f:name') } }, ...leaf('f:dnsPolicy', 'f:enableServiceLinks', 'f:restartPolicy', 'f:schedulerName', 'f:terminationGracePeriodSeconds') },
      },
    },
    {
      manager: 'kubelet',
      operation: 'Update',
      apiVersion: 'v1',
      time: ready,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:status': {
          'f:conditions': Object.fromEntries(['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map((type) => [`k:{"type":"${type}"}`, condition])),
          'f:podIPs': { '.': {}, [`k:{"ip":"${podIP}"}`]: { '.': {}, 'f:ip': {} } },
          ...leaf('f:containerStatuses', 'f:hostIP', 'f:hostIPs', 'f:phase', 'f:podIP', 'f:startTime'),
        },
      },
      subresource: 'status',
    },
  ]
}

const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length)
const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')

function uid(text: string): string {
  const digits = hash(text, 32)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`
}
