import type { KubeObject } from '../../model/object.ts'
import { kinds } from '../built-in/kinds.ts'
import { kindOf, spec, type KeysOf, type RelationDeclaration } from '../declaration.ts'
import { labelMapQuery } from '../label-query.ts'
import { textsAt, valueAt, type Reference } from '../references.ts'
import { andWildcards, canonicalHost, hostsOverlap } from './hosts.ts'

const group = 'networking.istio.io'
const gateway = kindOf(group, 'Gateway')
const virtualService = kindOf(group, 'VirtualService')
const destinationRule = kindOf(group, 'DestinationRule')

const [gatewaysIn, virtualHosts, serverHosts, ruleHosts] = [textsAt('spec.gateways[*]'), textsAt('spec.hosts[*]'), textsAt('spec.servers[*].hosts[*]'), textsAt('spec.host')]
const destinations = textsAt(...['http', 'tcp', 'tls'].map((protocol) => `spec.${protocol}[*].route[*].destination.host`), 'spec.http[*].mirror.host', 'spec.http[*].mirrors[*].destination.host')

/** Hosts as both sides' keys: each is found under itself and under every wildcard that stands for it. */
const hostsOf = (hosts: (object: KubeObject) => readonly string[]): KeysOf => (object) => hosts(object).map((host) => canonicalHost(host, object.metadata.namespace))
const hostsAndWildcards = (hosts: (object: KubeObject) => readonly string[]): KeysOf => (object) => hostsOf(hosts)(object).flatMap(andWildcards)
const serviceHosts: KeysOf = ({ metadata: { name, namespace } }) => andWildcards(`${name}.${namespace ?? ''}.svc`)

/** The gateways that a VirtualService names: `name` in its own namespace, or `namespace/name`. `mesh` is none. */
export function gatewaysOf(object: KubeObject): readonly Reference[] {
  return gatewaysIn(object).flatMap((text) => {
    if (text === 'mesh') return []
    const slash = text.indexOf('/')
    return slash === -1 ? [{ name: text }] : [{ namespace: text.slice(0, slash), name: text.slice(slash + 1) }]
  })
}

/** Whether a Gateway lets through some of a VirtualService's hosts. A server's host may say from which namespaces: `shop/*.example.com`, `./host`. */
export function letsThrough(service: KubeObject, gate: KubeObject): boolean {
  const hosts = virtualHosts(service)
  return serverHosts(gate).some((text) => {
    const slash = text.indexOf('/')
    const from = slash === -1 ? '*' : text.slice(0, slash)
    const isFrom = from === '*' || (from === '.' ? gate.metadata.namespace : from) === service.metadata.namespace
    return isFrom && hosts.some((host) => hostsOverlap(text.slice(slash + 1), host))
  })
}

export const istio: readonly RelationDeclaration[] = [
  { from: virtualService, to: gateway, name: 'gateways', many: true, inverse: 'virtualServices', via: { by: 'reference', references: gatewaysOf, partOf: spec, holds: letsThrough } },
  { from: virtualService, to: kinds.service, name: 'services', inverse: 'virtualServices', via: { by: 'key', keysOf: hostsOf(destinations), keysOfOther: serviceHosts } },
  { from: virtualService, to: destinationRule, name: 'destinationRules', inverse: 'virtualServices', via: { by: 'key', keysOf: hostsAndWildcards(destinations), keysOfOther: hostsOf(ruleHosts) } },
  { from: destinationRule, to: kinds.service, name: 'services', inverse: 'destinationRules', via: { by: 'key', keysOf: hostsOf(ruleHosts), keysOfOther: serviceHosts } },
  { from: gateway, to: kinds.pod, name: 'pods', inverse: 'gateways', via: { by: 'selector', selectorOf: valueAt('spec.selector'), read: labelMapQuery, anyNamespace: true } },
]
