import { everything, value } from '../../model/predicate.ts'
import type { GroupKind } from '../../model/resource.ts'
import type { Lister } from '../../store/lister.ts'
import { gatewaysOf, group, hostsThrough } from './declarations.ts'

/** What is asked for: one Gateway, and what is reached through it. */
export interface GatewayHosts {
  readonly namespace: string
  readonly gatewayName: string
  readonly serviceHosts: readonly ServiceHost[]
}

export interface ServiceHost {
  /** The VirtualService's name. */
  readonly serviceName: string
  /** As the VirtualService has it, without a port. */
  readonly host: string
  /** The VirtualService's labels. */
  readonly serviceLabels: Readonly<Record<string, string>>
}

/** The kinds whose listers it takes. */
export const gatewayHostKinds = { gateways: { group, kind: 'Gateway' }, virtualServices: { group, kind: 'VirtualService' } } as const satisfies Record<string, GroupKind>

/**
 * The hosts of VirtualServices by the Gateways that they are bound to, as far as those let them
 * through. A Gateway without any is in the list too; the namespace is that of the Gateways.
 */
export function gatewayHosts({ gateways, virtualServices }: Readonly<Record<keyof typeof gatewayHostKinds, Lister>>, namespace: string | undefined): readonly GatewayHosts[] {
  const selected = gateways.select(namespace === undefined ? everything : value(['metadata', 'namespace'], { test: 'in', values: [namespace] }))
  const hostsOf = new Map(selected.map((gateway) => [gateway, [] as ServiceHost[]]))
  for (const service of virtualServices.select(everything)) {
    const named = gatewaysOf(service).map((gateway) => gateways.get(gateway.namespace ?? service.metadata.namespace, gateway.name))
    for (const gateway of new Set(named)) {
      const hosts = gateway === undefined ? undefined : hostsOf.get(gateway)
      if (gateway === undefined || hosts === undefined) continue
      for (const host of hostsThrough(service, gateway)) hosts.push({ serviceName: service.metadata.name, host, serviceLabels: service.metadata.labels ?? {} })
    }
  }
  return [...hostsOf].map(([{ metadata }, serviceHosts]) => ({ namespace: metadata.namespace ?? '', gatewayName: metadata.name, serviceHosts }))
}
