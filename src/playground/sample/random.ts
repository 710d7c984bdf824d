const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * A small seeded generator (sfc32): the same seed gives the same cluster and the same life.
 * Streams of one seed have nothing in common, so that no uid comes up twice.
 */
export class Random {
  #a = 0
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, stream = 0) {
    this.#b = seed | 0
    this.#c = stream | 0
    for (let i = 0; i < 15; i += 1) this.#bits()
  }

  /** In [0, 1). */
  next(): number {
    return this.#bits() / 0x1_0000_0000
  }

  #bits(): number {
    const bits = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + bits) | 0
    return bits >>> 0
  }

  /** A whole number from 0 up to, but not including, the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Undefined when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)]
  }

  /** Letters and digits as in generated names. */
  suffix(length: number): string {
    return Array.from({ length }, () => suffixAlphabet[this.below(suffixAlphabet.length)]).join('')
  }

  hex(length: number): string {
    let digits = ''
    while (digits.length < length) digits += Math.floor(this.next() * 0x1_0000_0000).toString(16).padStart(8, '0')
    return digits.slice(0, length)
  }

  uuid(): string {
    const digits = this.hex(32)
    const variant = '89ab'[this.below(4)]
    return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `${variant}${digits.slice(17, 20)}`, digits.slice(20)].join('-')
  }
}

/** Ten characters that stand for a text, as in the names of ReplicaSets. */
export function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let at = 0; at < text.length; at += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n)
  let name = ''
  for (let rest = hash; name.length < 10; rest /= 27n) name += suffixAlphabet[Number(rest % 27n)]
  return name
}
