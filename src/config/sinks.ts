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
import type { ConfigMistake } from './mistakes.ts'
import { isHttpUrl } from './notifiers.ts'
import type { DeliveryConfig, KafkaDeclaration, Limits, NatsDeclaration, SecretSource, TlsFiles, WebhookDeclaration } from './options.ts'
import { at } from './paths.ts'
import type { RawKafka, RawNats, RawPassword, RawSink, RawWebhook } from './raw.ts'

export interface SinkSurroundings {
  readonly standard: Pick<DeliveryConfig, 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>
  readonly limits: Pick<Limits, 'filterTerms' | 'filterDepth'>
  readonly context: CompletionContext
  readonly mistakes: ConfigMistake[]
}

type Wrong = (member: string, message: string) => void

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
  }
}

export function declaredKafka(raw: RawKafka, path: string, surroundings: SinkSurroundings): KafkaDeclaration {
  const wrong = wrongAt(path, surroundings)
  const { sasl } = raw
  const password = sasl ? passwordOf(sasl, (member, message) => wrong(`sasl.${member}`, message), surroundings) : undefined
  if (sasl && !sasl.username) wrong('sasl.username', 'is missing')
  check(() => compileDestination(raw.topic, 'topic'), (message) => wrong('topic', message))
  return {
    type: 'KAFKA',
    ...common(raw, wrong, surroundings),
    brokers: raw.brokers,
    topic: raw.topic,
    createTopics: raw.createTopics ?? false,
    encrypted: raw.encrypted ?? Boolean(raw.tls),
    ...(sasl && password ? { sasl: { mechanism: sasl.mechanism ?? 'SCRAM-SHA-512', username: sasl.username ?? '', password } } : {}),
  }
}

export function declaredNats(raw: RawNats, path: string, surroundings: SinkSurroundings): NatsDeclaration {
  const wrong = wrongAt(path, surroundings)
  const file = fileOf(surroundings)
  const ways = [raw.username ? 'username' : '', raw.tokenFile ? 'tokenFile' : '', raw.credentialsFile ? 'credentialsFile' : ''].filter((way) => way !== '')
  check(() => compileDestination(raw.subject, 'subject'), (message) => wrong('subject', message))
  if (ways.length > 1) wrong(ways[1] ?? '', `is given beside ${ways[0]}; one way to log in is enough`)
  const password = raw.username ? passwordOf(raw, wrong, surroundings) : undefined
  const login = raw.tokenFile ? { token: file(raw.tokenFile) } : raw.credentialsFile ? { credentials: file(raw.credentialsFile) } : raw.username && password ? { username: raw.username, password } : undefined
  return { type: 'NATS', ...common(raw, wrong, surroundings), servers: raw.servers, subject: raw.subject, ...(login === undefined ? {} : { login }) }
}

function common(raw: RawSink, wrong: Wrong, { standard, limits, context }: SinkSurroundings) {
  return {
    id: raw.name,
    payload: raw.payload ?? 'full',
    filter: filterOf(raw, wrong, limits),
    initial: raw.initial ?? 'none',
    concurrency: raw.concurrency ?? standard.concurrency,
    ratePerSecond: raw.ratePerSecond ?? standard.ratePerSecond,
    timeoutMs: raw.timeoutMs ?? standard.timeoutMs,
    maxBacklog: raw.maxBacklog ?? standard.maxBacklog,
    tlsFiles: tlsFilesOf(raw, context),
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

function tlsFilesOf({ tls }: RawSink, { home }: CompletionContext): TlsFiles {
  const part = (name: keyof TlsFiles, file: string | null | undefined) => (file ? { [name]: expandHome(file, home) } : {})
  return { ...part('ca', tls?.caFile), ...part('cert', tls?.certFile), ...part('key', tls?.keyFile) }
}

function passwordOf({ passwordFile, passwordEnv }: RawPassword, wrong: Wrong, surroundings: SinkSurroundings): SecretSource | undefined {
  if (passwordFile) return fileOf(surroundings)(passwordFile)
  if (passwordEnv) return { env: passwordEnv }
  wrong('passwordFile', 'is missing, and passwordEnv too')
  return undefined
}

function fileOf({ context }: SinkSurroundings): (name: string) => { readonly file: string } {
  return (name) => ({ file: expandHome(name, context.home) })
}

function wrongAt(path: string, { mistakes }: SinkSurroundings): Wrong {
  return (member, message) => void mistakes.push({ path: at(path, member), message })
}

function check(attempt: () => unknown, wrong: (message: string) => void): void {
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof WatchqlError)) throw error
    wrong(error.message)
  }
}
