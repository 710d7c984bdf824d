import type { Json } from './json.ts'

/** Deep equality as JSON means it: members in any order, whatever prototype an object was made with. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isList(a) || isList(b)) return isList(a) && isList(b) && a.length === b.length && a.every((element, i) => equalJson(element, b[i]))
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
