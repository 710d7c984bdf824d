import { memberOf } from '../base/member-of.ts'
import type { Json, JsonObject } from '../model/json.ts'
import type { KubeObject, OwnerReference } from '../model/object.ts'
import { parsePath, readPath } from '../model/path.ts'
import type { Path } from '../model/predicate.ts'

/** What an object says of another one. What is absent is not said: the namespace is then its own, the kind what the relation is about. */
export interface Reference {
  readonly group?: string | undefined
  readonly kind?: string | undefined
  readonly namespace?: string | undefined
  readonly name: string
  readonly uid?: string | undefined
}

export type ReferencesOf = (object: KubeObject) => readonly Reference[]

/** Paths with `[*]` for all elements of a list, parsed: what stands between these. */
type ManyPath = readonly Path[]

/** `spec.volumes[*].configMap.name`: a path as `parsePath` reads it, in which `[*]` stands for each element of a list. Throws INVALID_PATH. */
export function parseManyPath(text: string): ManyPath {
  return text.split('[*]').map(parsePath)
}

export function readAll(value: Json | undefined, path: ManyPath): readonly Json[] {
  const [first = [], ...rest] = path
  const found = readPath(value, first)
  if (found === undefined || found === null) return []
  if (rest.length === 0) return [found]
  return Array.isArray(found) ? (found as readonly Json[]).flatMap((element) => readAll(element, rest)) : []
}

/** What stands at one path, as a function of the object. */
export function valueAt(path: string): (object: KubeObject) => Json | undefined {
  const parsed = parsePath(path)
  return (object) => readPath(object, parsed)
}

/** All texts at one or several paths. */
export function textsAt(...paths: readonly string[]): (object: KubeObject) => readonly string[] {
  const parsed = paths.map(parseManyPath)
  return (object) => parsed.flatMap((path) => readAll(object, path).filter(isText))
}

/** References that are no more than a name, at one or several paths. */
export function namesAt(...paths: readonly string[]): ReferencesOf {
  const [only] = paths
  if (only !== undefined && paths.length === 1 && !only.includes('[*]')) {
    const value = valueAt(only)
    return (object) => {
      const name = value(object)
      return isText(name) ? [{ name }] : none
    }
  }
  const names = textsAt(...paths)
  return (object) => names(object).map((name) => ({ name }))
}

/** References that are objects with members such as kind, namespace, name and uid, of which some may be left out or have other names. */
export function referencesAt(path: string, defaults: { readonly group?: string; readonly kind?: string } = {}, nameMember = 'name'): ReferencesOf {
  const parsed = parseManyPath(path)
  return (object) => readAll(object, parsed).flatMap((found) => referenceIn(found, defaults, nameMember))
}

function referenceIn(found: Json, defaults: { readonly group?: string; readonly kind?: string }, nameMember: string): readonly Reference[] {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return []
  const member = (name: string) => textIn(found as JsonObject, name)
  const name = member(nameMember)
  if (name === undefined) return []
  const apiVersion = (found as JsonObject)['apiVersion']
  const group = member('group') ?? member('apiGroup') ?? (typeof apiVersion === 'string' ? groupOf(apiVersion) : defaults.group)
  return [{ group, kind: member('kind') ?? defaults.kind, namespace: member('namespace'), name, uid: member('uid') }]
}

/** The owners that an object names; they are in its own namespace, or in none. */
export function ownersOf({ metadata }: KubeObject): readonly Reference[] {
  return metadata.ownerReferences?.map(ownerReference) ?? none
}

export function controllerOf({ metadata }: KubeObject): readonly Reference[] {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true)
  return controller === undefined ? none : [ownerReference(controller)]
}

const none: readonly Reference[] = []

function ownerReference({ apiVersion, kind, name, uid }: OwnerReference): Reference {
  return { group: groupOf(apiVersion), kind, name, uid }
}

/** `apps` of `apps/v1`; the core group's versions stand alone. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash === -1 ? '' : apiVersion.slice(0, slash)
}

function textIn(object: JsonObject, member: string): string | undefined {
  const value = memberOf(object, member)
  return isText(value) ? value : undefined
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== ''
}
