import { WatchqlError } from '../base/errors.ts'

const newline = 0x0a

/**
 * Cuts a byte stream into lines, as the API server frames watch events. Works on bytes, so a
 * chunk may end anywhere, even inside a character, and only `\n` ends a line: other line
 * separators of Unicode are legal inside JSON strings. Empty lines are skipped. A last line
 * that the stream cuts off is dropped: an event counts only when it arrived whole.
 */
export class LineSplitter {
  readonly #maxLineBytes: number
  #carry: Uint8Array[] = []
  #carryBytes = 0

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** The lines that this chunk completes. Throws BAD_SERVER_ANSWER for a line over the limit. */
  push(chunk: Uint8Array): Buffer[] {
    const lines: Buffer[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const tail = chunk.subarray(start, end)
      this.#checkLength(tail.length)
      const line = this.#carryBytes === 0 ? Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength) : Buffer.concat([...this.#carry, tail])
      this.#carry = []
      this.#carryBytes = 0
      if (line.length > 0) lines.push(line)
      start = end + 1
    }
    if (start < chunk.length) {
      const rest = chunk.subarray(start)
      this.#checkLength(rest.length)
      this.#carry.push(rest)
      this.#carryBytes += rest.length
    }
    return lines
  }

  #checkLength(added: number): void {
    if (this.#carryBytes + added > this.#maxLineBytes)
      throw new WatchqlError('BAD_SERVER_ANSWER', `The API server sent a watch event of over ${this.#maxLineBytes} bytes; the watch is begun again.`)
  }
}
