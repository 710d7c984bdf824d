import type { SinkStatus, WebhookDefinition } from '../../model/sink.ts'
import type { KafkaSink, NatsSink } from './message-sinks.ts'
import type { Sink } from './sinks.ts'
import type { Webhook } from './webhooks.ts'

export function describeSink(status: SinkStatus): Webhook | KafkaSink | NatsSink {
  const { definition, addresses } = status
  const common = commonOf(status)
  switch (definition.type) {
    case 'WEBHOOK':
      return describeWebhook({ ...status, definition })
    case 'KAFKA':
      return { ...common, __typename: 'KafkaSink', connection: definition.connection ?? null, brokers: addresses, topic: definition.topic }
    case 'NATS':
      return { ...common, __typename: 'NatsSink', connection: definition.connection ?? null, servers: addresses, subject: definition.subject }
  }
}

/** The secret is shown where it is given. */
export function describeWebhook(status: SinkStatus<WebhookDefinition>, secret?: string): Webhook {
  const { url, format, headers, keys } = status.definition
  return { ...commonOf(status), __typename: 'Webhook', url, format, headerNames: Object.keys(headers), signed: keys.length > 0, secret: secret ?? null }
}

function commonOf({ definition, origin, state, createdAt, pending, dead, ...rest }: SinkStatus): Omit<Sink, '__typename'> {
  const { id, payload, filter, initial, concurrency, ratePerSecond, timeoutMs, maxBacklog } = definition
  return {
    id,
    payload,
    initial,
    concurrency,
    ratePerSecond,
    timeoutMs,
    maxBacklog,
    origin,
    state,
    reason: rest.reason ?? null,
    kinds: filter.kinds?.map(({ group, kind, version }) => ({ group, kind, version: version ?? null })) ?? null,
    eventTypes: filter.types ?? null,
    namespaces: filter.namespaces ?? null,
    labelSelector: filter.labelSelector ?? null,
    where: JSON.parse(JSON.stringify(filter.where ?? null)) as Sink['where'],
    cel: filter.cel ?? null,
    changedPaths: filter.changedPaths ?? null,
    createdAt,
    pending,
    dead,
    oldestPendingAt: rest.oldestPendingAt ?? null,
    lastSuccessAt: rest.lastSuccessAt ?? null,
    lastFailureAt: rest.lastFailureAt ?? null,
    lastError: rest.lastError ?? null,
  }
}
