import { createHash } from 'node:crypto'
import type { PathFilterInput } from '../model/path-filter.ts'
import type { SinkFilter } from '../model/sink.ts'
import { completeConnections } from './message-connections.ts'
import type { DeliveryConfig, Notifier, WatchDeclaration, WebhookDeclaration } from './options.ts'
import { at } from './paths.ts'
import type { RawDelivery, RawSink } from './raw.ts'
import { declaredKafka, declaredNats, declaredWebhook, type KnownNames, type SinkSurroundings } from './sinks.ts'

interface Surroundings extends Omit<SinkSurroundings, 'connections'> {
  readonly declarations: readonly WatchDeclaration[]
  readonly globalWebhookUrls: readonly string[]
}

/** All sinks of a configuration: the webhooks of k8s-generic-watcher's keys, and those of `delivery`. */
export function completeDelivery(raw: RawDelivery, surroundings: Surroundings): Pick<DeliveryConfig, 'webhooks' | 'kafka' | 'nats' | 'kafkaConnections' | 'natsConnections'> {
  const { declarations, globalWebhookUrls, context, mistakes } = surroundings
  const connections = completeConnections(raw, context, mistakes)
  const sinkSurroundings: SinkSurroundings = { ...surroundings, connections: { kafka: namesOf(raw.kafkaConnections), nats: namesOf(raw.natsConnections) } }
  const kinds = declarations.map(({ kind }) => kind)
  const compatible = [
    ...globalWebhookUrls.map((url) => ({ url, filter: { kinds } })),
    ...declarations.flatMap(({ kind, notifiers }) => notifiers.flatMap((notifier) => notifier.webhookUrls.map((url) => ({ url, filter: { kinds: [kind], types: notifier.eventTypes, ...filterOf(notifier) } })))),
  ].map(({ url, filter }) => notifierWebhook(url, filter, surroundings))
  // The same notifier said twice is one.
  const unique = compatible.filter(({ id }, index) => compatible.findIndex((other) => other.id === id) === index)
  const names = new Set<string>()
  const each = <Raw extends RawSink, Declared>(list: string, sinks: readonly Raw[] | null | undefined, declare: (sink: Raw, path: string, surroundings: SinkSurroundings) => Declared) =>
    (sinks ?? []).map((sink, index) => {
      const path = at(`delivery.${list}`, index)
      if (names.has(sink.name)) mistakes.push({ path: at(path, 'name'), message: `${JSON.stringify(sink.name)} names two sinks` })
      names.add(sink.name)
      return declare(sink, path, sinkSurroundings)
    })
  return { webhooks: [...unique, ...each('webhooks', raw.webhooks, declaredWebhook)], kafka: each('kafka', raw.kafka, declaredKafka), nats: each('nats', raw.nats, declaredNats), ...connections }
}

/** What a schema refuses leaves a hole. */
function namesOf(connections: readonly ({ readonly name: string } | undefined)[] | null | undefined): KnownNames {
  const known = connections ?? []
  return { names: known.flatMap((connection) => connection?.name ?? []), all: !known.includes(undefined) }
}

/** Known again after a restart by what it is. It is told what there is, as k8s-generic-watcher does when it starts. */
function notifierWebhook(url: string, filter: SinkFilter, { standard: { concurrency, ratePerSecond, timeoutMs, maxBacklog } }: Surroundings): WebhookDeclaration {
  const id = `grw-${createHash('sha256').update(JSON.stringify([url, filter])).digest('hex').slice(0, 16)}`
  return { type: 'WEBHOOK', id, url, format: 'grw', payload: 'oldAndNew', filter, initial: 'snapshot', secrets: [], headers: {}, secretHeaders: {}, tlsFiles: {}, concurrency, ratePerSecond, timeoutMs, maxBacklog }
}

/** Equality of members, as paths. */
function filterOf({ filter: { namespace, name, uid, labels, annotations, fields } }: Notifier): SinkFilter {
  const terms: PathFilterInput[] = [
    ...(name === undefined ? [] : [{ path: 'metadata.name', eq: name }]),
    ...(uid === undefined ? [] : [{ path: 'metadata.uid', eq: uid }]),
    ...labels.map(([key, value]) => ({ path: `metadata.labels['${key}']`, eq: value })),
    ...annotations.map(([key, value]) => ({ path: `metadata.annotations['${key}']`, eq: value })),
    ...fields.map(([path, value]) => ({ path, eq: value })),
  ]
  return { ...(namespace === undefined ? {} : { namespaces: [namespace] }), ...(terms.length === 0 ? {} : { where: { and: terms } }) }
}
