/** What was created and deleted on the server, by those who did it. */
export interface Life {
  readonly uid: string
  /** `apiVersion/kind namespace/name` */
  readonly object: string
  readonly kind: string
  readonly createdAt: number
  deletedAt?: number
}

export class Ledger {
  readonly #lives = new Map<string, Life>()

  created(kind: string, object: string, uid: string): void {
    if (!this.#lives.has(uid)) this.#lives.set(uid, { uid, object, kind, createdAt: Date.now() })
  }

  deleted(uid: string): void {
    const life = this.#lives.get(uid)
    if (life !== undefined) life.deletedAt ??= Date.now()
  }

  /** The kind went, and all of it with it. */
  kindDeleted(kind: string): void {
    for (const life of this.#lives.values()) if (life.kind === kind) life.deletedAt ??= Date.now()
  }

  lives(): Iterable<Life> {
    return this.#lives.values()
  }

  get size(): number {
    return this.#lives.size
  }
}
