import { TimeSlice } from '../../base/time-slice.ts'
import { keyOf, objectKey } from '../../model/object.ts'
import { everything, value } from '../../model/predicate.ts'
import type { GroupKind } from '../../model/resource.ts'
import type { Lister } from '../../store/lister.ts'
import { gatewaysOf, hostRulesOf, hostsThrough, type HostRule } from './bindings.ts'
import { group } from './declarations.ts'

const sliceMs = 5

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
 * Gives way to others now and then.
 */
export async function gatewayHosts({ gateways, virtualServices }: Readonly<Record<keyof typeof gatewayHostKinds, Lister>>, namespace: string | undefined): Promise<readonly GatewayHosts[]> {
  const slice = new TimeSlice(sliceMs)
  const found = new Map<string, { readonly rules: readonly HostRule[]; readonly answer: GatewayHosts & { readonly serviceHosts: ServiceHost[] } }>()
  for (const gateway of gateways.select(namespace === undefined ? everything : value(['metadata', 'namespace'], { test: 'in', values: [namespace] })))
    found.set(keyOf(gateway), { rules: hostRulesOf(gateway), answer: { namespace: gateway.metadata.namespace ?? '', gatewayName: gateway.metadata.name, serviceHosts: [] } })
  for (const service of virtualServices.select(everything)) {
    const named = new Set(gatewaysOf(service).map((gateway) => objectKey(gateway.namespace ?? service.metadata.namespace, gateway.name)))
    for (const key of named) {
      const { rules, answer } = found.get(key) ?? {}
      if (rules === undefined) continue
      for (const host of hostsThrough(service, rules)) answer?.serviceHosts.push({ serviceName: service.metadata.name, host, serviceLabels: service.metadata.labels ?? {} })
    }
    await slice.giveWay()
  }
  return [...found.values()].map(({ answer }) => answer)
}
