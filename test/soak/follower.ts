import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { History } from './history.ts'
import type { SoakedKind } from './target.ts'

interface Event {
  readonly type: string
  readonly reason: string | null
  readonly cursor: string | null
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string } } | null
}

const subscription = `subscription ($kinds: [KindInput!]!, $initial: Boolean!, $after: String) {
  objects(kinds: $kinds, initial: $initial, after: $after) { type reason cursor object { kind metadata { name uid resourceVersion } } }
}`

/** A subscriber over a WebSocket that loses its connection now and then, and goes on after its last cursor. */
export class Follower {
  readonly history = new History('the subscriber')
  readonly #url: string
  readonly #kinds: readonly SoakedKind[]
  #client: Client | undefined
  #cursor: string | null = null
  #stopped = false
  resumed = 0
  resets = 0

  constructor(url: string, kinds: readonly SoakedKind[]) {
    this.#url = `${url.replace('http', 'ws')}/graphql`
    this.#kinds = kinds
    void this.#follow()
  }

  lose(): void {
    this.#client?.terminate()
  }

  stop(): void {
    this.#stopped = true
    void this.#client?.dispose()
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      const client = createClient({ url: this.#url, webSocketImpl: WebSocket, retryAttempts: 0 })
      this.#client = client
      // Without a cursor (a snapshot was not complete) everything begins anew.
      if (this.#cursor === null) this.history.reset()
      else this.resumed += 1
      try {
        const events = client.iterate<{ objects: Event }>({ query: subscription, variables: { kinds: this.#kinds, initial: this.#cursor === null, after: this.#cursor } })
        for await (const { data } of events) if (data) this.#take(data.objects)
      } catch {
        // The connection is gone, or a kind is for the moment: again.
      }
      await client.dispose()
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  #take({ type, cursor, object }: Event): void {
    if (type === 'RESET') {
      this.resets += 1
      this.history.reset()
      this.#cursor = null
    }
    if (object !== null) this.history.take({ type, kind: object.kind, ...object.metadata })
    // A snapshot has cursors only at its end.
    if (cursor !== null) this.#cursor = cursor
  }
}
