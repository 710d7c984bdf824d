import type { Random } from '../cluster/workloads/random.ts'

export interface SoakedKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** What the oracle needs of an object. */
export interface SoakedObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string }
}

/** An API server that is changed and disturbed at random, with the gateway on the other side. */
export interface Target {
  /** How the gateway reaches it, in the words of its configuration. */
  readonly config: Readonly<Record<string, unknown>>
  readonly kinds: readonly SoakedKind[]
  /** Changes something: creates, modifies, deletes, deletes and creates again. Never rejects for what the server does. */
  change(random: Random): Promise<void>
  /** Something goes wrong, at least until this resolves. Says what it was. */
  disturb(random: Random): Promise<string>
  /** Nothing is wrong any more from here on, until the next `disturb`. */
  calm(): Promise<void>
  /** What the server has now, straight from it. */
  list(kind: SoakedKind): Promise<readonly SoakedObject[]>
  /** Connections that the gateway holds to it. */
  connections(): number
  stop(): Promise<void>
}
