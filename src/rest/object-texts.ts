import type { KubeObject } from '../model/object.ts'

/**
 * The JSON texts of objects that were listed lately, since most are listed again before they
 * change. Bounded by bytes: when half of the room is taken up, what was not asked for since the
 * last time that was so is let go of. An object that left its cache takes its text along.
 */
export class ObjectTexts {
  readonly #halfBytes: number
  #recent = new WeakMap<KubeObject, Buffer>()
  #before = new WeakMap<KubeObject, Buffer>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#halfBytes = maxBytes / 2
  }

  /** UTF-8. Not to be changed. */
  of(object: KubeObject): Buffer {
    const known = this.#recent.get(object)
    if (known !== undefined) return known
    const text = this.#before.get(object) ?? encode(object)
    if (text.length > this.#halfBytes) return text
    this.#bytes += text.length
    if (this.#bytes > this.#halfBytes) {
      this.#before = this.#recent
      this.#recent = new WeakMap()
      this.#bytes = text.length
    }
    this.#recent.set(object, text)
    return text
  }
}

/** In memory of its own: a piece of a shared one would keep all of that. */
function encode(object: KubeObject): Buffer {
  const text = JSON.stringify(object)
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  buffer.write(text)
  return buffer
}
