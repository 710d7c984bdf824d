import { Arg, Ctx, Query, Resolver } from 'type-graphql'
import { gatewayHostKinds, gatewayHosts, type GatewayHosts } from '../../relations/istio/gateway-hosts.ts'
import type { Cluster } from '../../watch/cluster.ts'
import type { GraphqlContext } from '../context.ts'
import { openKind } from '../open-kinds.ts'
import { IstioGatewayHosts } from './istio.ts'

@Resolver()
export class IstioResolver {
  @Query(() => [IstioGatewayHosts], { description: "The hosts of VirtualServices by the Istio Gateways that they are bound to, as far as those let them through. Gateways without any are listed too." })
  async istioGatewayHosts(
    @Arg('namespace', () => String, { nullable: true, description: 'Only Gateways of this namespace; the VirtualServices may be in any.' }) namespace: string | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<readonly GatewayHosts[]> {
    const perCluster = await Promise.all(context.settings.clusters.map((cluster) => hostsIn(context, cluster, namespace ?? undefined)))
    return perCluster.flat()
  }
}

async function hostsIn(context: GraphqlContext, cluster: Cluster, namespace: string | undefined): Promise<readonly GatewayHosts[]> {
  const lister = async (kind: (typeof gatewayHostKinds)[keyof typeof gatewayHostKinds]) => (await openKind(context, cluster, kind)).lister(context.scope)
  const [gateways, virtualServices] = await Promise.all([lister(gatewayHostKinds.gateways), lister(gatewayHostKinds.virtualServices)])
  return gatewayHosts({ gateways, virtualServices }, namespace)
}
