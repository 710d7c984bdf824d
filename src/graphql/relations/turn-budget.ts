import { WatchqlError } from '../../base/errors.ts'

/**
 * How many objects an operation may follow relations to without anybody else getting a turn.
 * Relations through a hub (a Node, a service account) multiply; this keeps one query from
 * holding up all others.
 */
export class TurnBudget {
  readonly #max: number
  #spent = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Throws QUERY_TOO_COMPLEX. */
  spend(objects: number): void {
    if (this.#spent === 0) setImmediate(() => (this.#spent = 0))
    this.#spent += objects + 1
    if (this.#spent > this.#max) throw new WatchqlError('QUERY_TOO_COMPLEX', `Relations of this operation lead to more than ${this.#max} objects; filter more, ask for smaller pages, or raise limits.relatedObjects.`)
  }
}
