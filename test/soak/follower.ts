import { createClient, type Client } from 'graphql-ws'
import { setTimeout as sleep } from 'node:timers/promises'
import { QuietWebSocket } from './quiet-web-socket.ts'
import { kindInput, nameOfKind, type SoakKind } from './kinds.ts'

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNCED' | 'RESET'
  readonly reason: string | null
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly uid: string; readonly name: string; readonly namespace: string | null; readonly resourceVersion: string } } | null
  readonly cursor: string | null
}

interface Known {
  readonly kind: string
  readonly name: string
  resourceVersion: string
}

const subscription = `subscription ($kinds: [KindInput!]!, $initial: Boolean, $after: String) {
  objects(kinds: $kinds, initial: $initial, after: $after) { type reason object { apiVersion kind metadata { uid name namespace resourceVersion } } cursor }
}`

/**
 * A client as one should be: subscribes once, keeps the cursor, resumes after it whenever the
 * connection is lost, and believes what it is told. Complains of every event that cannot follow
 * on those before it: an object added twice, changed before it came or to a state it had, or deleted twice.
 */
export class Follower {
  readonly #url: string
  readonly #kinds: readonly SoakKind[]
  readonly #complain: (violation: string) => void
  readonly #alive = new Map<string, Known>()
  readonly #deleted = new Set<string>()
  readonly #stopping = new AbortController()
  readonly #done: Promise<void>
  readonly counts = { ADDED: 0, MODIFIED: 0, DELETED: 0, resumed: 0 }
  #client: Client | undefined
  #cursor: string | undefined
  #synced = false

  constructor(options: { readonly url: string; readonly kinds: readonly SoakKind[]; readonly complain: (violation: string) => void }) {
    this.#url = `${options.url.replace('http', 'ws')}/graphql`
    this.#kinds = options.kinds
    this.#complain = options.complain
    this.#done = this.#follow()
  }

  get synced(): boolean {
    return this.#synced
  }

  /** `name@resourceVersion` of what it believes to be there, by uid. */
  alive(kind: SoakKind): ReadonlyMap<string, string> {
    const name = nameOfKind(kind)
    return new Map([...this.#alive].filter(([, known]) => known.kind === name).map(([uid, known]) => [uid, `${known.name}@${known.resourceVersion}`]))
  }

  hasSeen(uid: string): boolean {
    return this.#alive.has(uid) || this.#deleted.has(uid)
  }

  sawDeleted(uid: string): boolean {
    return this.#deleted.has(uid)
  }

  /** Loses its connection. It comes back by itself. */
  cut(): void {
    this.#client?.terminate()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    void this.#client?.dispose()
    this.#client?.terminate()
    await this.#done
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const client = createClient({ url: this.#url, webSocketImpl: QuietWebSocket, retryAttempts: 0, onNonLazyError: () => undefined })
      this.#client = client
      try {
        const variables = { kinds: this.#kinds.map(kindInput), ...(this.#cursor === undefined ? { initial: true } : { after: this.#cursor }) }
        if (this.#cursor !== undefined) this.counts.resumed += 1
        for await (const { data } of client.iterate<{ objects: Event }>({ query: subscription, variables })) if (data) this.#take(data.objects)
      } catch {
        // The connection was lost, or one of the kinds is away just now: it comes back.
      }
      client.terminate()
      // A snapshot that broke off in the middle can only be taken anew.
      if (!this.#synced) this.#alive.clear()
      await sleep(100, undefined, { signal }).catch(() => undefined)
    }
  }

  #take({ type, reason, object, cursor }: Event): void {
    if (cursor !== null) this.#cursor = cursor
    if (type === 'RESET') return this.#complain(`a subscriber that kept up and resumed after its cursor was told to begin anew: ${reason}`)
    if (type === 'SYNCED') this.#synced = true
    if (object === null || type === 'SYNCED') return
    this.counts[type] += 1
    const { uid, name, namespace, resourceVersion } = object.metadata
    const kind = nameOfKind(object)
    const known = this.#alive.get(uid)
    const event = `${type} ${kind} ${namespace ?? ''}/${name} ${uid} at ${resourceVersion}`
    if (this.#deleted.has(uid)) return this.#complain(`${event}, which was DELETED before`)
    if (type === 'DELETED') {
      if (known === undefined) this.#complain(`${event}, which never came`)
      this.#alive.delete(uid)
      this.#deleted.add(uid)
      return
    }
    if (type === 'ADDED' && known !== undefined) return this.#complain(`${event}, which was there already, at ${known.resourceVersion}`)
    if (type === 'MODIFIED' && known === undefined) return this.#complain(`${event}, which never came`)
    if (known !== undefined && Number(resourceVersion) <= Number(known.resourceVersion)) this.#complain(`${event}, which was at ${known.resourceVersion} before`)
    this.#alive.set(uid, { kind, name: `${namespace ?? ''}/${name}`, resourceVersion })
  }
}
