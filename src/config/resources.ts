import { isDeepStrictEqual } from 'node:util'
import { checkLabelValue, checkQualifiedName } from '../model/label-syntax.ts'
import { normaliseGroup } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import { checkFieldPath } from './field-path.ts'
import type { ConfigMistake } from './mistakes.ts'
import { completeNotifier } from './notifiers.ts'
import type { WatchDeclaration } from './options.ts'
import { at } from './paths.ts'
import type { RawConfig, RawResource } from './raw.ts'

const list = 'initialWatchingResources'
const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const dnsSubdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/** Parameters of list and watch requests that belong to the protocol itself and are set for each request. */
const protocolParameters = new Set(['watch', 'continue', 'limit', 'resourceVersion', 'resourceVersionMatch', 'allowWatchBookmarks', 'sendInitialEvents', 'timeoutSeconds'])

export interface CompletedResources {
  readonly declarations: readonly WatchDeclaration[]
  readonly mistakes: readonly ConfigMistake[]
  readonly warnings: readonly ConfigMistake[]
}

export function completeResources(raw: RawConfig[typeof list]): CompletedResources {
  const resources = raw ?? []
  const mistakes: ConfigMistake[] = []
  const declarations = resources.map((resource, index) => {
    const path = at(list, index)
    mistakes.push(...checkKind(resource, path), ...checkOptions(resource, at(path, 'watchOptions')))
    return {
      kind: { group: normaliseGroup(resource.group), kind: resource.kind, ...(resource.version ? { version: resource.version } : {}) },
      options: watchOptions(resource.watchOptions),
      notifiers: (resource.notifiers ?? []).map((notifier, i) => completeNotifier(notifier, resource, at(at(path, 'notifiers'), i), mistakes)),
    }
  })
  mistakes.push(...checkDuplicates(resources))
  return { declarations: joined(declarations), mistakes, warnings: resources.flatMap(protocolWarnings) }
}

function watchOptions(raw: RawResource['watchOptions']): WatchOptions {
  if (raw === undefined || raw === null) return {}
  const parameters = Object.entries(raw.additionalK8sApiQueryParams ?? {}).filter(([name]) => !protocolParameters.has(name))
  return {
    ...(raw.namespace ? { namespace: raw.namespace } : {}),
    ...(raw.name ? { name: raw.name } : {}),
    ...(raw.fieldSelector ? { fieldSelector: raw.fieldSelector } : {}),
    ...(raw.labelSelector ? { labelSelector: raw.labelSelector } : {}),
    ...(parameters.length > 0 ? { queryParameters: Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])) } : {}),
  }
}

function checkKind({ group, version, kind }: RawResource, path: string): ConfigMistake[] {
  const mistakes: ConfigMistake[] = []
  const wrong = (key: string, message: string) => void mistakes.push({ path: at(path, key), message })
  const together = /^([^/]+)\/([^/]+)$/
  const split = together.exec(group ?? '') ?? together.exec(version ?? '')
  if (split !== null) wrong(group?.includes('/') === true ? 'group' : 'version', `holds a group and a version; write group ${split[1]} and version ${split[2]}`)
  else {
    if (group && !dnsSubdomain.test(group)) wrong('group', `${JSON.stringify(group)} is no API group; groups read like apps or networking.istio.io, and core is the core group`)
    if (version && !dnsLabel.test(version)) wrong('version', `${JSON.stringify(version)} is no version; versions read like v1 or v1beta1`)
  }
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(kind)) wrong('kind', `${JSON.stringify(kind)} is no kind; write it as in manifests: Deployment`)
  return mistakes
}

function checkOptions({ watchOptions }: RawResource, path: string): ConfigMistake[] {
  const mistakes: ConfigMistake[] = []
  const { namespace, name, labelSelector, fieldSelector } = watchOptions ?? {}
  if (namespace && !dnsLabel.test(namespace)) mistakes.push({ path: at(path, 'namespace'), message: `${JSON.stringify(namespace)} is no namespace; one can be named, or none for all` })
  if (name && !/^[^\s/%]+$/.test(name)) mistakes.push({ path: at(path, 'name'), message: `${JSON.stringify(name)} is no name of an object` })
  for (const [key, value] of Object.entries(labelSelector ?? {})) {
    const wrong = checkQualifiedName(key) ?? checkLabelValue(value)
    if (wrong !== undefined) mistakes.push({ path: at(at(path, 'labelSelector'), key), message: `${JSON.stringify(`${key}=${value}`)} is no label: ${wrong}` })
  }
  for (const key of Object.keys(fieldSelector ?? {})) {
    const wrong = checkFieldPath(key)
    if (wrong !== undefined) mistakes.push({ path: at(at(path, 'fieldSelector'), key), message: wrong })
  }
  return mistakes
}

/** One kind has one watch: two declarations that limit it otherwise would fight for it. */
function checkDuplicates(resources: readonly RawResource[]): ConfigMistake[] {
  return resources.flatMap((resource, index) => {
    const first = resources.findIndex((other, i) => i < index && other !== undefined && sameKind(other, resource) && !sameWatch(other, resource))
    return first === -1 ? [] : [{ path: at(list, index), message: `declares the same kind as ${at(list, first)}, but another version or other watchOptions; make one of the two, without watchOptions if they differ` }]
  })
}

function sameKind(a: RawResource, b: RawResource): boolean {
  return a.kind === b.kind && normaliseGroup(a.group) === normaliseGroup(b.group) && (!a.version || !b.version || a.version === b.version)
}

function sameWatch(a: RawResource, b: RawResource): boolean {
  return (a.version || undefined) === (b.version || undefined) && isDeepStrictEqual(watchOptions(a.watchOptions), watchOptions(b.watchOptions))
}

/** What is said twice of one watch is one watch, with the notifiers of both. */
function joined(declarations: readonly WatchDeclaration[]): readonly WatchDeclaration[] {
  return declarations.reduce<readonly WatchDeclaration[]>((found, next) => {
    const same = found.findIndex(({ kind, options }) => isDeepStrictEqual(kind, next.kind) && isDeepStrictEqual(options, next.options))
    const before = found[same]
    return before === undefined ? [...found, next] : found.with(same, { ...before, notifiers: [...before.notifiers, ...next.notifiers] })
  }, [])
}

function protocolWarnings({ watchOptions }: RawResource, index: number): ConfigMistake[] {
  const path = at(at(at(list, index), 'watchOptions'), 'additionalK8sApiQueryParams')
  return Object.keys(watchOptions?.additionalK8sApiQueryParams ?? {})
    .filter((name) => protocolParameters.has(name))
    .map((name) => ({ path: at(path, name), message: 'has no effect: the watch protocol sets it for each request' }))
}
