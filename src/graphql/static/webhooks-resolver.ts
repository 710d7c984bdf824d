import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import { normaliseGroup } from '../../model/resource.ts'
import type { SinkFilter, SinkStatus } from '../../model/sink.ts'
import type { GraphqlContext } from '../context.ts'
import { findKind } from '../find-kind.ts'
import type { NewWebhook } from '../delivery-admin.ts'
import { DateTimeScalar } from './scalars.ts'
import { DeliveryConnection, DeliveryState, RotatedSecret, Webhook, WebhookInput, WebhookTest, WebhookUpdate } from './webhooks.ts'

const maxPage = 1000
const maxRedelivered = 10_000
const maxListed = 100

@Resolver()
export class WebhooksResolver {
  @Query(() => [Webhook], { description: 'Where change events are sent.' })
  async webhooks(@Ctx() { settings }: GraphqlContext): Promise<Webhook[]> {
    return (await settings.delivery.admin.list()).map((status) => describe(status))
  }

  @Query(() => Webhook, { nullable: true })
  async webhook(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<Webhook | null> {
    const found = (await settings.delivery.admin.list()).find(({ definition }) => definition.id === id)
    return found === undefined ? null : describe(found)
  }

  @Query(() => DeliveryConnection, { description: 'What became of the events for one webhook, as far as that is remembered: kind by kind, in the order of the events.' })
  async deliveries(
    @Arg('webhook', () => ID) webhook: string,
    @Arg('state', () => DeliveryState, { nullable: true }) state: keyof typeof DeliveryState | null | undefined,
    @Arg('uid', () => ID, { nullable: true, description: 'Of one object.' }) uid: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, description: `Default 100, at most ${maxPage}.` }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { settings }: GraphqlContext,
  ): Promise<DeliveryConnection> {
    const { admin, history } = settings.delivery
    await admin.find(webhook)
    const limit = within('first', first ?? 100, 1, maxPage)
    const found = await history.page({ webhook, limit: limit + 1, ...(state ? { state } : {}), ...(uid ? { uid } : {}), ...(after ? { after } : {}) })
    const nodes = found.slice(0, limit)
    return { nodes: [...nodes], pageInfo: { hasNextPage: found.length > limit, hasPreviousPage: Boolean(after), startCursor: nodes[0]?.event, endCursor: nodes.at(-1)?.event } }
  }

  @Mutation(() => Webhook, { description: 'Kept for the next start where there is a database. The kinds that it names are watched from then on.' })
  async createWebhook(@Arg('input', () => WebhookInput) input: WebhookInput, @Ctx() context: GraphqlContext): Promise<Webhook> {
    const { admin, standard } = context.settings.delivery
    const { initial, secret } = input
    const created = await admin.create({
      format: 'cloudevents',
      payload: 'full',
      headers: {},
      ...standard,
      ...(await readUpdate(input, undefined, context)),
      url: readUrl(input.url),
      initial: initial ?? 'none',
      filter: await readFilter(input, {}, context),
      ...(secret ? { keys: [{ secret }] } : {}),
    })
    return describe(created, created.definition.keys[0]?.secret)
  }

  @Mutation(() => Webhook, { description: 'What waits is sent as the webhook is by then.' })
  async updateWebhook(@Arg('id', () => ID) id: string, @Arg('input', () => WebhookUpdate) input: WebhookUpdate, @Ctx() context: GraphqlContext): Promise<Webhook> {
    const { admin } = context.settings.delivery
    const { definition } = await admin.find(id)
    return describe(await admin.update(id, { ...(await readUpdate(input, definition.filter, context)) }))
  }

  @Mutation(() => Boolean, { description: 'Also forgets what is due to it. False when there was none.' })
  deleteWebhook(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<boolean> {
    return settings.delivery.admin.remove(id)
  }

  @Mutation(() => Webhook, { description: 'What happens while it is paused waits. `paused: false` also enables one that was disabled.' })
  async pauseWebhook(@Arg('id', () => ID) id: string, @Arg('paused', () => Boolean, { defaultValue: true }) paused: boolean, @Ctx() { settings }: GraphqlContext): Promise<Webhook> {
    return describe(await settings.delivery.admin.pause(id, paused))
  }

  @Mutation(() => WebhookTest, { description: 'Sends a made-up event (reason TEST), once.' })
  testWebhook(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<WebhookTest> {
    return settings.delivery.admin.test(id)
  }

  @Mutation(() => RotatedSecret)
  rotateWebhookSecret(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<RotatedSecret> {
    return settings.delivery.admin.rotateSecret(id)
  }

  @Mutation(() => Int, { description: `Sends again, under their old ids, what was delivered or given up and is still remembered: some events, those that ended in a time, or all in a state. Answers how many, at most ${maxRedelivered}.` })
  redeliver(
    @Arg('webhook', () => ID) webhook: string,
    @Arg('events', () => [ID], { nullable: true }) events: string[] | null | undefined,
    @Arg('state', () => DeliveryState, { nullable: true }) state: keyof typeof DeliveryState | null | undefined,
    @Arg('since', () => DateTimeScalar, { nullable: true }) since: string | null | undefined,
    @Arg('until', () => DateTimeScalar, { nullable: true }) until: string | null | undefined,
    @Ctx() { settings }: GraphqlContext,
  ): Promise<number> {
    if (!events && !state && !since && !until) throw new WatchqlError('INVALID_ARGUMENT', 'Say what to send again: `events`, `state: DEAD`, or `since` and `until`.')
    if (state === 'PENDING') throw new WatchqlError('INVALID_ARGUMENT', 'What is pending is sent anyway; `state` is DELIVERED or DEAD.')
    const choice = { ...(events ? { events: listed('events', events, maxPage) } : {}), ...(state ? { state } : {}), ...(since ? { since: moment('since', since) } : {}), ...(until ? { until: moment('until', until) } : {}) }
    return settings.delivery.admin.redeliver(webhook, choice, maxRedelivered)
  }
}

/** What of an input says something. */
async function readUpdate(input: WebhookUpdate, filter: SinkFilter | undefined, context: GraphqlContext): Promise<Partial<NewWebhook>> {
  const { url, format, payload, headers, concurrency, ratePerSecond, timeoutMs, maxBacklog } = input
  const numbers = {
    ...(given(concurrency) ? { concurrency: within('concurrency', concurrency, 1, 1000) } : {}),
    ...(given(ratePerSecond) ? { ratePerSecond: within('ratePerSecond', ratePerSecond, 0, 1_000_000) } : {}),
    ...(given(timeoutMs) ? { timeoutMs: within('timeoutMs', timeoutMs, 100, 600_000) } : {}),
    ...(given(maxBacklog) ? { maxBacklog: within('maxBacklog', maxBacklog, 1, 100_000_000) } : {}),
  }
  return {
    ...(given(url) ? { url: readUrl(url) } : {}),
    ...(given(format) ? { format } : {}),
    ...(given(payload) ? { payload } : {}),
    ...(given(headers) ? { headers: readHeaders(headers) } : {}),
    ...numbers,
    ...(filter === undefined ? {} : { filter: await readFilter(input, filter, context) }),
  }
}

/** Null takes a condition away. */
async function readFilter({ kinds, eventTypes, namespaces, labelSelector, where, changedPaths }: WebhookUpdate, before: SinkFilter, { settings, signal }: GraphqlContext): Promise<SinkFilter> {
  const [cluster] = settings.clusters
  const named = await Promise.all(
    listed('kinds', kinds ?? [], maxListed).map(async (kind) => {
      if (cluster === undefined) throw new WatchqlError('NOT_FOUND', 'No cluster is configured.')
      const resource = await findKind(cluster, kind, signal)
      const origin = cluster.informers.get(resource)?.origin
      if (origin === undefined || origin === 'DEMAND') await cluster.watches.start(resource, {}, Boolean(kind.version))
      return { group: normaliseGroup(kind.group), kind: kind.kind, ...(kind.version ? { version: kind.version } : {}) }
    }),
  )
  const changes: Record<string, unknown> = {
    ...(kinds === undefined ? {} : { kinds: named.length > 0 ? named : undefined }),
    ...(eventTypes === undefined ? {} : { types: eventTypes ?? undefined }),
    ...(namespaces === undefined ? {} : { namespaces: namespaces ?? undefined }),
    ...(labelSelector === undefined ? {} : { labelSelector: labelSelector ?? undefined }),
    ...(where === undefined ? {} : { where: where ?? undefined }),
    ...(changedPaths === undefined ? {} : { changedPaths: changedPaths === null ? undefined : listed('changedPaths', changedPaths, maxListed) }),
  }
  // As it is saved: without what is undefined, and without classes.
  return JSON.parse(JSON.stringify({ ...before, ...changes })) as SinkFilter
}

function describe({ definition, origin, state, createdAt, pending, dead, ...rest }: SinkStatus, secret: string | null = null): Webhook {
  const { filter, keys, headers, ...shown } = definition
  return {
    ...shown,
    origin,
    state,
    reason: rest.reason ?? null,
    kinds: filter.kinds?.map(({ group, kind, version }) => ({ group, kind, version: version ?? null })) ?? null,
    eventTypes: filter.types ?? null,
    namespaces: filter.namespaces ?? null,
    labelSelector: filter.labelSelector ?? null,
    where: JSON.parse(JSON.stringify(filter.where ?? null)) as Webhook['where'],
    changedPaths: filter.changedPaths ?? null,
    headerNames: Object.keys(headers),
    signed: keys.length > 0,
    secret,
    createdAt,
    pending,
    dead,
    oldestPendingAt: rest.oldestPendingAt ?? null,
    lastSuccessAt: rest.lastSuccessAt ?? null,
    lastFailureAt: rest.lastFailureAt ?? null,
    lastError: rest.lastError ?? null,
  }
}

function readUrl(text: string): string {
  if (URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol) && text.length <= 2048) return text
  throw new WatchqlError('INVALID_ARGUMENT', `\`url\` must be an http or https URL; it is ${JSON.stringify(text)}.`)
}

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = isMap ? Object.entries(value) : []
  // The value is not shown: it may be a secret.
  const wrong = entries.find(([name, text]) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || typeof text !== 'string' || !/^[\t\x20-\x7e]*$/.test(text))
  if (isMap && wrong === undefined && entries.length <= maxListed) return value as Record<string, string>
  throw new WatchqlError('INVALID_ARGUMENT', `\`headers\` must be a map of header names to texts${wrong === undefined ? '' : `; ${JSON.stringify(wrong[0])} or its value is none`}.`)
}

function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` must be from ${least} to ${most}; it is ${value}.`)
}

function listed<T>(name: string, list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` may list ${most}; it lists ${list.length}.`)
}

function moment(name: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isFinite(ms)) return ms
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` must be a time like 2030-01-31T12:00:00Z; it is ${JSON.stringify(text)}.`)
}

function given<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null
}

