import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { GraphqlContext } from '../context.ts'
import { listed, moment, within } from './argument-checks.ts'
import { describeSink } from './describe-sink.ts'
import { DateTimeScalar } from './scalars.ts'
import { DeliveryConnection, DeliveryState, Sink, SinkTest } from './sinks.ts'

const maxPage = 1000
const maxRedelivered = 10_000

/** What all sinks have in common; see `WebhooksResolver` and `MessageSinksResolver` for what only some have. */
@Resolver()
export class SinksResolver {
  @Query(() => [Sink], { description: 'Where change events are sent: webhooks, Kafka and NATS JetStream.' })
  async sinks(@Ctx() { settings }: GraphqlContext): Promise<Sink[]> {
    return (await settings.delivery.admin.list()).map(describeSink)
  }

  @Mutation(() => Sink, { description: 'What happens while it is paused waits. `paused: false` also enables one that was disabled.' })
  async pauseSink(@Arg('id', () => ID) id: string, @Arg('paused', () => Boolean, { defaultValue: true }) paused: boolean, @Ctx() { settings }: GraphqlContext): Promise<Sink> {
    return describeSink(await settings.delivery.admin.pause(id, paused))
  }

  @Mutation(() => SinkTest, { description: 'Sends a made-up event (reason TEST), once.' })
  testSink(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<SinkTest> {
    return settings.delivery.admin.test(id)
  }

  @Mutation(() => Boolean, { description: 'Also forgets what is due to it. False when there was none.' })
  deleteSink(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<boolean> {
    return settings.delivery.admin.remove(id)
  }

  @Query(() => DeliveryConnection, { description: 'What became of the events for one sink, as far as that is remembered: kind by kind, in the order of the events.' })
  async deliveries(
    @Arg('sink', () => ID) sink: string,
    @Arg('state', () => DeliveryState, { nullable: true }) state: keyof typeof DeliveryState | null | undefined,
    @Arg('uid', () => ID, { nullable: true, description: 'Of one object.' }) uid: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, description: `Default 100, at most ${maxPage}.` }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { settings }: GraphqlContext,
  ): Promise<DeliveryConnection> {
    const { admin, history } = settings.delivery
    await admin.find(sink)
    const limit = within('first', first ?? 100, 1, maxPage)
    const found = await history.page({ sink, limit: limit + 1, ...(state ? { state } : {}), ...(uid ? { uid } : {}), ...(after ? { after } : {}) })
    const nodes = found.slice(0, limit)
    return { nodes: [...nodes], pageInfo: { hasNextPage: found.length > limit, hasPreviousPage: Boolean(after), startCursor: nodes[0]?.event, endCursor: nodes.at(-1)?.event } }
  }

  @Mutation(() => Int, { description: `Sends again, under their old ids, what was delivered or given up and is still remembered: some events, those that ended in a time, or all in a state. Answers how many, at most ${maxRedelivered}.` })
  redeliver(
    @Arg('sink', () => ID) sink: string,
    @Arg('events', () => [ID], { nullable: true }) events: string[] | null | undefined,
    @Arg('state', () => DeliveryState, { nullable: true }) state: keyof typeof DeliveryState | null | undefined,
    @Arg('since', () => DateTimeScalar, { nullable: true }) since: string | null | undefined,
    @Arg('until', () => DateTimeScalar, { nullable: true }) until: string | null | undefined,
    @Ctx() { settings }: GraphqlContext,
  ): Promise<number> {
    if (!events && !state && !since && !until) throw new WatchqlError('INVALID_ARGUMENT', 'Say what to send again: `events`, `state: DEAD`, or `since` and `until`.')
    if (state === 'PENDING') throw new WatchqlError('INVALID_ARGUMENT', 'What is pending is sent anyway; `state` is DELIVERED or DEAD.')
    const choice = { ...(events ? { events: listed('events', events, maxPage) } : {}), ...(state ? { state } : {}), ...(since ? { since: moment('since', since) } : {}), ...(until ? { until: moment('until', until) } : {}) }
    return settings.delivery.admin.redeliver(sink, choice, maxRedelivered)
  }
}
