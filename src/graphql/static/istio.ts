import { Field, ObjectType } from 'type-graphql'
import type { GatewayHosts, ServiceHost } from '../../relations/istio/gateway-hosts.ts'
import { StringMapScalar } from './scalars.ts'

@ObjectType({ description: 'A host of a VirtualService that is bound to a Gateway, and that the Gateway lets through.' })
export class IstioServiceHost implements ServiceHost {
  @Field(() => String, { description: "The VirtualService's name." })
  readonly serviceName!: string

  @Field(() => String, { description: 'As the VirtualService has it, without a port.' })
  readonly host!: string

  @Field(() => StringMapScalar, { description: "The VirtualService's labels." })
  readonly serviceLabels!: Readonly<Record<string, string>>
}

@ObjectType({ description: "What is reached through one of Istio's Gateways." })
export class IstioGatewayHosts implements GatewayHosts {
  @Field(() => String)
  readonly namespace!: string

  @Field(() => String)
  readonly gatewayName!: string

  @Field(() => [IstioServiceHost])
  readonly serviceHosts!: readonly ServiceHost[]
}
