import type { Api } from './api.ts'
import type { Manifest } from './manifest.ts'
import { createAll } from './objects.ts'
import { application, volumesPerApplication } from './workloads/application.ts'
import { customResourceDefinitions, widget } from './workloads/custom-resources.ts'
import { daemonSet } from './workloads/pods.ts'

const namespaceNames = ['shop', 'payments', 'search', 'mail', 'media', 'maps', 'billing', 'support'] as const

/** Nodes that kwok keeps Ready: `node-0` and so on, in three zones. */
export async function createNodes(api: Api, count: number): Promise<void> {
  await createAll(api, Array.from({ length: count }, (_, index) => node(index)))
}

export interface WorkloadOptions {
  /** How many applications, each in a namespace of its own (`shop`, `payments`, ...) with some 50 objects and 12 Pods. */
  readonly scale: number
}

/** Fills the cluster, and resolves when everything is created; controllers then need some seconds to make the Pods. */
export async function createWorkloads(api: Api, { scale }: WorkloadOptions): Promise<void> {
  await createAll(api, customResourceDefinitions)
  await Promise.all(customResourceDefinitions.map((definition) => established(api, definition)))
  await createAll(api, clusterWide(scale))

  const applications = Array.from({ length: scale }, (_, index) => application(namespaceName(index), index))
  const isNamespace = ({ kind }: Manifest) => kind === 'Namespace'
  await createAll(api, applications.flat().filter(isNamespace))
  await createAll(api, applications.flat().filter((object) => !isNamespace(object)))
}

export function namespaceName(index: number): string {
  const name = namespaceNames[index % namespaceNames.length] ?? 'shop'
  const round = Math.floor(index / namespaceNames.length)
  return round === 0 ? name : `${name}-${round}`
}

/** Until then the API server answers 404 for the objects of a new definition. */
async function established(api: Api, definition: Manifest): Promise<void> {
  for (;;) {
    const { status } = await api.read(definition)
    const conditions: { type: string; status: string }[] = status?.conditions ?? []
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function clusterWide(scale: number): Manifest[] {
  const agent = { namespace: 'kube-system', name: 'node-agent', image: 'registry.example.com/node-agent:2.3.1', replicas: 0 }
  return [
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'standard' }, provisioner: 'kubernetes.io/no-provisioner' },
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'important' }, value: 1000, description: 'For what customers see.' },
    daemonSet(agent),
    // Two more than are claimed: free ones belong to a believable cluster.
    ...Array.from({ length: scale * volumesPerApplication + 2 }, (_, index) => persistentVolume(index)),
    ...Array.from({ length: 4 }, (_, index) => widget(index)),
  ]
}

function persistentVolume(index: number): Manifest {
  const name = `volume-${index}`
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'standard', hostPath: { path: `/volumes/${name}` } },
  }
}

function node(index: number): Manifest {
  const name = `node-${index}`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': `zone-${'abc'[index % 3]}`,
        'node.kubernetes.io/instance-type': index % 2 === 0 ? 'large' : 'small',
      },
    },
    status: {
      allocatable: { cpu: '32', memory: '256Gi', pods: '250' },
      capacity: { cpu: '32', memory: '256Gi', pods: '250' },
    },
  }
}
