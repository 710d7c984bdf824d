import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'
import type { Json } from '../../model/json.ts'
import { DateTimeScalar, JsonScalar } from './scalars.ts'
import { Sink, SinkInitial, SinkSettings } from './sinks.ts'

export const WebhookFormat = { CLOUDEVENTS: 'cloudevents', GRW: 'grw' } as const
registerEnumType(WebhookFormat, { name: 'WebhookFormat', valuesConfig: { CLOUDEVENTS: { description: 'CloudEvents 1.0, structured.' }, GRW: { description: 'The payload of k8s-generic-watcher.' } } })

@ObjectType({ simpleResolvers: true, implements: Sink })
export class Webhook extends Sink {
  @Field(() => String) url!: string
  @Field(() => WebhookFormat) format!: string
  @Field(() => [String], { description: 'The names of the headers that are added; their values are not shown.' }) headerNames!: readonly string[]
  @Field(() => Boolean, { description: 'Whether requests are signed.' }) signed!: boolean
  @Field(() => String, { nullable: true, description: 'Only in the answer of createWebhook: what its requests are signed with.' }) secret!: string | null
}

@ObjectType({ simpleResolvers: true })
export class RotatedSecret {
  @Field(() => String, { description: 'The new one; shown here only.' }) secret!: string
  @Field(() => DateTimeScalar, { description: 'Until then the old ones sign along.' }) oldValidUntil!: number
}

@InputType()
export class WebhookSettings extends SinkSettings {
  @Field(() => WebhookFormat, { nullable: true, description: 'Default: CLOUDEVENTS.' }) format?: 'cloudevents' | 'grw' | null
  @Field(() => JsonScalar, { nullable: true, description: 'A map of header names to values, added to each request. Never shown again.' }) headers?: Json
}

@InputType({ description: 'What is absent stays as it is; null takes a condition away.' })
export class WebhookUpdate extends WebhookSettings {
  @Field(() => String, { nullable: true }) url?: string | null
}

@InputType({ description: 'What a webhook is told, and how.' })
export class WebhookInput extends WebhookSettings {
  @Field(() => String) url!: string
  @Field(() => SinkInitial, { nullable: true, description: 'Default: NONE.' }) initial?: 'none' | 'snapshot' | null
  @Field(() => String, { nullable: true, description: '`whsec_` and base64, or `whsk_` for ed25519. Absent: one is made, and shown in the answer.' }) secret?: string | null
}
