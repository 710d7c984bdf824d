import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { KubeObject } from '../../model/object.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import type { ObjectStore } from './object-store.ts'
import { compileSelection } from './selection.ts'
import { expired } from './status.ts'

interface Snapshot {
  readonly resourceVersion: number
  readonly objects: readonly KubeObject[]
  readonly selected: boolean
}

/** Lists, in chunks where asked: every page of a list shows the moment of its first one. */
export class Lists {
  readonly #store: ObjectStore
  readonly #snapshots = new LRUCache<string, Snapshot>({ max: 1000 })

  constructor(store: ObjectStore) {
    this.#store = store
  }

  answer(exchange: Exchange, resource: Resource, custom: boolean): void {
    const { query, namespace } = exchange.info
    const token = query.get('continue')
    const [id, start] = token === null ? [randomUUID(), 0] : parseToken(token)
    const snapshot = token === null ? this.#take(resource, namespace, query) : this.#snapshots.get(id)
    // Compaction ends what can be continued, as in etcd.
    if (snapshot === undefined || snapshot.resourceVersion < this.#store.compacted) throw expired()

    const limit = Number(query.get('limit') ?? 0)
    const end = limit > 0 ? Math.min(start + limit, snapshot.objects.length) : snapshot.objects.length
    const more = end < snapshot.objects.length
    if (more) this.#snapshots.set(id, snapshot)
    exchange.json(200, {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: {
        resourceVersion: String(snapshot.resourceVersion),
        ...(more ? { continue: Buffer.from(`${id} ${end}`).toString('base64url') } : {}),
        ...(more && !snapshot.selected ? { remainingItemCount: snapshot.objects.length - end } : {}),
      },
      items: snapshot.objects.slice(start, end).map((object) => listed(object, resource, custom)),
    })
  }

  #take(resource: Resource, namespace: string | undefined, query: URLSearchParams): Snapshot {
    const holds = compileSelection(resource, namespace, query)
    const objects = this.#store
      .list(resource)
      .filter(holds)
      .sort((a, b) => compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name))
    return { resourceVersion: this.#store.resourceVersion, objects, selected: query.has('labelSelector') || query.has('fieldSelector') }
  }
}

/** The items of a list of a built-in kind do not say their kind; those of a custom one do. */
function listed(object: KubeObject, resource: Resource, custom: boolean): object {
  const { apiVersion: _apiVersion, kind, ...rest } = object
  return custom ? { apiVersion: apiVersionOf(resource), kind, ...rest } : rest
}

function parseToken(token: string): [string, number] {
  const [id = '', end = ''] = Buffer.from(token, 'base64url').toString('utf8').split(' ')
  return [id, Number(end)]
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
