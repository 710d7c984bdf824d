import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { NewWebhook, SinkStatus, WebhookDefinition } from '../../model/sink.ts'
import type { GraphqlContext } from '../context.ts'
import { given } from './argument-checks.ts'
import { describeWebhook } from './describe-sink.ts'
import { readSettings } from './read-sink-settings.ts'
import { SinkTest } from './sinks.ts'
import { RotatedSecret, Webhook, WebhookInput, WebhookUpdate } from './webhooks.ts'

const maxHeaders = 100

@Resolver()
export class WebhooksResolver {
  @Query(() => [Webhook], { description: 'Where change events are sent.' })
  async webhooks(@Ctx() { settings }: GraphqlContext): Promise<Webhook[]> {
    return (await settings.delivery.admin.list()).flatMap((status) => (isWebhook(status) ? [describeWebhook(status)] : []))
  }

  @Query(() => Webhook, { nullable: true })
  async webhook(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<Webhook | null> {
    const found = (await settings.delivery.admin.list()).find(({ definition }) => definition.id === id)
    return found !== undefined && isWebhook(found) ? describeWebhook(found) : null
  }

  @Mutation(() => Webhook, { description: 'Kept for the next start where there is a database. The kinds that it names are watched from then on.' })
  async createWebhook(@Arg('input', () => WebhookInput) input: WebhookInput, @Ctx() context: GraphqlContext): Promise<Webhook> {
    const { admin, standard } = context.settings.delivery
    const { initial, secret } = input
    const created = await admin.createWebhook({
      format: 'cloudevents',
      payload: 'full',
      headers: {},
      ...standard,
      ...readUpdate(input),
      url: readUrl(input.url),
      initial: initial ?? 'none',
      ...(await readSettings(input, {}, context)),
      ...(secret ? { keys: [{ secret }] } : {}),
    })
    return describeWebhook(created, created.definition.keys[0]?.secret)
  }

  @Mutation(() => Webhook, { description: 'What waits is sent as the webhook is by then.' })
  async updateWebhook(@Arg('id', () => ID) id: string, @Arg('input', () => WebhookUpdate) input: WebhookUpdate, @Ctx() context: GraphqlContext): Promise<Webhook> {
    const { admin } = context.settings.delivery
    const { definition } = await findWebhook(id, context)
    return describeWebhook(await admin.updateWebhook(id, { ...readUpdate(input), ...(await readSettings(input, definition.filter, context)) }))
  }

  @Mutation(() => Boolean, { description: 'Also forgets what is due to it. False when there was none.' })
  async deleteWebhook(@Arg('id', () => ID) id: string, @Ctx() context: GraphqlContext): Promise<boolean> {
    const { admin } = context.settings.delivery
    const found = (await admin.list()).find(({ definition }) => definition.id === id)
    return found !== undefined && isWebhook(found) && admin.remove(id)
  }

  @Mutation(() => Webhook, { description: 'What happens while it is paused waits. `paused: false` also enables one that was disabled.' })
  async pauseWebhook(@Arg('id', () => ID) id: string, @Arg('paused', () => Boolean, { defaultValue: true }) paused: boolean, @Ctx() context: GraphqlContext): Promise<Webhook> {
    await findWebhook(id, context)
    await context.settings.delivery.admin.pause(id, paused)
    return describeWebhook(await findWebhook(id, context))
  }

  @Mutation(() => SinkTest, { description: 'Sends a made-up event (reason TEST), once.' })
  async testWebhook(@Arg('id', () => ID) id: string, @Ctx() context: GraphqlContext): Promise<SinkTest> {
    await findWebhook(id, context)
    return context.settings.delivery.admin.test(id)
  }

  @Mutation(() => RotatedSecret)
  rotateWebhookSecret(@Arg('id', () => ID) id: string, @Ctx() { settings }: GraphqlContext): Promise<RotatedSecret> {
    return settings.delivery.admin.rotateSecret(id)
  }
}

function isWebhook(status: SinkStatus): status is SinkStatus<WebhookDefinition> {
  return status.definition.type === 'WEBHOOK'
}

/** Rejects with NOT_FOUND for what is no webhook. */
async function findWebhook(id: string, { settings }: GraphqlContext): Promise<SinkStatus<WebhookDefinition>> {
  const found = await settings.delivery.admin.find(id)
  if (isWebhook(found)) return found
  throw new WatchqlError('NOT_FOUND', `${JSON.stringify(id)} is no webhook; pauseSink and testSink take any sink.`)
}

/** What of an input says something. */
function readUpdate({ url, format, headers }: WebhookUpdate): Partial<NewWebhook> {
  return {
    ...(given(url) ? { url: readUrl(url) } : {}),
    ...(given(format) ? { format } : {}),
    ...(given(headers) ? { headers: readHeaders(headers) } : {}),
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
  if (isMap && wrong === undefined && entries.length <= maxHeaders) return value as Record<string, string>
  throw new WatchqlError('INVALID_ARGUMENT', `\`headers\` must be a map of header names to texts${wrong === undefined ? '' : `; ${JSON.stringify(wrong[0])} or its value is none`}.`)
}
