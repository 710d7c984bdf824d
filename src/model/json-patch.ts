import { memberOf } from '../base/member-of.ts'
import { equalJson } from './equal-json.ts'
import type { Json } from './json.ts'

/** One step of RFC 6902. */
export type PatchOperation = { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json } | { readonly op: 'remove'; readonly path: string }

/**
 * What leads from one JSON value to another (RFC 6902), applied in order; empty where they are
 * equal. Elements that a list has in common at its beginning and end are left alone, so that a
 * list that grew or shrank in one place costs one step for each element.
 */
export function diffJson(before: Json | undefined, after: Json | undefined): readonly PatchOperation[] {
  const operations: PatchOperation[] = []
  compare(before ?? null, after ?? null, '', operations)
  return operations
}

function compare(before: Json, after: Json, path: string, operations: PatchOperation[]): void {
  if (before === after) return
  if (isList(before) && isList(after)) compareLists(before, after, path, operations)
  else if (isRecord(before) && isRecord(after)) compareRecords(before, after, path, operations)
  else operations.push({ op: 'replace', path, value: after })
}

function compareRecords(before: JsonRecord, after: JsonRecord, path: string, operations: PatchOperation[]): void {
  for (const key of Object.keys(before)) if (memberOf(after, key) === undefined) operations.push({ op: 'remove', path: `${path}/${escaped(key)}` })
  for (const key of Object.keys(after)) {
    const [old, value] = [memberOf(before, key), memberOf(after, key)]
    if (value === undefined) continue
    if (old === undefined) operations.push({ op: 'add', path: `${path}/${escaped(key)}`, value })
    else compare(old, value, `${path}/${escaped(key)}`, operations)
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], path: string, operations: PatchOperation[]): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && equalJson(before[start], after[start])) start += 1
  let end = 0
  while (end < shorter - start && equalJson(before[before.length - 1 - end], after[after.length - 1 - end])) end += 1
  const [oldEnd, newEnd] = [before.length - end, after.length - end]
  const both = Math.min(oldEnd, newEnd)
  for (let i = start; i < both; i += 1) compare(before[i] as Json, after[i] as Json, `${path}/${i}`, operations)
  // From the end, so that those before keep their places.
  for (let i = oldEnd - 1; i >= both && i >= newEnd; i -= 1) operations.push({ op: 'remove', path: `${path}/${i}` })
  for (let i = both; i < newEnd; i += 1) operations.push({ op: 'add', path: `${path}/${i}`, value: after[i] as Json })
}

type JsonRecord = Readonly<Record<string, Json | undefined>>

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As a JSON pointer spells it (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
