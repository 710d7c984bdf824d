import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../../../model/json.ts'
import type { KubeObject } from '../../../model/object.ts'

/**
 * Who owns which fields, as `metadata.managedFields` tells it
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
 * Simpler than the server in one point: a list is one field here, whoever wrote its elements.
 */
export interface ManagedFieldsEntry extends JsonObject {
  readonly manager: string
  readonly operation: 'Update'
  readonly apiVersion: string
  readonly time: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: Fields
  readonly subresource?: string
}

interface Fields extends JsonObject {
  readonly [field: string]: Fields
}

export interface Writer {
  readonly manager: string
  /** When what was written is another part of the object than its main one. */
  readonly subresource?: string
  readonly apiVersion: string
  readonly time: string
}

type ObjectParts = Pick<KubeObject, 'apiVersion' | 'kind'> & { readonly metadata: JsonObject; readonly [field: string]: Json | undefined }

/** The entries after a write. What the writer changed is the writer's from now on; what is gone is nobody's. */
export function manage(before: ObjectParts | undefined, after: ObjectParts, writer: Writer): readonly ManagedFieldsEntry[] {
  const entries = (before?.metadata['managedFields'] ?? []) as unknown as readonly ManagedFieldsEntry[]
  const was = before === undefined ? undefined : tracked(before)
  const is = tracked(after)
  const changed = changes(was, is)
  const gone = was === undefined ? {} : changes(is, was)
  const isWriters = (entry: ManagedFieldsEntry) => entry.manager === writer.manager && entry.subresource === writer.subresource
  if (isEmpty(changed) && isEmpty(gone)) return entries

  const others = entries.flatMap((entry) => (isWriters(entry) ? [] : withFields(entry, without(entry.fieldsV1, join(changed, gone)))))
  const own = entries.find(isWriters)
  const fieldsV1 = join(own === undefined ? {} : without(own.fieldsV1, gone), changed)
  return isEmpty(fieldsV1) ? others : [...others, { ...writer, operation: 'Update', fieldsType: 'FieldsV1', fieldsV1 }]
}

const trackedMetadata = ['annotations', 'finalizers', 'generateName', 'labels', 'ownerReferences']

/** The part of an object that has owners: not what the server itself sets. */
function tracked({ apiVersion: _apiVersion, kind: _kind, metadata, ...rest }: ObjectParts): JsonObject {
  const owned: Record<string, Json> = {}
  for (const name of trackedMetadata) if (metadata[name] !== undefined) owned[name] = metadata[name]
  return Object.keys(owned).length === 0 ? rest : { ...rest, metadata: owned }
}

/** The fields of `is` that `was` lacks or has with another value. */
function changes(was: Json | undefined, is: JsonObject): Fields {
  const old = isObject(was) ? was : {}
  const fields: Record<string, Fields> = {}
  for (const [name, value] of Object.entries(is)) {
    if (value === undefined || value === old[name]) continue
    if (isObject(value)) {
      const inner = changes(old[name], value)
      if (old[name] === undefined || !isEmpty(inner)) fields[`f:${name}`] = inner
    } else if (!isDeepStrictEqual(value, old[name])) fields[`f:${name}`] = {}
  }
  return fields
}

function without(fields: Fields, taken: Fields): Fields {
  const left: Record<string, Fields> = {}
  for (const [name, inner] of Object.entries(fields)) {
    const gone = taken[name]
    if (gone === undefined) left[name] = inner
    else if (!isEmpty(inner) && !isEmpty(gone)) {
      const rest = without(inner, gone)
      if (!isEmpty(rest)) left[name] = rest
    }
  }
  return left
}

function join(a: Fields, b: Fields): Fields {
  const joined: Record<string, Fields> = { ...a }
  for (const [name, inner] of Object.entries(b)) joined[name] = joined[name] === undefined ? inner : join(joined[name], inner)
  return joined
}

function withFields(entry: ManagedFieldsEntry, fieldsV1: Fields): ManagedFieldsEntry[] {
  return isEmpty(fieldsV1) ? [] : [{ ...entry, fieldsV1 }]
}

function isEmpty(fields: Fields): boolean {
  for (const _name in fields) return false
  return true
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
