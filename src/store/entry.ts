import type { KubeObject } from '../model/object.ts'

/** One object's place in a store: the same for its whole life there, while the object in it is replaced. */
export interface Entry {
  readonly key: string
  readonly namespace: string
  readonly name: string
  object: KubeObject
  /** Length of the object's JSON text as it came, without its bookkeeping. */
  bytes: number
}

/** By namespace, then name, in code unit order: the order of every unordered answer. */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1
}
