import type { Bookkeeping } from './bookkeeping.ts'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

/** What a byte outside a string does to the depth; a table is three times as fast as comparing. */
const plain = 0
const opens = 1
const closes = 2
const quotes = 3
const effects = new Uint8Array(256)
effects[quote] = quotes
effects[0x7b] = effects[0x5b] = opens
effects[0x7d] = effects[0x5d] = closes

/**
 * Finds where one JSON value ends in bytes that arrive in pieces, without decoding it.
 * Multi-byte characters need no care: none of their bytes is a quote, bracket or backslash.
 */
export class Scan {
  readonly #bookkeeping: Bookkeeping | undefined
  #depth = 0
  #inString = false
  /** Bytes already looked at since the value's first one. */
  #done = 0
  /** Where the latest string began, from the value's first byte. */
  #stringAt = 0

  /** With `bookkeeping`, what the value holds of it is found on the way. */
  constructor(bookkeeping?: Bookkeeping) {
    this.#bookkeeping = bookkeeping
  }

  get started(): boolean {
    return this.#done > 0
  }

  /**
   * Goes on scanning the value that begins at `start`. Returns the index just past its end, or
   * -1 when it goes on in the next piece; that piece must be appended to these same bytes.
   */
  run(data: Uint8Array, start: number): number {
    const first = effects[data[start] as number]
    if (first === plain || first === closes) return this.#runScalar(data, start)
    const bookkeeping = this.#bookkeeping
    const { shallow, deep } = bookkeeping ?? nowhere
    let depth = this.#depth
    let inString = this.#inString
    let stringAt = start + this.#stringAt
    let at = start + this.#done
    const length = data.length
    while (at < length) {
      if (inString) {
        // An escape's second byte is skipped with it, also when it has not arrived yet.
        for (; at < length; at += 1) {
          const byte = data[at]
          if (byte === quote) break
          if (byte === backslash) at += 1
        }
        if (at >= length) break
        inString = false
        if (depth === 0) return at + 1
        if (depth <= deep && depth >= shallow) bookkeeping?.string(data, start, stringAt, at, depth)
      } else {
        const effect = effects[data[at] as number]
        if (effect === quotes) {
          inString = true
          stringAt = at
        } else if (effect === opens) {
          depth += 1
          if (depth === deep) bookkeeping?.opened(data, start, at)
        } else if (effect === closes) {
          if (depth === deep) bookkeeping?.closed(start, at)
          depth -= 1
          if (depth === 0 || (depth === shallow && bookkeeping?.complete === true)) return at + 1
        }
      }
      at += 1
    }
    this.#depth = depth
    this.#inString = inString
    this.#stringAt = stringAt - start
    this.#done = at - start
    return -1
  }

  /** A number, `true`, `false` or `null`: it ends before what cannot belong to it. */
  #runScalar(data: Uint8Array, start: number): number {
    for (let at = start + this.#done; at < data.length; at += 1) {
      const byte = data[at] as number
      if (byte <= 0x20 || byte === comma || effects[byte] !== plain) return at
    }
    this.#done = data.length - start
    return -1
  }

  reset(): void {
    this.#depth = 0
    this.#inString = false
    this.#done = 0
    this.#stringAt = 0
    this.#bookkeeping?.reset()
  }
}

/** No depth is between these. */
const nowhere = { shallow: 0, deep: -1 }
