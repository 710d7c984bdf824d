import { WatchqlError } from '../../base/errors.ts'

/**
 * What one operation does without anybody else getting a turn. Relations through a hub (a Node,
 * a service account) multiply: how many objects they may lead to at a stretch is limited, so
 * that one query does not hold up all others. And what was looked up stays as it is meanwhile.
 */
export class Turn {
  readonly #max: number
  #number = 0
  #spent = 0
  #isRunning = false

  constructor(max: number) {
    this.#max = max
  }

  /** Tells this turn from others. */
  get number(): number {
    if (!this.#isRunning) {
      this.#isRunning = true
      this.#number += 1
      setImmediate(() => {
        this.#isRunning = false
        this.#spent = 0
      })
    }
    return this.#number
  }

  /** Throws QUERY_TOO_COMPLEX. */
  spend(objects: number): void {
    this.#spent += objects + 1
    if (this.#spent > this.#max) throw new WatchqlError('QUERY_TOO_COMPLEX', `Relations of this operation lead to more than ${this.#max} objects; filter more, ask for smaller pages, or raise limits.relatedObjects.`)
  }
}
