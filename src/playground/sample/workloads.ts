import type { KubeObject } from '../../model/object.ts'
import { ownedBy, timestamp, type SampleStore } from './cluster.ts'
import type { App } from './company.ts'
import { createPod, isReadyPod, labelsOf, podTemplate, selectorOf } from './pods.ts'

/**
 * The controllers of the sample's workloads: what a Deployment, StatefulSet or DaemonSet says is
 * made true at once, and what is counted in their status and in the Service's endpoints follows.
 */
export class Workloads {
  readonly #store: SampleStore

  constructor(store: SampleStore) {
    this.#store = store
  }

  create(app: App): void {
    const { namespace, name } = app
    const metadata = { name, labels: labelsOf(app) }
    const template = podTemplate(app, app.version)
    const selector = { matchLabels: selectorOf(app) }
    const shape =
      app.kind === 'Deployment'
        ? { replicas: app.replicas, selector, template, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }, revisionHistoryLimit: 10 }
        : app.kind === 'StatefulSet'
          ? { replicas: app.replicas, serviceName: name, selector, template }
          : { selector, template }
    this.#store.create(plurals[app.kind], namespace, { metadata, spec: shape })
    if (app.kind === 'Deployment') this.#createReplicaSet(app, app.version, 1)
    this.settle(app)
  }

  /** Another number of replicas. */
  scale(app: App, replicas: number): void {
    const workload = this.#workload(app)
    if (workload === undefined || app.kind === 'DaemonSet') return
    this.#store.change(plurals[app.kind], workload, { spec: { ...specOf(workload), replicas } })
    this.settle(app)
  }

  /** Another version: a Deployment gets a new ReplicaSet and its Pods move there. */
  rollOut(app: App, version: string): void {
    const workload = this.#workload(app)
    if (workload === undefined) return
    this.#store.change(plurals[app.kind], workload, { spec: { ...specOf(workload), template: podTemplate(app, version) } })
    if (app.kind === 'Deployment') this.#createReplicaSet(app, version, this.#replicaSets(app).length + 1)
    else for (const pod of this.podsOf(app)) this.#store.delete('pods', pod)
    this.settle(app)
  }

  podsOf(app: App): KubeObject[] {
    return this.#store.list('pods', app.namespace).filter((pod) => pod.metadata.labels?.['app.kubernetes.io/name'] === app.name)
  }

  /** Makes Pods what the workload asks for, then counts. */
  settle(app: App): void {
    const workload = this.#workload(app)
    if (workload === undefined) return
    const version = versionOf(workload)
    if (app.kind === 'Deployment') this.#settleReplicaSets(app, workload)
    else if (app.kind === 'StatefulSet') this.#settleOrdinals(app, workload, version)
    else this.#settleNodes(app, workload, version)
    this.#count(app)
    this.#publishEndpoints(app)
  }

  #settleReplicaSets(app: App, deployment: KubeObject): void {
    const sets = this.#replicaSets(app)
    const current = sets.at(-1)
    for (const set of sets) {
      const wanted = set === current ? (specOf(deployment).replicas ?? 0) : 0
      const pods = this.podsOf(app).filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid)
      for (const pod of pods.slice(wanted)) this.#store.delete('pods', pod)
      for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
        const hash = set.metadata.labels?.['pod-template-hash'] ?? ''
        createPod(this.#store, { app, version: versionOf(set), owner: set, name: `${set.metadata.name}-${this.#store.random.suffix(5)}`, labels: { 'pod-template-hash': hash } })
      }
      const ready = this.podsOf(app).filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid && isReadyPod(pod)).length
      this.#store.change('replicasets', set, { spec: { ...specOf(set), replicas: wanted }, status: { replicas: wanted, readyReplicas: ready, availableReplicas: ready, fullyLabeledReplicas: wanted, observedGeneration: 1 } })
    }
  }

  #settleOrdinals(app: App, set: KubeObject, version: string): void {
    const wanted = Array.from({ length: specOf(set).replicas ?? 0 }, (_, i) => `${app.name}-${i}`)
    for (const pod of this.podsOf(app)) if (!wanted.includes(pod.metadata.name)) this.#store.delete('pods', pod)
    for (const name of wanted) {
      if (app.volume !== undefined) this.#claim(app, `data-${name}`, app.volume)
      if (this.#store.find('pods', app.namespace, name) === undefined)
        createPod(this.#store, { app, version, owner: set, name, ...(app.volume === undefined ? {} : { claim: `data-${name}` }), labels: { 'statefulset.kubernetes.io/pod-name': name } })
    }
  }

  #settleNodes(app: App, set: KubeObject, version: string): void {
    const pods = this.podsOf(app)
    for (const { metadata } of this.#store.list('nodes')) {
      if (pods.some((pod) => (pod['spec'] as { nodeName?: string }).nodeName === metadata.name)) continue
      createPod(this.#store, { app, version, owner: set, name: `${app.name}-${this.#store.random.suffix(5)}`, node: metadata.name })
    }
  }

  #count(app: App): void {
    const workload = this.#workload(app)
    if (workload === undefined) return
    const pods = this.podsOf(app)
    const ready = pods.filter(isReadyPod).length
    const wanted = app.kind === 'DaemonSet' ? pods.length : (specOf(workload).replicas ?? 0)
    const observedGeneration = workload.metadata.generation
    const status =
      app.kind === 'DaemonSet'
        ? { desiredNumberScheduled: wanted, currentNumberScheduled: pods.length, numberReady: ready, numberAvailable: ready, numberMisscheduled: 0, observedGeneration }
        : {
            replicas: pods.length,
            readyReplicas: ready,
            availableReplicas: ready,
            updatedReplicas: pods.length,
            ...(wanted > ready ? { unavailableReplicas: wanted - ready } : {}),
            observedGeneration,
            conditions: [{ type: 'Available', status: ready === wanted ? 'True' : 'False', reason: ready === wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable', lastTransitionTime: workload.metadata.creationTimestamp }],
          }
    if (JSON.stringify(status) !== JSON.stringify(workload['status'])) this.#store.change(plurals[app.kind], workload, { status })
  }

  /** The EndpointSlice and the Endpoints of the app's Service, if it has one. */
  #publishEndpoints(app: App): void {
    const service = this.#store.find('services', app.namespace, app.name)
    if (service === undefined) return
    const pods = this.podsOf(app).map((pod) => ({ pod, ip: (pod['status'] as { podIP?: string }).podIP ?? '', target: { kind: 'Pod', namespace: app.namespace, name: pod.metadata.name, uid: pod.metadata.uid } }))
    const endpoints = pods.map(({ pod, ip, target }) => ({ addresses: [ip], conditions: { ready: isReadyPod(pod), serving: isReadyPod(pod), terminating: false }, targetRef: target, nodeName: (pod['spec'] as { nodeName?: string }).nodeName }))
    const addresses = (ready: boolean) => pods.filter(({ pod }) => isReadyPod(pod) === ready).map(({ ip, target }) => ({ ip, targetRef: target }))
    const subsets = [{ addresses: addresses(true), notReadyAddresses: addresses(false), ports: [{ name: 'main', port: app.port, protocol: 'TCP' }] }]
    const slice = this.#store.list('endpointslices', app.namespace).find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === app.name)
    if (slice !== undefined) this.#store.change('endpointslices', slice, { endpoints })
    else
      this.#store.create('endpointslices', app.namespace, {
        metadata: { name: `${app.name}-${this.#store.random.suffix(5)}`, labels: { 'kubernetes.io/service-name': app.name, ...labelsOf(app) }, ownerReferences: ownedBy(service) },
        addressType: 'IPv4',
        ports: [{ name: 'main', port: app.port, protocol: 'TCP' }],
        endpoints,
      })
    const classic = this.#store.find('endpoints', app.namespace, app.name)
    if (classic === undefined) this.#store.create('endpoints', app.namespace, { metadata: { name: app.name, labels: labelsOf(app) }, subsets })
    else this.#store.change('endpoints', classic, { subsets })
  }

  #claim(app: App, name: string, storage: string): void {
    if (this.#store.find('persistentvolumeclaims', app.namespace, name) !== undefined) return
    const volumeName = `pvc-${this.#store.random.suffix(12)}`
    const claim = this.#store.create('persistentvolumeclaims', app.namespace, {
      metadata: { name, labels: selectorOf(app) },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName: 'fast', volumeName },
      status: { phase: 'Bound', capacity: { storage }, accessModes: ['ReadWriteOnce'] },
    })
    this.#store.create('persistentvolumes', undefined, {
      metadata: { name: volumeName },
      spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], storageClassName: 'fast', persistentVolumeReclaimPolicy: 'Delete', claimRef: { kind: 'PersistentVolumeClaim', namespace: app.namespace, name, uid: claim.metadata.uid } },
      status: { phase: 'Bound', lastPhaseTransitionTime: timestamp() },
    })
  }

  #createReplicaSet(app: App, version: string, revision: number): void {
    const deployment = this.#workload(app)
    if (deployment === undefined) return
    const hash = this.#store.random.suffix(9)
    const labels = { ...labelsOf(app, version), 'pod-template-hash': hash }
    const template = podTemplate(app, version)
    this.#store.create('replicasets', app.namespace, {
      metadata: { name: `${app.name}-${hash}`, labels, annotations: { 'deployment.kubernetes.io/revision': String(revision) }, ownerReferences: ownedBy(deployment) },
      spec: { replicas: specOf(deployment).replicas, selector: { matchLabels: { ...selectorOf(app), 'pod-template-hash': hash } }, template: { ...template, metadata: { labels } } },
    })
    for (const old of this.#replicaSets(app).slice(0, -4)) this.#store.delete('replicasets', old)
  }

  /** The oldest first. */
  #replicaSets(app: App): KubeObject[] {
    return this.#store
      .list('replicasets', app.namespace)
      .filter((set) => set.metadata.ownerReferences?.[0]?.name === app.name)
      .sort((a, b) => revisionOf(a) - revisionOf(b))
  }

  #workload(app: App): KubeObject | undefined {
    return this.#store.find(plurals[app.kind], app.namespace, app.name)
  }
}

const plurals = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const

function specOf(workload: KubeObject) {
  return workload['spec'] as { replicas?: number; template: ReturnType<typeof podTemplate> }
}

function versionOf(workload: KubeObject): string {
  return specOf(workload).template.metadata.labels['app.kubernetes.io/version']
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
}
