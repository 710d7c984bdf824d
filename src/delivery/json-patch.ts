import { equalJson } from '../model/equal-json.ts'
import type { Json, JsonObject } from '../model/json.ts'

export type PatchOperation = { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json } | { readonly op: 'remove'; readonly path: string }

/** What turns one value into another (RFC 6902), member by member; a list that differs is replaced as a whole. */
export function jsonPatch(before: Json | undefined, after: Json | undefined, path = ''): PatchOperation[] {
  if (before === undefined) return after === undefined ? [] : [{ op: 'add', path, value: after }]
  if (after === undefined) return [{ op: 'remove', path }]
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => jsonPatch(before[key], after[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  }
  return equalJson(before, after) ? [] : [{ op: 'replace', path, value: after }]
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
