import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { SinkFilter } from '../../model/sink.ts'
import type { GraphqlContext } from '../context.ts'
import { given } from './argument-checks.ts'
import { describeSink } from './describe-sink.ts'
import { KafkaConnection, KafkaSink, KafkaSinkInput, KafkaSinkUpdate, NatsConnection, NatsSink, NatsSinkInput, NatsSinkUpdate } from './message-sinks.ts'
import { readSettings } from './read-sink-settings.ts'

const created = 'Kept for the next start where there is a database. The kinds that it names are watched from then on.'
const updated = 'What waits is sent as the sink is by then.'

/** Sinks of messages choose a connection that the configuration declares: which brokers may be connected to is its to say. */
@Resolver()
export class MessageSinksResolver {
  @Query(() => [KafkaConnection], { description: 'What Kafka sinks can be made on.' })
  kafkaConnections(@Ctx() { settings }: GraphqlContext): KafkaConnection[] {
    return settings.delivery.connections.kafka.map(({ name, brokers, allowed }) => ({ name, brokers, topics: allowed ?? null }))
  }

  @Query(() => [NatsConnection], { description: 'What NATS sinks can be made on.' })
  natsConnections(@Ctx() { settings }: GraphqlContext): NatsConnection[] {
    return settings.delivery.connections.nats.map(({ name, servers, allowed }) => ({ name, servers, subjects: allowed ?? null }))
  }

  @Query(() => [KafkaSink])
  async kafkaSinks(@Ctx() context: GraphqlContext): Promise<KafkaSink[]> {
    return (await describeAll(context)).filter((sink) => sink.__typename === 'KafkaSink') as KafkaSink[]
  }

  @Query(() => [NatsSink])
  async natsSinks(@Ctx() context: GraphqlContext): Promise<NatsSink[]> {
    return (await describeAll(context)).filter((sink) => sink.__typename === 'NatsSink') as NatsSink[]
  }

  @Mutation(() => KafkaSink, { description: created })
  async createKafkaSink(@Arg('input', () => KafkaSinkInput) input: KafkaSinkInput, @Ctx() context: GraphqlContext): Promise<KafkaSink> {
    const { connection, topic } = input
    return describeSink(await context.settings.delivery.admin.createMessageSink({ type: 'KAFKA', connection, topic, ...(await readNew(input, context)) })) as KafkaSink
  }

  @Mutation(() => KafkaSink, { description: updated })
  async updateKafkaSink(@Arg('id', () => ID) id: string, @Arg('input', () => KafkaSinkUpdate) input: KafkaSinkUpdate, @Ctx() context: GraphqlContext): Promise<KafkaSink> {
    const { connection, topic } = input
    const settings = await readSettings(input, await filterOf(id, 'KAFKA', context), context)
    return describeSink(await context.settings.delivery.admin.updateMessageSink(id, { type: 'KAFKA', ...(given(connection) ? { connection } : {}), ...(given(topic) ? { topic } : {}), ...settings })) as KafkaSink
  }

  @Mutation(() => NatsSink, { description: created })
  async createNatsSink(@Arg('input', () => NatsSinkInput) input: NatsSinkInput, @Ctx() context: GraphqlContext): Promise<NatsSink> {
    const { connection, subject } = input
    return describeSink(await context.settings.delivery.admin.createMessageSink({ type: 'NATS', connection, subject, ...(await readNew(input, context)) })) as NatsSink
  }

  @Mutation(() => NatsSink, { description: updated })
  async updateNatsSink(@Arg('id', () => ID) id: string, @Arg('input', () => NatsSinkUpdate) input: NatsSinkUpdate, @Ctx() context: GraphqlContext): Promise<NatsSink> {
    const { connection, subject } = input
    const settings = await readSettings(input, await filterOf(id, 'NATS', context), context)
    return describeSink(await context.settings.delivery.admin.updateMessageSink(id, { type: 'NATS', ...(given(connection) ? { connection } : {}), ...(given(subject) ? { subject } : {}), ...settings })) as NatsSink
  }
}

async function describeAll({ settings }: GraphqlContext) {
  return (await settings.delivery.admin.list()).map(describeSink)
}

async function readNew(input: KafkaSinkInput | NatsSinkInput, context: GraphqlContext) {
  return { payload: 'full', ...context.settings.delivery.standard, ...(await readSettings(input, {}, context)), initial: input.initial ?? 'none' } as const
}

/** What a change is of. Rejects with NOT_FOUND for a sink of another type. */
async function filterOf(id: string, type: 'KAFKA' | 'NATS', { settings }: GraphqlContext): Promise<SinkFilter> {
  const { definition } = await settings.delivery.admin.find(id)
  if (definition.type === type) return definition.filter
  throw new WatchqlError('NOT_FOUND', `${JSON.stringify(id)} is no ${type === 'KAFKA' ? 'Kafka' : 'NATS'} sink.`)
}
