import type { KubeObject } from '../../model/object.ts'
import { textsAt, type Reference } from '../references.ts'
import { hostsOverlap } from './hosts.ts'

const [gatewaysIn, virtualHosts, serverHosts] = [textsAt('spec.gateways[*]'), textsAt('spec.hosts[*]'), textsAt('spec.servers[*].hosts[*]')]

/** The gateways that a VirtualService names: `name` or `./name` in its own namespace, or `namespace/name`. `mesh` is none. */
export function gatewaysOf(service: KubeObject): readonly Reference[] {
  return gatewaysIn(service).flatMap((text) => {
    if (text === 'mesh') return []
    const slash = text.indexOf('/')
    const [namespace, name] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)]
    return namespace === '' || namespace === '.' ? [{ name }] : [{ namespace, name }]
  })
}

/** A host that a Gateway's server lets through. */
export interface HostRule {
  /** For VirtualServices of this namespace only; absent, of any. */
  readonly namespace: string | undefined
  readonly pattern: string
}

/** A server's host may say from which namespaces: `shop/*.example.com`, `./host`. */
export function hostRulesOf(gate: KubeObject): readonly HostRule[] {
  return serverHosts(gate).map((text) => {
    const slash = text.indexOf('/')
    const from = text.slice(0, Math.max(slash, 0))
    return { namespace: from === '' || from === '*' ? undefined : from === '.' ? gate.metadata.namespace : from, pattern: text.slice(slash + 1) }
  })
}

/** The hosts of a VirtualService that some rule lets through. A port that one has is left off. */
export function hostsThrough(service: KubeObject, rules: readonly HostRule[]): readonly string[] {
  const { namespace } = service.metadata
  return virtualHosts(service)
    .map((host) => host.replace(/:\d+$/, ''))
    .filter((host) => rules.some((rule) => (rule.namespace === undefined || rule.namespace === namespace) && hostsOverlap(rule.pattern, host)))
}

/** Whether a Gateway lets through some of a VirtualService's hosts. */
export function letsThrough(service: KubeObject, gate: KubeObject): boolean {
  return hostsThrough(service, hostRulesOf(gate)).length > 0
}
