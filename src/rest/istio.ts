import type { Scope } from '../access/scope.ts'
import { gatewayHostKinds, gatewayHosts } from '../relations/istio/gateway-hosts.ts'
import { openKind } from '../watch/open-kind.ts'
import type { RestOptions } from './context.ts'
import { ok, type Envelope } from './envelope.ts'
import { Parameters } from './parameters.ts'

/** `GET /analyze/istioGatewayHosts`: the hosts that are reached through each Gateway. */
export async function answerGatewayHosts(query: unknown, options: RestOptions, scope: Scope, signal: AbortSignal): Promise<Envelope> {
  const namespace = new Parameters(query, undefined).text('ns')
  const [gateways, virtualServices] = await Promise.all([gatewayHostKinds.gateways, gatewayHostKinds.virtualServices].map(async (kind) => (await openKind(options.cluster, kind, options, signal)).lister(scope)))
  return ok('Gateway hosts fetched', gateways === undefined || virtualServices === undefined ? [] : await gatewayHosts({ gateways, virtualServices }, namespace))
}
