import { randomBytes } from 'node:crypto'

/**
 * Tells each state of a store from every other one, that of other stores and of other runs of
 * the service included; and for one namespace, which most changes leave alone.
 */
export class Revisions {
  /** Of this store. */
  readonly #id = randomBytes(6).toString('base64url')
  #writes = 0
  /** The number of the last write in each. One without objects is not kept: it is in the same state whenever that is so. */
  readonly #byNamespace = new Map<string, number>()

  written(namespace: string, isEmpty: boolean): void {
    this.#writes += 1
    if (isEmpty) this.#byNamespace.delete(namespace)
    else this.#byNamespace.set(namespace, this.#writes)
  }

  /** Letters, digits, `-`, `_` and `.`. */
  get(namespace: string | undefined): string {
    return `${this.#id}.${(namespace === undefined ? this.#writes : (this.#byNamespace.get(namespace) ?? 0)).toString(36)}`
  }
}
