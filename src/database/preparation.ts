import { LRUCache } from 'lru-cache'

/** Each takes some memory of the server for each connection. */
const maxPrepared = 100
const maxLetters = 10_000
/** A text that came so often comes again. */
const often = 3

/**
 * Which statements a server compiles once for each connection, instead of each time: those that
 * come again and again. Those of which each has another number of values are not among them.
 * https://www.postgresql.org/docs/current/sql-prepare.html
 */
export class Preparation {
  readonly #names = new Map<string, string>()
  readonly #seen = new LRUCache<string, number>({ max: 500 })

  /** Undefined for one that is not worth it. */
  nameOf(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name !== undefined || this.#names.size >= maxPrepared || text.length > maxLetters) return name
    const seen = (this.#seen.get(text) ?? 0) + 1
    this.#seen.set(text, seen)
    if (seen < often) return undefined
    const given = `watchql_${this.#names.size}`
    this.#names.set(text, given)
    this.#seen.delete(text)
    return given
  }
}
