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

/** What subscribers are told of an event; null where that is nothing. */
export type Told = Payload | null

/** Where one subscriber can be told results without asking for them. */
export interface Outlet {
  /** Takes a result at once, or answers false where it would have to wait. Asked only when all before were taken. */
  take(payload: Payload): boolean
}
