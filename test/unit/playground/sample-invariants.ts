import type { KubeObject } from '../../../src/model/object.ts'
import type { ClusterStore } from '../../../src/playground/api-server/store/cluster-store.ts'
import { controllerOf } from '../../../src/playground/sample/cluster.ts'
import { isActive, isFinished, isReady, isTerminating, isTrue, matches, podSpec, podStatus, specAs, specOf, statusAs, statusOf, type Labels } from '../../../src/playground/sample/shapes.ts'

interface Address {
  readonly ip: string
  readonly targetRef: { readonly name: string }
}

/** What does not agree with each other in a sample cluster, in words; nothing where all is well. */
export function disagreements(store: ClusterStore): string[] {
  const found: string[] = []
  const check = (object: KubeObject, what: string, is: unknown, should: unknown) => {
    const [a, b] = [JSON.stringify(is), JSON.stringify(should)]
    if (a !== b) found.push(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}: ${what} is ${a}, should be ${b}`)
  }
  const list = (plural: string) => store.list(store.resource(plural))
  const all = new Map(store.resources().filter(({ preferred }) => preferred).flatMap((resource) => store.list(resource)).map((object) => [object.metadata.uid, object]))
  const pods = list('pods')
  const owned = (owner: KubeObject, among: readonly KubeObject[]) => among.filter((object) => controllerOf(object)?.uid === owner.metadata.uid)
  const running = (owner: KubeObject) => owned(owner, pods).filter(isActive)

  for (const object of all.values()) {
    const owner = controllerOf(object)
    if (owner !== undefined) check(object, 'the owner', all.get(owner.uid)?.metadata.name, owner.name)
  }
  for (const set of list('replicasets')) {
    const active = running(set)
    check(set, 'the number of Pods', active.length, specOf(set).replicas)
    check(set, 'status.replicas', statusOf(set).replicas ?? 0, active.length)
    check(set, 'status.readyReplicas', statusOf(set).readyReplicas ?? 0, active.filter(isReady).length)
    check(set, 'status.observedGeneration', statusOf(set)['observedGeneration'], set.metadata.generation)
  }
  for (const deployment of list('deployments')) {
    const sets = owned(deployment, list('replicasets'))
    const active = sets.flatMap(running)
    const desired = specOf(deployment).replicas ?? 0
    check(deployment, 'status.replicas', statusOf(deployment).replicas ?? 0, active.length)
    check(deployment, 'status.readyReplicas', statusOf(deployment).readyReplicas ?? 0, active.filter(isReady).length)
    check(deployment, 'status.unavailableReplicas', statusOf(deployment)['unavailableReplicas'] ?? 0, Math.max(0, desired - active.filter(isReady).length))
    check(deployment, 'status.observedGeneration', statusOf(deployment)['observedGeneration'], deployment.metadata.generation)
    check(deployment, 'at most desired and a quarter of Pods', active.length <= Math.max(desired + Math.ceil(desired / 4), 0) || active.length, true)
    const [only, ...others] = sets.filter((set) => specOf(set).replicas !== 0)
    if (only !== undefined && others.length === 0) check(deployment, 'the size of its only ReplicaSet', specOf(only).replicas, desired)
    check(deployment, 'one ReplicaSet of its template', sets.filter((set) => set.metadata.annotations?.['deployment.kubernetes.io/revision'] === deployment.metadata.annotations?.['deployment.kubernetes.io/revision']).length, 1)
  }
  for (const set of list('statefulsets')) {
    const active = running(set)
    check(set, 'status.replicas', statusOf(set).replicas, active.length)
    check(set, 'status.readyReplicas', statusOf(set).readyReplicas ?? 0, active.filter(isReady).length)
    for (const pod of active) for (const claim of claimsOf(pod)) check(pod, `claim ${claim}`, statusAs<{ phase?: string }>(store.get(store.resource('persistentvolumeclaims'), pod.metadata.namespace, claim)).phase, 'Bound')
  }
  for (const set of list('daemonsets')) {
    check(set, 'desiredNumberScheduled', statusOf(set)['desiredNumberScheduled'], list('nodes').length)
    check(set, 'numberReady', statusOf(set)['numberReady'], running(set).filter(isReady).length)
  }
  for (const claim of list('persistentvolumeclaims')) {
    const volume = store.find(store.resource('persistentvolumes'), undefined, specAs<{ volumeName: string }>(claim).volumeName)
    check(claim, 'the claim of its volume', volume && specAs<{ claimRef: { uid: string } }>(volume).claimRef.uid, claim.metadata.uid)
  }
  for (const service of list('services')) checkService(service, store, pods, check)
  for (const budget of list('poddisruptionbudgets')) {
    const { matchLabels } = specOf(budget).selector
    check(budget, 'currentHealthy', statusAs<{ currentHealthy: number }>(budget).currentHealthy, pods.filter((pod) => pod.metadata.namespace === budget.metadata.namespace && matches(pod.metadata.labels, matchLabels) && isActive(pod) && isReady(pod)).length)
  }
  for (const autoscaler of list('horizontalpodautoscalers')) {
    const deployment = store.get(store.resource('deployments'), autoscaler.metadata.namespace, autoscaler.metadata.name)
    const { currentReplicas, desiredReplicas } = statusAs<{ currentReplicas: number; desiredReplicas: number }>(autoscaler)
    check(autoscaler, 'replicas', [currentReplicas, desiredReplicas], [statusOf(deployment).replicas ?? 0, specOf(deployment).replicas])
  }
  for (const quota of list('resourcequotas')) {
    const { used } = statusAs<{ used: Record<string, string> }>(quota)
    check(quota, 'used.pods', used['pods'], String(pods.filter((pod) => pod.metadata.namespace === quota.metadata.namespace && !isFinished(pod)).length))
  }
  for (const job of list('jobs')) {
    const own = owned(job, pods)
    check(job, 'active', statusOf(job)['active'] ?? 0, own.filter(isActive).length)
    check(job, 'succeeded', statusOf(job)['succeeded'] ?? 0, own.filter((pod) => podStatus(pod).phase === 'Succeeded').length)
    check(job, 'failed', statusOf(job)['failed'] ?? 0, own.filter((pod) => podStatus(pod).phase === 'Failed').length)
  }
  for (const cronJob of list('cronjobs')) {
    const active = owned(cronJob, list('jobs')).filter((job) => !isTrue(job, 'Complete') && !isTrue(job, 'Failed'))
    check(cronJob, 'active', (statusAs<{ active?: { uid: string }[] }>(cronJob).active ?? []).map(({ uid }) => uid), active.map(({ metadata }) => metadata.uid))
  }
  const nodes = new Map(list('nodes').map((node) => [node.metadata.name, node]))
  const placed = pods.filter((pod) => podSpec(pod).nodeName !== undefined)
  for (const pod of placed) {
    const node = nodes.get(podSpec(pod).nodeName ?? '')
    check(pod, 'its node', node?.metadata.name, podSpec(pod).nodeName)
    if (isReady(pod)) check(pod, 'Ready on a node that is not', node !== undefined && isReady(node), true)
  }
  const addresses = placed.filter((pod) => !isFinished(pod)).flatMap((pod) => podStatus(pod).podIP ?? [])
  if (new Set(addresses).size !== addresses.length) found.push('two Pods have one address')
  return found
}

function checkService(service: KubeObject, store: ClusterStore, pods: readonly KubeObject[], check: (object: KubeObject, what: string, is: unknown, should: unknown) => void): void {
  const { selector } = specAs<{ selector: Labels }>(service)
  const { namespace, name } = service.metadata
  const selected = pods.filter((pod) => pod.metadata.namespace === namespace && matches(pod.metadata.labels, selector) && !isFinished(pod) && podStatus(pod).podIP !== undefined)
  const names = (objects: readonly KubeObject[]) => objects.map((pod) => `${pod.metadata.name} ${podStatus(pod).podIP}`).toSorted()
  const slices = store.list(store.resource('endpointslices'), namespace).filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
  const endpoints = slices.flatMap((slice) => slice['endpoints'] as unknown as { addresses: string[]; conditions: { ready: boolean }; targetRef: { name: string } }[])
  const ready = selected.filter((pod) => isReady(pod) && !isTerminating(pod))
  check(service, 'endpoints', endpoints.map(({ addresses, targetRef }) => `${targetRef.name} ${addresses[0]}`).toSorted(), names(selected))
  check(service, 'ready endpoints', endpoints.filter(({ conditions }) => conditions.ready).map(({ addresses, targetRef }) => `${targetRef.name} ${addresses[0]}`).toSorted(), names(ready))
  const subsets = (store.get(store.resource('endpoints'), namespace, name)['subsets'] ?? []) as unknown as { addresses?: Address[]; notReadyAddresses?: Address[] }[]
  check(service, 'ready addresses', subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip, targetRef }) => `${targetRef.name} ${ip}`)).toSorted(), names(ready))
}

function claimsOf(pod: KubeObject): string[] {
  const volumes = (podSpec(pod)['volumes'] ?? []) as { persistentVolumeClaim?: { claimName: string } }[]
  return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
}
