import { WatchqlError } from '../base/errors.ts'
import { memberOf } from '../base/member-of.ts'
import type { Json } from '../model/json.ts'

type Given = Readonly<Record<string, unknown>>

/** The parameters of one request: of its query string and of its body, which wins. What is empty or null is not given. */
export class Parameters {
  readonly #query: Given
  readonly #body: Given

  /** Throws BAD_REQUEST for a body that is no JSON object. */
  constructor(query: unknown, body: unknown) {
    this.#query = query as Given
    if (typeof (body ?? {}) !== 'object' || Array.isArray(body)) throw new WatchqlError('BAD_REQUEST', `The body must be a JSON object; it is ${briefly(body)}.`)
    this.#body = (body ?? {}) as Given
  }

  /** Throws BAD_REQUEST for what is no text. */
  text(name: string): string | undefined {
    const given = memberOf(this.#body, name) || memberOf(this.#query, name)
    if (!given) return undefined
    if (typeof given === 'string') return given
    throw new WatchqlError('BAD_REQUEST', `\`${name}\` must be one text; it is ${briefly(given)}.`)
  }

  flag(name: string): boolean {
    const given = memberOf(this.#body, name) ?? memberOf(this.#query, name) ?? false
    if (given === true || given === 'true') return true
    if (given === false || given === 'false' || given === '') return false
    throw new WatchqlError('BAD_REQUEST', `\`${name}\` must be true or false; it is ${briefly(given)}.`)
  }

  /** Keys and texts in turn, as pairs. Throws BAD_REQUEST. */
  texts(name: string): readonly (readonly [key: string, value: string])[] {
    return this.pairs(name).map(([key, value], i) => {
      if (typeof value !== 'string') throw new WatchqlError('BAD_REQUEST', `\`${name}[${2 * i + 1}]\` must be a text; it is ${briefly(value)}.`)
      return [key, value]
    })
  }

  /** Keys and values in turn, of the body only, as pairs. Throws BAD_REQUEST. */
  pairs(name: string): readonly (readonly [key: string, value: Json])[] {
    const given = memberOf(this.#body, name) ?? []
    if (!Array.isArray(given)) throw new WatchqlError('BAD_REQUEST', `\`${name}\` must be a list of keys and values in turn; it is ${briefly(given)}.`)
    if (given.length % 2 === 1) throw new WatchqlError('BAD_REQUEST', `\`${name}\` must hold keys and values in turn; its last key has no value.`)
    return Array.from({ length: given.length / 2 }, (_, i) => {
      const [key, value] = [given[2 * i] as unknown, given[2 * i + 1] as Json]
      if (typeof key !== 'string' || key === '') throw new WatchqlError('BAD_REQUEST', `\`${name}[${2 * i}]\` must be a key; it is ${briefly(key)}.`)
      return [key, value]
    })
  }
}

function briefly(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
