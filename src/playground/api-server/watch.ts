import type { KubeObject } from '../../model/object.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import { storageKey, type ObjectStore, type StoredEvent } from './object-store.ts'
import { compileSelection } from './selection.ts'
import { StatusError, tooOld } from './status.ts'

export interface WatchSettings {
  readonly bookmarkIntervalMs: number
  /** Whether `sendInitialEvents` is served (KEP-3157); older servers refuse it. */
  readonly streamingLists: boolean
  /** Whether the resource is still served; a watch of a removed CRD ends. */
  readonly isServed: (resource: Resource) => boolean
}

/** The watches that are open now. */
export class Watches {
  readonly #store: ObjectStore
  readonly #settings: WatchSettings
  readonly #open = new Set<{ readonly resource: Resource; readonly exchange: Exchange }>()

  constructor(store: ObjectStore, settings: WatchSettings) {
    this.#store = store
    this.#settings = settings
    store.subscribe((event) => {
      // Later, so that the deletions of its objects are told first.
      if (event.resource.endsWith('/customresourcedefinitions')) setImmediate(() => this.#endRemoved())
    })
  }

  /** Lets something happen to open watches; gives how many there were. */
  disturb(plural: string | undefined, action: (exchange: Exchange) => void): number {
    const hit = [...this.#open].filter(({ resource }) => plural === undefined || resource.plural === plural)
    for (const { exchange } of hit) action(exchange)
    return hit.length
  }

  answer(exchange: Exchange, resource: Resource): void {
    const { query, namespace } = exchange.info
    const holds = compileSelection(resource, namespace, query)
    const streaming = query.get('sendInitialEvents') === 'true'
    if (streaming && !this.#settings.streamingLists) throw new StatusError(422, 'Invalid', 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled')

    const asked = query.get('resourceVersion') ?? ''
    const initial = streaming || asked === '' || asked === '0'
    const missed = initial ? [] : this.#store.since(Number(asked))
    const open = { resource, exchange }
    const send = (type: string, object: object) => exchange.write(Buffer.from(`${JSON.stringify({ type, object })}\n`))
    const sendObject = (type: string, object: KubeObject) => send(type, { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind })
    const bookmark = (annotations?: object) =>
      send('BOOKMARK', {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(this.#store.resourceVersion), creationTimestamp: null, ...(annotations === undefined ? {} : { annotations }) },
      })
    const tell = (event: StoredEvent) => {
      if (event.resource !== storageKey(resource)) return
      const type = transition(event, holds)
      if (type !== undefined) sendObject(type, event.object)
    }

    exchange.begin(200)
    exchange.flush()
    if (missed === undefined) {
      send('ERROR', tooOld(Number(asked), this.#store.compacted).status)
      exchange.end()
      return
    }
    if (initial) for (const object of this.#store.list(resource).filter(holds)) sendObject('ADDED', object)
    for (const event of missed) tell(event)
    if (streaming) bookmark({ 'k8s.io/initial-events-end': 'true' })

    const unsubscribe = this.#store.subscribe(tell)
    const bookmarks = query.get('allowWatchBookmarks') === 'true' ? setInterval(bookmark, this.#settings.bookmarkIntervalMs) : undefined
    const seconds = Number(query.get('timeoutSeconds') ?? 0)
    const timeout = seconds > 0 ? setTimeout(() => exchange.end(), seconds * 1000) : undefined
    this.#open.add(open)
    exchange.onClose(() => {
      unsubscribe()
      clearInterval(bookmarks)
      clearTimeout(timeout)
      this.#open.delete(open)
    })
  }

  #endRemoved(): void {
    for (const { resource, exchange } of this.#open) if (!this.#settings.isServed(resource)) exchange.end()
  }
}

/** What a watch with a selector is told: objects enter and leave its view. */
function transition(event: StoredEvent, holds: (object: KubeObject) => boolean): StoredEvent['type'] | undefined {
  const now = event.type !== 'DELETED' && holds(event.object)
  const before = event.before !== undefined && holds(event.before)
  if (now) return before ? 'MODIFIED' : 'ADDED'
  return before ? 'DELETED' : undefined
}
