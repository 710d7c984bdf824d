const colon = 0x3a
const comma = 0x2c
const openList = 0x5b

/** With their closing quotes: a longer name does not match. */
const metadata = Buffer.from('"metadata"')
const managedFields = Buffer.from('"managedFields"')
const annotations = Buffer.from('"annotations"')
const lastApplied = Buffer.from('"kubectl.kubernetes.io/last-applied-configuration"')

/**
 * Finds in the bytes of one object what no reader of the cache wants: `metadata.managedFields`
 * and the last-applied annotation, often half of an object. Cutting them out before parsing
 * saves the time and the garbage of parsing them. Only the compact form that API servers write
 * is found; what is written with spaces is left in, and trimmed after parsing.
 *
 * Told by a scan of the strings and brackets at the depths from `shallow` to `deep`.
 */
export class Bookkeeping {
  /** The depth of the object's own members: 1 when it is the scanned value itself. */
  readonly shallow: number
  readonly deep: number
  readonly #stopAfterMetadata: boolean
  #inMetadata = false
  #inAnnotations = false
  /** The latest string that may be the name of something to cut. */
  #nameFrom = -1
  #nameTo = -1
  #listFrom = -1
  #metadataSeen = false
  /** From and to by turns, counted from the scanned value's first byte. */
  readonly #cuts: number[] = []

  constructor(options: { readonly depth: number; readonly stopAfterMetadata?: boolean }) {
    this.shallow = options.depth
    this.deep = options.depth + 2
    this.#stopAfterMetadata = options.stopAfterMetadata ?? false
  }

  /** Whether nothing is left to find and the scan may stop. */
  get complete(): boolean {
    return this.#stopAfterMetadata && this.#metadataSeen
  }

  string(data: Uint8Array, start: number, from: number, to: number, depth: number): void {
    if (depth === this.shallow) {
      this.#inMetadata = is(metadata, data, from, to)
      if (this.#inMetadata) this.#metadataSeen = true
      return
    }
    if (!this.#inMetadata) return
    if (depth === this.shallow + 1) {
      this.#inAnnotations = is(annotations, data, from, to)
      this.#nameFrom = is(managedFields, data, from, to) ? from - start : -1
      this.#nameTo = to - start
    } else if (this.#inAnnotations) {
      if (this.#nameFrom !== -1 && this.#follows(data, start, from)) this.#cuts.push(this.#nameFrom, to + 1 - start)
      this.#nameFrom = is(lastApplied, data, from, to) ? from - start : -1
      this.#nameTo = to - start
    }
  }

  /** A list or object was opened at the depth `deep`. */
  opened(data: Uint8Array, start: number, at: number): void {
    if (this.#inMetadata && !this.#inAnnotations && this.#nameFrom !== -1 && data[at] === openList && this.#follows(data, start, at)) this.#listFrom = this.#nameFrom
    this.#nameFrom = -1
  }

  /** It is closed again. */
  closed(start: number, at: number): void {
    if (this.#listFrom !== -1) this.#cuts.push(this.#listFrom, at + 1 - start)
    this.#listFrom = -1
  }

  /** The text of the value from `start` to `end` without what was found. The bytes are moved together in place: nobody may need them afterwards. */
  text(data: Buffer, start: number, end: number): string {
    let to = end
    // The last one first, so that the places of the others still hold.
    for (let i = this.#cuts.length - 2; i >= 0; i -= 2) {
      let cutFrom = start + (this.#cuts[i] as number)
      let cutTo = start + (this.#cuts[i + 1] as number)
      if (data[cutTo] === comma) cutTo += 1
      else if (data[cutFrom - 1] === comma) cutFrom -= 1
      data.copyWithin(cutFrom, cutTo, to)
      to -= cutTo - cutFrom
    }
    return data.toString('utf8', start, to)
  }

  reset(): void {
    this.#inMetadata = false
    this.#inAnnotations = false
    this.#nameFrom = -1
    this.#listFrom = -1
    this.#metadataSeen = false
    this.#cuts.length = 0
  }

  /** Whether what begins at `from` is the value of the latest name: nothing but the colon is between them. */
  #follows(data: Uint8Array, start: number, from: number): boolean {
    return from - start === this.#nameTo + 2 && data[from - 1] === colon
  }
}

function is(name: Buffer, data: Uint8Array, from: number, to: number): boolean {
  if (to - from + 1 !== name.length) return false
  for (let i = 1; i < name.length - 1; i += 1) if (data[from + i] !== name[i]) return false
  return true
}
