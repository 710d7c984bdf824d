const quote = 0x22
const backslash = 0x5c

/**
 * Finds where one JSON value ends in bytes that arrive in pieces, without decoding it.
 * Multi-byte characters need no care: none of their bytes is a quote, bracket or backslash.
 */
export class Scan {
  #depth = 0
  #inString = false
  #scalar = false
  /** Bytes already looked at since the value's first one. */
  #done = 0

  get started(): boolean {
    return this.#done > 0
  }

  /**
   * Goes on scanning the value that begins at `start`. Returns the index just past its end, or
   * -1 when it goes on in the next piece; that piece must be appended to these same bytes.
   */
  run(data: Uint8Array, start: number): number {
    let depth = this.#depth
    let inString = this.#inString
    let scalar = this.#scalar
    let at = start + this.#done
    const length = data.length
    while (at < length) {
      const byte = data[at] as number
      if (inString) {
        if (byte === quote) {
          inString = false
          if (depth === 0) return at + 1
        } else if (byte === backslash) {
          // An escape's second byte is skipped with it; one that has not arrived yet is waited for.
          if (at + 1 >= length) break
          at += 1
        }
      } else if (byte === quote) {
        if (scalar) return at
        inString = true
      } else if (byte === 0x7b || byte === 0x5b) {
        if (scalar) return at
        depth += 1
      } else if (byte === 0x7d || byte === 0x5d) {
        if (depth === 0) return at
        depth -= 1
        if (depth === 0) return at + 1
      } else if (depth === 0) {
        if (byte === 0x2c || byte <= 0x20) {
          if (scalar) return at
        } else scalar = true
      }
      at += 1
    }
    this.#depth = depth
    this.#inString = inString
    this.#scalar = scalar
    this.#done = at - start
    return -1
  }

  reset(): void {
    this.#depth = 0
    this.#inString = false
    this.#scalar = false
    this.#done = 0
  }
}
