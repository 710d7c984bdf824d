import { createHash } from 'node:crypto'
import { WatchqlError } from '../base/errors.ts'
import { parseLabelSelector } from '../model/label-selector.ts'
import { compilePathFilter, type FilterLimits, type PathFilterInput } from '../model/path-filter.ts'
import { normaliseGroup } from '../model/resource.ts'
import type { SinkFilter } from '../model/sink.ts'
import { expandHome } from './connection.ts'
import type { CompletionContext } from './context.ts'
import { checkFieldPath } from './field-path.ts'
import type { ConfigMistake } from './mistakes.ts'
import { isHttpUrl } from './notifiers.ts'
import type { DeliveryConfig, Limits, Notifier, WatchDeclaration, WebhookDeclaration } from './options.ts'
import { at } from './paths.ts'
import type { RawWebhook } from './raw.ts'

interface Surroundings {
  readonly declarations: readonly WatchDeclaration[]
  readonly globalWebhookUrls: readonly string[]
  readonly standard: Pick<DeliveryConfig, 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>
  readonly limits: Pick<Limits, 'filterTerms' | 'filterDepth'>
  readonly context: CompletionContext
  readonly mistakes: ConfigMistake[]
}

const list = 'delivery.webhooks'

/** All webhooks of a configuration: those of k8s-generic-watcher's keys, and those of `delivery`. */
export function completeDelivery(raw: readonly RawWebhook[], surroundings: Surroundings): readonly WebhookDeclaration[] {
  const { declarations, globalWebhookUrls, mistakes } = surroundings
  const kinds = declarations.map(({ kind }) => kind)
  const compatible = [
    ...globalWebhookUrls.map((url) => ({ url, filter: { kinds } })),
    ...declarations.flatMap(({ kind, notifiers }) => notifiers.flatMap((notifier) => notifier.webhookUrls.map((url) => ({ url, filter: { kinds: [kind], types: notifier.eventTypes, ...filterOf(notifier) } })))),
  ].map(({ url, filter }) => notifierWebhook(url, filter, surroundings))
  raw.forEach(({ name }, index) => {
    if (raw.findIndex((other) => other.name === name) !== index) mistakes.push({ path: at(at(list, index), 'name'), message: `${JSON.stringify(name)} names two webhooks` })
  })
  // The same notifier said twice is one.
  const unique = compatible.filter(({ id }, index) => compatible.findIndex((other) => other.id === id) === index)
  return [...unique, ...raw.map((webhook, index) => declaredWebhook(webhook, at(list, index), surroundings))]
}

/** Known again after a restart by what it is. It is told what there is, as k8s-generic-watcher does when it starts. */
function notifierWebhook(url: string, filter: SinkFilter, { standard: { concurrency, ratePerSecond, timeoutMs, maxBacklog } }: Surroundings): WebhookDeclaration {
  const id = `grw-${createHash('sha256').update(JSON.stringify([url, filter])).digest('hex').slice(0, 16)}`
  return { id, url, format: 'grw', payload: 'oldAndNew', filter, initial: 'snapshot', secrets: [], headers: {}, concurrency, ratePerSecond, timeoutMs, maxBacklog }
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

function declaredWebhook(raw: RawWebhook, path: string, { standard, limits, context, mistakes }: Surroundings): WebhookDeclaration {
  const wrong = (member: string, message: string) => void mistakes.push({ path: at(path, member), message })
  if (!isHttpUrl(raw.url)) wrong('url', `${JSON.stringify(raw.url)} is no http or https URL`)
  check(() => parseLabelSelector(raw.labelSelector ?? ''), (message) => wrong('labelSelector', message))
  const filterLimits: FilterLimits = { maxTerms: limits.filterTerms, maxDepth: limits.filterDepth }
  check(() => compilePathFilter(raw.where ?? {}, filterLimits), (message) => wrong('where', message))
  for (const [index, changed] of (raw.changedPaths ?? []).entries()) {
    const reason = checkFieldPath(changed)
    if (reason !== undefined) wrong(at('changedPaths', index), reason)
  }
  const file = (name: string) => ({ file: expandHome(name, context.home) })
  return {
    id: raw.name,
    url: raw.url,
    format: raw.format ?? 'cloudevents',
    payload: raw.payload ?? 'full',
    filter: {
      ...(raw.kinds ? { kinds: raw.kinds.map(({ group, version, kind }) => ({ group: normaliseGroup(group), kind, ...(version ? { version } : {}) })) } : {}),
      ...(raw.eventTypes?.length ? { types: raw.eventTypes } : {}),
      ...(raw.namespaces?.length ? { namespaces: raw.namespaces } : {}),
      ...(raw.labelSelector ? { labelSelector: raw.labelSelector } : {}),
      ...(raw.where ? { where: raw.where } : {}),
      ...(raw.changedPaths?.length ? { changedPaths: raw.changedPaths } : {}),
    },
    initial: raw.initial ?? 'none',
    secrets: [...(raw.secretFiles ?? []).map(file), ...(raw.secretEnvs ?? []).map((env) => ({ env }))],
    headers: raw.headers ?? {},
    concurrency: raw.concurrency ?? standard.concurrency,
    ratePerSecond: raw.ratePerSecond ?? standard.ratePerSecond,
    timeoutMs: raw.timeoutMs ?? standard.timeoutMs,
    maxBacklog: raw.maxBacklog ?? standard.maxBacklog,
  }
}

function check(attempt: () => unknown, wrong: (message: string) => void): void {
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof WatchqlError)) throw error
    wrong(error.message)
  }
}
