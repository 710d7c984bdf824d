import { Field, ID, InputType, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql'
import type { Json } from '../../model/json.ts'
import { PageInfo } from './connection.ts'
import { KindInput, PathFilter } from './inputs.ts'
import { KindName } from './kinds.ts'
import { DateTimeScalar, Int64Scalar, JsonScalar } from './scalars.ts'

export const SinkPayload = { FULL: 'full', THIN: 'thin', OLD_AND_NEW: 'oldAndNew', PATCH: 'patch' } as const
registerEnumType(SinkPayload, {
  name: 'SinkPayload',
  valuesConfig: {
    FULL: { description: 'The object.' },
    THIN: { description: 'Only which object it is.' },
    OLD_AND_NEW: { description: 'The object, and its state before.' },
    PATCH: { description: 'What changed (RFC 6902).' },
  },
})

export const SinkInitial = { NONE: 'none', SNAPSHOT: 'snapshot' } as const
registerEnumType(SinkInitial, { name: 'SinkInitial', valuesConfig: { NONE: { description: 'Told of changes alone.' }, SNAPSHOT: { description: 'Told first what there is already.' } } })

export const SinkState = { ACTIVE: 'ACTIVE', PAUSED: 'PAUSED', DISABLED: 'DISABLED' } as const
registerEnumType(SinkState, {
  name: 'SinkState',
  valuesConfig: { PAUSED: { description: 'By pauseSink or pauseWebhook; what happens waits.' }, DISABLED: { description: 'By how its receiver answered, or because its connection is not declared (any more); what happens waits.' } },
})

export const SinkOrigin = { CONFIG: 'CONFIG', API: 'API' } as const
registerEnumType(SinkOrigin, { name: 'SinkOrigin', valuesConfig: { CONFIG: { description: 'Declared in the configuration; cannot be changed here.' }, API: { description: 'Made by createWebhook, createKafkaSink or createNatsSink.' } } })

export const EventType = { ADDED: 'ADDED', MODIFIED: 'MODIFIED', DELETED: 'DELETED' } as const
registerEnumType(EventType, { name: 'EventType' })

export const DeliveryState = { PENDING: 'PENDING', DELIVERED: 'DELIVERED', DEAD: 'DEAD' } as const
registerEnumType(DeliveryState, {
  name: 'DeliveryState',
  valuesConfig: { PENDING: { description: 'Due, or waiting for another attempt.' }, DEAD: { description: 'Given up; redeliver sends it again.' } },
})

@InterfaceType({ description: 'Where change events are sent, and how that goes.', resolveType: ({ __typename }: Sink) => __typename })
export abstract class Sink {
  readonly __typename!: 'Webhook' | 'KafkaSink' | 'NatsSink'
  @Field(() => ID) id!: string
  @Field(() => SinkOrigin) origin!: string
  @Field(() => SinkState) state!: string
  @Field(() => String, { nullable: true, description: 'Why it is disabled, or why its receiver is left alone for now.' }) reason!: string | null
  @Field(() => SinkPayload) payload!: string
  @Field(() => [KindName], { nullable: true, description: 'Null: every kind that is watched.' }) kinds!: readonly KindName[] | null
  @Field(() => [EventType], { nullable: true, description: 'Null: all.' }) eventTypes!: readonly string[] | null
  @Field(() => [String], { nullable: true }) namespaces!: readonly string[] | null
  @Field(() => String, { nullable: true }) labelSelector!: string | null
  @Field(() => JsonScalar, { nullable: true, description: 'The path filter as it was given.' }) where!: Json
  @Field(() => String, { nullable: true, description: 'The expression as it was given.' }) cel!: string | null
  @Field(() => [String], { nullable: true }) changedPaths!: readonly string[] | null
  @Field(() => SinkInitial) initial!: string
  @Field(() => Int) concurrency!: number
  @Field(() => Int, { description: '0 is no limit.' }) ratePerSecond!: number
  @Field(() => Int) timeoutMs!: number
  @Field(() => Int) maxBacklog!: number
  @Field(() => DateTimeScalar) createdAt!: number
  @Field(() => Int64Scalar, { description: 'Deliveries that are due or wait for another attempt.' }) pending!: number
  @Field(() => Int64Scalar, { description: 'Deliveries that were given up.' }) dead!: number
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the oldest pending event was observed.' }) oldestPendingAt!: number | null
  @Field(() => DateTimeScalar, { nullable: true, description: 'Since the start of the service.' }) lastSuccessAt!: number | null
  @Field(() => DateTimeScalar, { nullable: true, description: 'Since the start of the service.' }) lastFailureAt!: number | null
  @Field(() => String, { nullable: true }) lastError!: string | null
}

@ObjectType({ simpleResolvers: true })
export class SinkTest {
  @Field(() => Boolean) accepted!: boolean
  @Field(() => Int, { nullable: true, description: "The answer's status; null where there was none." }) status!: number | null
  @Field(() => String, { nullable: true }) error!: string | null
  @Field(() => Int) durationMs!: number
}

@ObjectType({ simpleResolvers: true, description: 'What became of one event at one sink.' })
export class Delivery {
  @Field(() => ID, { description: "The event's id, which is in `webhook-id` and `ce_id`." }) event!: string
  @Field(() => EventType, { description: 'As the sink is told.' }) type!: string
  @Field(() => String, { nullable: true }) reason!: string | null
  @Field(() => DeliveryState) state!: string
  @Field(() => String) cluster!: string
  @Field(() => KindName) kind!: KindName
  @Field(() => String, { nullable: true }) namespace!: string | null
  @Field(() => String) name!: string
  @Field(() => ID) uid!: string
  @Field(() => String) resourceVersion!: string
  @Field(() => DateTimeScalar) observedAt!: number
  @Field(() => Int, { description: 'Those that count: while a receiver is down they do not.' }) attempts!: number
  @Field(() => DateTimeScalar, { nullable: true, description: 'The latest one.' }) attemptedAt!: number | null
  @Field(() => Int, { nullable: true, description: 'How long the receiver took.' }) durationMs!: number | null
  @Field(() => Int, { nullable: true, description: "The answer's status; null where there was none." }) status!: number | null
  @Field(() => String, { nullable: true }) error!: string | null
  @Field(() => Int, { description: 'States before this one that were left out.' }) coalesced!: number
}

@ObjectType({ simpleResolvers: true })
export class DeliveryConnection {
  @Field(() => [Delivery]) nodes!: readonly Delivery[]
  @Field(() => PageInfo) pageInfo!: PageInfo
}

@InputType()
export class SinkSettings {
  @Field(() => SinkPayload, { nullable: true, description: 'Default: FULL.' }) payload?: 'full' | 'thin' | 'oldAndNew' | 'patch' | null
  @Field(() => [KindInput], { nullable: true, description: 'They are watched for it. Absent: every kind that is watched.' }) kinds?: KindInput[] | null
  @Field(() => [EventType], { nullable: true, description: 'Absent: all.' }) eventTypes?: ('ADDED' | 'MODIFIED' | 'DELETED')[] | null
  @Field(() => [String], { nullable: true }) namespaces?: string[] | null
  @Field(() => String, { nullable: true }) labelSelector?: string | null
  @Field(() => PathFilter, { nullable: true, description: 'Without relations: a change is judged by the object alone.' }) where?: PathFilter | null
  @Field(() => String, { nullable: true, description: 'Only events that this expression of the Common Expression Language holds for; it reads `object`, `oldObject` and `type`.' }) cel?: string | null
  @Field(() => [String], { nullable: true, description: 'MODIFIED only where one of these paths changed.' }) changedPaths?: string[] | null
  @Field(() => Int, { nullable: true, description: 'Deliveries under way at once.' }) concurrency?: number | null
  @Field(() => Int, { nullable: true, description: '0 is no limit.' }) ratePerSecond?: number | null
  @Field(() => Int, { nullable: true, description: 'For one attempt.' }) timeoutMs?: number | null
  @Field(() => Int, { nullable: true, description: 'Pending deliveries above which states in between are left out.' }) maxBacklog?: number | null
}
