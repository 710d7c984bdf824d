import { WatchqlError } from '../base/errors.ts'
import { compileCel } from '../model/cel.ts'
import { compileDestination } from '../model/destination.ts'
import { parseLabelSelector } from '../model/label-selector.ts'
import { compilePathFilter, type FilterLimits } from '../model/path-filter.ts'
import { normaliseGroup } from '../model/resource.ts'
import type { SinkFilter } from '../model/sink.ts'
import { expandHome } from './connection.ts'
import type { CompletionContext } from './context.ts'
import { checkFieldPath } from './field-path.ts'
import { kafkaConnection, natsConnection, tlsFilesOf, type Wrong } from './message-connections.ts'
import type { ConfigMistake } from './mistakes.ts'
import { isHttpUrl } from './notifiers.ts'
import type { DeliveryConfig, KafkaDeclaration, Limits, NatsDeclaration, WebhookDeclaration } from './options.ts'
import { at } from './paths.ts'
import type { RawKafka, RawNats, RawSink, RawWebhook } from './raw.ts'

export interface SinkSurroundings {
  readonly standard: Pick<DeliveryConfig, 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>
  readonly limits: Pick<Limits, 'filterTerms' | 'filterDepth'>
  readonly connections: { readonly kafka: KnownNames; readonly nats: KnownNames }
  readonly context: CompletionContext
  readonly mistakes: ConfigMistake[]
}

export interface KnownNames {
  readonly names: readonly string[]
  /** False where some could not be read. */
  readonly all: boolean
}

export function declaredWebhook(raw: RawWebhook, path: string, surroundings: SinkSurroundings): WebhookDeclaration {
  const wrong = wrongAt(path, surroundings)
  if (!isHttpUrl(raw.url)) wrong('url', `${JSON.stringify(raw.url)} is no http or https URL`)
  const file = fileOf(surroundings)
  const fromFiles = Object.entries(raw.headerFiles ?? {}).map(([name, place]) => [name, file(place)] as const)
  const fromEnvs = Object.entries(raw.headerEnvs ?? {}).map(([name, env]) => [name, { env }] as const)
  return {
    type: 'WEBHOOK',
    ...common(raw, wrong, surroundings),
    url: raw.url,
    format: raw.format ?? 'cloudevents',
    secrets: [...(raw.secretFiles ?? []).map(file), ...(raw.secretEnvs ?? []).map((env) => ({ env }))],
    headers: raw.headers ?? {},
    secretHeaders: Object.fromEntries([...fromFiles, ...fromEnvs]),
    tlsFiles: tlsFilesOf(raw.tls, surroundings.context),
  }
}

export function declaredKafka(raw: RawKafka, path: string, surroundings: SinkSurroundings): KafkaDeclaration {
  const wrong = wrongAt(path, surroundings)
  check(() => compileDestination(raw.topic, 'topic'), (message) => wrong('topic', message))
  const named = namedConnection(raw, 'brokers', ownOfKafka, surroundings.connections.kafka, wrong)
  return { type: 'KAFKA', ...common(raw, wrong, surroundings), topic: raw.topic, ...(named ?? { own: kafkaConnection(raw, wrong, surroundings.context) }) }
}

export function declaredNats(raw: RawNats, path: string, surroundings: SinkSurroundings): NatsDeclaration {
  const wrong = wrongAt(path, surroundings)
  check(() => compileDestination(raw.subject, 'subject'), (message) => wrong('subject', message))
  const named = namedConnection(raw, 'servers', ownOfNats, surroundings.connections.nats, wrong)
  return { type: 'NATS', ...common(raw, wrong, surroundings), subject: raw.subject, ...(named ?? { own: natsConnection(raw, wrong, surroundings.context) }) }
}

const ownOfKafka = ['brokers', 'createTopics', 'encrypted', 'tls', 'sasl'] as const
const ownOfNats = ['servers', 'username', 'passwordFile', 'passwordEnv', 'tokenFile', 'credentialsFile', 'tls'] as const

/** Undefined where a sink has a connection of its own. */
function namedConnection<Raw extends { readonly connection?: string | null | undefined }>(raw: Raw, addresses: keyof Raw & string, own: readonly (keyof Raw & string)[], known: KnownNames, wrong: Wrong): { readonly connection: string } | undefined {
  const { connection } = raw
  if (!connection) {
    if (!raw[addresses]) wrong(addresses, 'is missing, and connection too')
    return undefined
  }
  for (const key of own) if (raw[key] !== undefined && raw[key] !== null) wrong(key, 'is given beside connection, which says it already')
  if (known.all && !known.names.includes(connection)) wrong('connection', `${JSON.stringify(connection)} is no connection that is declared; ${known.names.length === 0 ? 'there are none' : `there are ${known.names.join(', ')}`}`)
  return { connection }
}

function common(raw: RawSink, wrong: Wrong, { standard, limits }: SinkSurroundings) {
  return {
    id: raw.name,
    payload: raw.payload ?? 'full',
    filter: filterOf(raw, wrong, limits),
    initial: raw.initial ?? 'none',
    concurrency: raw.concurrency ?? standard.concurrency,
    ratePerSecond: raw.ratePerSecond ?? standard.ratePerSecond,
    timeoutMs: raw.timeoutMs ?? standard.timeoutMs,
    maxBacklog: raw.maxBacklog ?? standard.maxBacklog,
  } as const
}

function filterOf(raw: RawSink, wrong: Wrong, limits: SinkSurroundings['limits']): SinkFilter {
  check(() => parseLabelSelector(raw.labelSelector ?? ''), (message) => wrong('labelSelector', message))
  const filterLimits: FilterLimits = { maxTerms: limits.filterTerms, maxDepth: limits.filterDepth }
  check(() => compilePathFilter(raw.where ?? {}, filterLimits), (message) => wrong('where', message))
  if (raw.cel) check(() => compileCel(raw.cel ?? '', 'cel'), (message) => wrong('cel', message))
  for (const [index, changed] of (raw.changedPaths ?? []).entries()) {
    const reason = checkFieldPath(changed)
    if (reason !== undefined) wrong(at('changedPaths', index), reason)
  }
  return {
    ...(raw.kinds ? { kinds: raw.kinds.map(({ group, version, kind }) => ({ group: normaliseGroup(group), kind, ...(version ? { version } : {}) })) } : {}),
    ...(raw.eventTypes?.length ? { types: raw.eventTypes } : {}),
    ...(raw.namespaces?.length ? { namespaces: raw.namespaces } : {}),
    ...(raw.labelSelector ? { labelSelector: raw.labelSelector } : {}),
    ...(raw.where ? { where: raw.where } : {}),
    ...(raw.cel ? { cel: raw.cel } : {}),
    ...(raw.changedPaths?.length ? { changedPaths: raw.changedPaths } : {}),
  }
}

function fileOf({ context }: SinkSurroundings): (name: string) => { readonly file: string } {
  return (name) => ({ file: expandHome(name, context.home) })
}

function wrongAt(path: string, { mistakes }: SinkSurroundings): Wrong {
  return (member, message) => void mistakes.push({ path: `${path}.${member}`, message })
}

function check(attempt: () => unknown, wrong: (message: string) => void): void {
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof WatchqlError)) throw error
    wrong(error.message)
  }
}
