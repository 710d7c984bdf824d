import type { KubeObject } from '../../model/object.ts'

/** Objects by something that they say; undefined says nothing. */
export class ObjectIndex {
  readonly #keyOf: (plural: string, object: KubeObject) => string | undefined
  readonly #members = new Map<string, Map<string, KubeObject>>()

  constructor(keyOf: (plural: string, object: KubeObject) => string | undefined) {
    this.#keyOf = keyOf
  }

  replace(plural: string, previous: KubeObject | undefined, next: KubeObject | undefined): void {
    const before = previous && this.#keyOf(plural, previous)
    const after = next && this.#keyOf(plural, next)
    if (previous !== undefined && before !== undefined && before !== after) this.#drop(before, previous)
    if (next !== undefined && after !== undefined) this.#put(after, next)
  }

  /** In the order in which they came. */
  get(key: string): KubeObject[] {
    return [...(this.#members.get(key)?.values() ?? [])]
  }

  count(key: string): number {
    return this.#members.get(key)?.size ?? 0
  }

  #put(key: string, object: KubeObject): void {
    const members = this.#members.get(key)
    if (members === undefined) this.#members.set(key, new Map([[idOf(object), object]]))
    else members.set(idOf(object), object)
  }

  #drop(key: string, object: KubeObject): void {
    const members = this.#members.get(key)
    members?.delete(idOf(object))
    if (members?.size === 0) this.#members.delete(key)
  }
}

const idOf = ({ metadata }: KubeObject): string => metadata.uid ?? ''
