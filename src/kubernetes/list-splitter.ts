import { WatchqlError } from '../base/errors.ts'
import { Bookkeeping } from './bookkeeping.ts'
import { Scan } from './json-scan.ts'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openList = 0x5b
const closeList = 0x5d
const closeObject = 0x7d
const openObject = 0x7b

/** Room for most objects together with the piece that completes them. */
const initialBytes = 64 * 1024

type Expecting = 'list' | 'key' | 'colon' | 'value' | 'items' | 'item' | 'separator' | 'nothing'

/** What surrounds the items of a list: `kind`, `apiVersion` and `metadata` as they were sent. */
export interface ListEnvelope {
  readonly kind?: string
  readonly apiVersion?: string
  readonly metadata?: {
    readonly resourceVersion?: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly [field: string]: unknown
}

/**
 * Cuts a Kubernetes list (`{"kind":…,"metadata":…,"items":[…]}`) into its items while its bytes
 * arrive, so that a list of any size is never held whole, neither as text nor as one value.
 * Members may come in any order. A body that is not a list (a Status, for one) ends up in the
 * envelope, whole.
 */
export class ListSplitter {
  readonly #maxValueBytes: number
  readonly #envelope: Record<string, unknown> = {}
  readonly #value = new Scan()
  readonly #bookkeeping = new Bookkeeping({ depth: 1 })
  readonly #item = new Scan(this.#bookkeeping)
  /** Bytes of the value or key under way: one buffer for all, so that gigabytes of lists make no garbage. */
  #buffer: Buffer = Buffer.allocUnsafe(initialBytes)
  #held = 0
  #expecting: Expecting = 'list'
  #key = ''

  constructor(maxValueBytes: number) {
    this.#maxValueBytes = maxValueBytes
  }

  /** The items that this chunk completes, each as its own JSON text, without field ownership and last-applied. The chunk's bytes are used up. */
  push(chunk: Uint8Array): string[] {
    const items: string[] = []
    const data = this.#held === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : this.#append(chunk)
    let at = 0
    while (at < data.length) {
      if (this.#expecting === 'key' || this.#expecting === 'value' || this.#expecting === 'item') {
        const first = data[at] as number
        const scan = this.#expecting === 'item' ? this.#item : this.#value
        if (!scan.started) {
          if (isBlank(first)) {
            at += 1
            continue
          }
          if (this.#punctuation(first)) {
            at += 1
            continue
          }
        }
        const end = scan.run(data, at)
        if (end === -1) break
        if (end === at) throw bad(`has ${JSON.stringify(String.fromCharCode(first))} where a value was expected`)
        if (this.#expecting === 'item') items.push(this.#bookkeeping.text(data, at, end))
        else this.#take(data.toString('utf8', at, end))
        scan.reset()
        at = end
      } else {
        this.#structure(data[at] as number)
        at += 1
      }
    }
    this.#held = 0
    if (at < data.length) this.#append(data.subarray(at))
    if (this.#held > this.#maxValueBytes) throw bad(`holds a value of over ${this.#maxValueBytes} bytes`)
    return items
  }

  /** Everything that is held, with these bytes behind it; they may be part of it. */
  #append(bytes: Uint8Array): Buffer {
    const length = this.#held + bytes.length
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(length)))
      this.#buffer.copy(larger, 0, 0, this.#held)
      this.#buffer = larger
    }
    this.#buffer.set(bytes, this.#held)
    this.#held = length
    return this.#buffer.subarray(0, length)
  }

  /** What came around the items. Throws BAD_SERVER_ANSWER when the body ended too early. */
  end(): ListEnvelope {
    if (this.#expecting !== 'nothing') throw bad('ended in the middle')
    return this.#envelope
  }

  /** The characters that may stand where a key or an item could begin. True when it was one. */
  #punctuation(byte: number): boolean {
    if (this.#expecting === 'key' && byte === closeObject) this.#expecting = 'nothing'
    else if (this.#expecting === 'item' && byte === closeList) this.#expecting = 'separator'
    else if (this.#expecting === 'item' && byte === comma) return true
    else return false
    return true
  }

  #structure(byte: number): void {
    if (isBlank(byte)) return
    if (this.#expecting === 'list' && byte === openObject) this.#expecting = 'key'
    else if (this.#expecting === 'colon' && byte === colon) this.#expecting = this.#key === 'items' ? 'items' : 'value'
    else if (this.#expecting === 'items' && byte === openList) this.#expecting = 'item'
    else if (this.#expecting === 'items' && byte === 0x6e) this.#expecting = 'value' // "items": null, its n taken
    else if (this.#expecting === 'separator' && byte === comma) this.#expecting = 'key'
    else if (this.#expecting === 'separator' && byte === closeObject) this.#expecting = 'nothing'
    else throw bad(`has ${JSON.stringify(String.fromCharCode(byte))} where a ${this.#expecting} was expected`)
  }

  #take(text: string): void {
    if (this.#expecting === 'key') {
      if (text.charCodeAt(0) !== quote) throw bad('has a member without a name')
      this.#key = JSON.parse(text) as string
      this.#expecting = 'colon'
      return
    }
    if (this.#key !== 'items') this.#envelope[this.#key] = parse(text)
    this.#expecting = 'separator'
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw bad('is not JSON', error)
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function bad(what: string, cause?: unknown): WatchqlError {
  return new WatchqlError('BAD_SERVER_ANSWER', `The API server's list ${what}.`, { cause })
}
