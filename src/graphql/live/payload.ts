/** A result as subscribers get it: JSON text, written out once for all of them. */
export class Payload {
  readonly text: string
  #bytes: Buffer | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The same in UTF-8. */
  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.text))
  }
}
