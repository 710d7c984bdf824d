import type { KubeObject } from '../../model/object.ts'
import { kinds } from '../built-in/kinds.ts'
import { kindOf, spec, type KeysOf, type RelationDeclaration } from '../declaration.ts'
import { labelMapQuery } from '../label-query.ts'
import { textsAt, valueAt } from '../references.ts'
import { gatewaysOf, letsThrough } from './bindings.ts'
import { andWildcards, canonicalHost } from './hosts.ts'

export const group = 'networking.istio.io'
const gateway = kindOf(group, 'Gateway')
const virtualService = kindOf(group, 'VirtualService')
const destinationRule = kindOf(group, 'DestinationRule')

const ruleHosts = textsAt('spec.host')
const destinations = textsAt(...['http', 'tcp', 'tls'].map((protocol) => `spec.${protocol}[*].route[*].destination.host`), 'spec.http[*].mirror.host', 'spec.http[*].mirrors[*].destination.host')

/** Hosts as both sides' keys: each is found under itself and under every wildcard that stands for it. */
const hostsOf = (hosts: (object: KubeObject) => readonly string[]): KeysOf => (object) => hosts(object).map((host) => canonicalHost(host, object.metadata.namespace))
const hostsAndWildcards = (hosts: (object: KubeObject) => readonly string[]): KeysOf => (object) => hostsOf(hosts)(object).flatMap(andWildcards)
const serviceHosts: KeysOf = ({ metadata: { name, namespace } }) => andWildcards(`${name}.${namespace ?? ''}.svc`)

export const istio: readonly RelationDeclaration[] = [
  { from: virtualService, to: gateway, name: 'gateways', many: true, inverse: 'virtualServices', via: { by: 'reference', references: gatewaysOf, partOf: spec, holds: letsThrough } },
  { from: virtualService, to: kinds.service, name: 'services', inverse: 'virtualServices', via: { by: 'key', keysOf: hostsOf(destinations), keysOfOther: serviceHosts } },
  { from: virtualService, to: destinationRule, name: 'destinationRules', inverse: 'virtualServices', via: { by: 'key', keysOf: hostsAndWildcards(destinations), keysOfOther: hostsOf(ruleHosts) } },
  { from: destinationRule, to: kinds.service, name: 'services', inverse: 'destinationRules', via: { by: 'key', keysOf: hostsOf(ruleHosts), keysOfOther: serviceHosts } },
  { from: gateway, to: kinds.pod, name: 'pods', inverse: 'gateways', via: { by: 'selector', selectorOf: valueAt('spec.selector'), read: labelMapQuery, anyNamespace: true } },
]
