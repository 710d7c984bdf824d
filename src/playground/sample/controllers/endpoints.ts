import type { KubeObject } from '../../../model/object.ts'
import { controlledBy, type SampleCluster } from '../cluster.ts'
import { isFinished, isReady, isTerminating, matches, podSpec, podStatus, specAs, type Labels } from '../shapes.ts'
import type { Workshop } from './controller.ts'

interface ServiceSpec {
  readonly selector?: Labels
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string; readonly targetPort?: number | string }[]
}

const serviceLabel = 'kubernetes.io/service-name'

/** Where a Service leads: its EndpointSlice, and the older Endpoints. */
export function reconcileService(service: KubeObject, { cluster }: Workshop): void {
  const { selector, ports = [] } = specAs<ServiceSpec>(service)
  if (selector === undefined) return
  const { namespace, name, labels = {} } = service.metadata
  const pods = cluster
    .listIn('pods', namespace)
    .filter((pod) => matches(pod.metadata.labels, selector) && !isFinished(pod) && podStatus(pod).podIP !== undefined)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  const endpointPorts = ports.map(({ name: portName = '', port, protocol = 'TCP', targetPort }) => ({ name: portName, port: resolve(targetPort ?? port, pods[0]) ?? port, protocol }))

  const slices = cluster.ownedBy(service, 'endpointslices')
  const content = { addressType: 'IPv4', endpoints: pods.map((pod) => endpointOf(pod, cluster)), ports: endpointPorts }
  const [slice] = slices
  if (slice !== undefined) cluster.change('endpointslices', slice, content, 'endpointslice-controller')
  else {
    const generateName = `${name}-`
    const metadata = { name: `${generateName}${cluster.random.suffix(5)}`, generateName, labels: { ...labels, [serviceLabel]: name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }, ownerReferences: controlledBy(service) }
    cluster.create('endpointslices', namespace, { metadata, ...content }, 'endpointslice-controller')
  }

  const subsets = subsetsOf(pods.filter((pod) => !isTerminating(pod)), endpointPorts)
  const classic = cluster.find('endpoints', namespace, name)
  if (classic === undefined) cluster.create('endpoints', namespace, { metadata: { name, labels }, ...(subsets === undefined ? {} : { subsets }) }, 'endpoint-controller')
  else cluster.change('endpoints', classic, { subsets: subsets ?? [] }, 'endpoint-controller')
}

function endpointOf(pod: KubeObject, cluster: SampleCluster): object {
  const { nodeName = '' } = podSpec(pod)
  const zone = cluster.find('nodes', undefined, nodeName)?.metadata.labels?.['topology.kubernetes.io/zone']
  const terminating = isTerminating(pod)
  return {
    addresses: [podStatus(pod).podIP],
    conditions: { ready: isReady(pod) && !terminating, serving: isReady(pod), terminating },
    nodeName,
    targetRef: target(pod),
    ...(zone === undefined ? {} : { zone }),
  }
}

function subsetsOf(pods: readonly KubeObject[], ports: readonly object[]): readonly object[] | undefined {
  if (pods.length === 0) return undefined
  const addresses = (ready: boolean) => pods.filter((pod) => isReady(pod) === ready).map((pod) => ({ ip: podStatus(pod).podIP, nodeName: podSpec(pod).nodeName, targetRef: target(pod) }))
  const [ready, notReady] = [addresses(true), addresses(false)]
  return [{ ...(ready.length === 0 ? {} : { addresses: ready }), ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }), ports }]
}

const target = ({ metadata: { namespace, name, uid } }: KubeObject) => ({ kind: 'Pod', namespace, name, uid })

function resolve(port: number | string, pod: KubeObject | undefined): number | undefined {
  if (typeof port === 'number') return port
  return pod && podSpec(pod).containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === port)?.containerPort
}
