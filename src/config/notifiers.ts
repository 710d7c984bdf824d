import { checkLabelValue, checkQualifiedName } from '../model/label-syntax.ts'
import type { Json } from '../model/json.ts'
import { normaliseGroup } from '../model/resource.ts'
import { checkFieldPath } from './field-path.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { Notifier, NotifierFilter } from './options.ts'
import { at } from './paths.ts'
import type { RawNotifier, RawResource } from './raw.ts'

const allEventTypes = ['ADDED', 'MODIFIED', 'DELETED'] as const

export function completeNotifier(raw: RawNotifier, resource: RawResource, path: string, mistakes: ConfigMistake[]): Notifier {
  mistakes.push(...checkWebhookUrls(raw.webhookUrls, at(path, 'webhookUrls')))
  const eventTypes = raw.eventTypes ?? []
  return {
    webhookUrls: raw.webhookUrls,
    eventTypes: eventTypes.length > 0 ? [...new Set(eventTypes)] : allEventTypes,
    filter: completeFilter(raw.filter ?? {}, resource, at(path, 'filter'), mistakes),
  }
}

export function checkWebhookUrls(urls: readonly string[], path: string): ConfigMistake[] {
  return urls.flatMap((url, index) => (isHttpUrl(url) ? [] : [{ path: at(path, index), message: `${JSON.stringify(url)} is no http or https URL` }]))
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

type RawFilter = NonNullable<RawNotifier['filter']>

function completeFilter(raw: RawFilter, resource: RawResource, path: string, mistakes: ConfigMistake[]): NotifierFilter {
  mistakes.push(...checkSameKind(raw, resource, path))
  const labels = pairs(raw.labelSelectors, at(path, 'labelSelectors'), (key, value) => checkQualifiedName(key) ?? checkLabelValue(value), mistakes)
  const annotations = pairs(raw.annotationSelectors, at(path, 'annotationSelectors'), checkQualifiedName, mistakes)
  const fields = pairs<Json>(raw.fieldMatches, at(path, 'fieldMatches'), checkFieldPath, mistakes)
  return {
    ...(raw.namespace ? { namespace: raw.namespace } : {}),
    ...(raw.name ? { name: raw.name } : {}),
    ...(raw.uid ? { uid: raw.uid } : {}),
    labels,
    annotations,
    fields,
  }
}

/** A filter may repeat the kind, as queries of k8s-generic-watcher name it; another kind would never match. */
function checkSameKind(filter: RawFilter, resource: RawResource, path: string): ConfigMistake[] {
  const differs = (key: 'version' | 'kind') => Boolean(filter[key]) && Boolean(resource[key]) && filter[key] !== resource[key]
  const wrong = (['version', 'kind'] as const).filter(differs) as ('group' | 'version' | 'kind')[]
  if (filter.group && normaliseGroup(filter.group) !== normaliseGroup(resource.group)) wrong.push('group')
  return wrong.map((key) => ({ path: at(path, key), message: `is not the ${key} of the watched kind, so nothing would ever match; leave it out` }))
}

/** `[key, value, key, value]` as pairs. */
function pairs<T extends Json = string>(
  flat: readonly Json[] | null | undefined,
  path: string,
  check: (key: string, value: T & string) => string | undefined,
  mistakes: ConfigMistake[],
): (readonly [string, T])[] {
  const given = flat ?? []
  if (given.length % 2 === 1) mistakes.push({ path, message: 'holds keys and values in turn, and the last key has no value' })
  const found: (readonly [string, T])[] = []
  for (let i = 0; i + 1 < given.length; i += 2) {
    const [key, value] = [given[i], given[i + 1] as T]
    const wrong = typeof key === 'string' ? check(key, value as T & string) : `must be a key in double quotes; it is ${JSON.stringify(key)}`
    if (wrong !== undefined) mistakes.push({ path: at(path, i), message: wrong })
    else found.push([key as string, value])
  }
  return found
}
