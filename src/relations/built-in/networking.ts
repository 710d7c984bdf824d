import { kindOf, spec, type RelationDeclaration } from '../declaration.ts'
import { labelMapQuery, labelSelectorQuery } from '../label-query.ts'
import { namesAt, referencesAt, valueAt } from '../references.ts'
import { kinds } from './kinds.ts'

const ingress = kindOf('networking.k8s.io', 'Ingress')
const endpointSlice = kindOf('discovery.k8s.io', 'EndpointSlice')
const endpoints = kindOf('', 'Endpoints')
const gatewayGroup = 'gateway.networking.k8s.io'
const gateway = kindOf(gatewayGroup, 'Gateway')

const serviceName = "metadata.labels['kubernetes.io/service-name']"
const aService = { group: '', kind: 'Service' }

/** From an Ingress or a route to the Pods behind it. */
export const networking: readonly RelationDeclaration[] = [
  { from: kinds.service, to: kinds.pod, name: 'pods', inverse: 'services', via: { by: 'selector', selectorOf: valueAt('spec.selector'), read: labelMapQuery } },
  ...([['deployment', 'deployments'], ['statefulSet', 'statefulSets'], ['daemonSet', 'daemonSets']] as const).map(
    ([workload, inverse]): RelationDeclaration => ({ from: kinds[workload], to: kinds.service, name: 'services', many: true, inverse, via: { by: 'through', there: ['pods', 'services'], back: ['pods', workload] } }),
  ),
  { from: endpointSlice, to: kinds.service, name: 'service', inverse: 'endpointSlices', via: { by: 'reference', references: namesAt(serviceName), partOf: ({ metadata }) => metadata.labels } },
  { from: endpointSlice, to: kinds.pod, name: 'pods', many: true, inverse: 'endpointSlices', via: { by: 'reference', references: referencesAt('endpoints[*].targetRef', { kind: 'Pod' }) } },
  { from: endpoints, to: kinds.service, name: 'service', inverse: 'endpoints', via: { by: 'reference', references: ({ metadata: { name } }) => [{ name }], partOf: ({ metadata }) => metadata.name } },
  {
    from: endpoints,
    to: kinds.pod,
    name: 'pods',
    many: true,
    inverse: 'endpoints',
    via: { by: 'reference', references: (object) => [...readyPods(object), ...unreadyPods(object)] },
  },
  { from: ingress, to: kinds.service, name: 'services', many: true, inverse: 'ingresses', via: { by: 'reference', references: namesAt('spec.rules[*].http.paths[*].backend.service.name', 'spec.defaultBackend.service.name'), partOf: spec } },
  { from: ingress, to: kindOf('networking.k8s.io', 'IngressClass'), name: 'ingressClass', inverse: 'ingresses', via: { by: 'reference', references: namesAt('spec.ingressClassName'), partOf: spec } },
  { from: ingress, to: kinds.secret, name: 'secrets', many: true, inverse: 'ingresses', via: { by: 'reference', references: namesAt('spec.tls[*].secretName'), partOf: spec } },
  { from: kindOf('networking.k8s.io', 'NetworkPolicy'), to: kinds.pod, name: 'pods', inverse: 'networkPolicies', via: { by: 'selector', selectorOf: valueAt('spec.podSelector'), read: labelSelectorQuery } },
  { from: kindOf('apiregistration.k8s.io', 'APIService'), to: kinds.service, name: 'service', inverse: 'apiServices', via: { by: 'reference', references: referencesAt('spec.service', aService), partOf: spec } },
  { from: gateway, to: kindOf(gatewayGroup, 'GatewayClass'), name: 'gatewayClass', inverse: 'gateways', via: { by: 'reference', references: namesAt('spec.gatewayClassName'), partOf: spec } },
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].flatMap((kind): RelationDeclaration[] => {
    const [from, inverse] = [kindOf(gatewayGroup, kind), `${kind.replace(/^[A-Z]+(?=R)/, (letters) => letters.toLowerCase())}s`]
    return [
      { from, to: gateway, name: 'gateways', many: true, inverse, via: { by: 'reference', references: referencesAt('spec.parentRefs[*]', { group: gatewayGroup, kind: 'Gateway' }), partOf: spec } },
      { from, to: kinds.service, name: 'services', many: true, inverse, via: { by: 'reference', references: referencesAt('spec.rules[*].backendRefs[*]', aService), partOf: spec } },
    ]
  }),
]

const readyPods = referencesAt('subsets[*].addresses[*].targetRef', { kind: 'Pod' })
const unreadyPods = referencesAt('subsets[*].notReadyAddresses[*].targetRef', { kind: 'Pod' })
