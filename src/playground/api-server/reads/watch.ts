import type { KubeObject } from '../../../model/object.ts'
import { apiVersionOf, type Resource } from '../../../model/resource.ts'
import type { Exchange } from '../exchange.ts'
import type { Registry } from '../kinds/registry.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { tooLargeResourceVersion, tooOld } from '../status.ts'
import type { StoredEvent } from '../store/history.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ListOptions } from './list-options.ts'
import { metadataOf, prefersMetadata, represent } from './representation.ts'
import { selectionOf, type Selection } from './selection.ts'

export interface WatchSettings {
  readonly bookmarkIntervalMs: number
  /** How long a watch lasts that does not say so itself. */
  readonly defaultTimeoutSeconds: () => number
}

/** A watch is told where it stands so long before it ends, so that the next one can go on from there. */
const farewellMs = 2000

/** The watches that are open, fed by one subscription to the store. */
export class Watches {
  readonly #store: ObjectStore
  readonly #registry: Registry
  readonly #settings: WatchSettings
  readonly #open = new Map<string, Set<Watch>>()

  constructor(store: ObjectStore, registry: Registry, settings: WatchSettings) {
    this.#store = store
    this.#registry = registry
    this.#settings = settings
    store.subscribe((event) => {
      for (const watch of this.#open.get(event.storageKey) ?? []) watch.tell(event)
      if (event.storageKey.endsWith('/customresourcedefinitions')) setImmediate(() => this.#endUnserved())
    })
  }

  /** Begins a watch: what it missed first, then what happens. It ends by its timeout, by the client, or with its kind. */
  answer(exchange: Exchange, kind: ServedKind, options: ListOptions): void {
    const { resourceVersion = 0, sendInitialEvents } = options
    if (sendInitialEvents && resourceVersion > this.#store.resourceVersion) throw tooLargeResourceVersion(resourceVersion, this.#store.resourceVersion)
    const watch = new Watch(exchange, kind, selectionOf(kind, exchange.info))
    const initial = sendInitialEvents || resourceVersion === 0
    const missed = initial ? [] : this.#store.since(kind, resourceVersion)

    exchange.begin(200)
    exchange.flush()
    if (missed === undefined) {
      watch.send('ERROR', tooOld(resourceVersion, this.#store.compacted).status)
      exchange.end()
      return
    }
    if (initial) watch.tellAll(this.#store, kind)
    for (const event of missed) watch.tell(event)
    if (sendInitialEvents && options.bookmarks) watch.bookmark(this.#store.resourceVersion, { 'k8s.io/initial-events-end': 'true' })
    this.#keep(watch, options)
  }

  #keep(watch: Watch, options: ListOptions): void {
    const { storageKey } = watch.kind
    const siblings = this.#open.get(storageKey) ?? new Set()
    this.#open.set(storageKey, siblings)
    siblings.add(watch)
    const timeoutMs = (options.timeoutSeconds > 0 ? options.timeoutSeconds : this.#settings.defaultTimeoutSeconds()) * 1000
    const timers = [setTimeout(() => watch.exchange.end(), timeoutMs)]
    if (options.bookmarks) {
      const begun = this.#store.resourceVersion
      const bookmark = () => {
        if (this.#store.resourceVersion > begun) watch.bookmark(this.#store.resourceVersion)
      }
      timers.push(setInterval(bookmark, this.#settings.bookmarkIntervalMs))
      if (timeoutMs > farewellMs) timers.push(setTimeout(bookmark, timeoutMs - farewellMs))
    }
    for (const timer of timers) timer.unref()
    watch.exchange.onClose(() => {
      for (const timer of timers) clearTimeout(timer)
      siblings.delete(watch)
    })
  }

  #isServed({ group, version, plural }: Resource): boolean {
    return this.#registry.find(group, version, plural) !== undefined
  }

  #endUnserved(): void {
    for (const watches of this.#open.values()) {
      for (const watch of watches) if (!this.#isServed(watch.kind.resource)) watch.exchange.end()
    }
  }
}

class Watch {
  readonly exchange: Exchange
  readonly kind: ServedKind
  readonly #selection: Selection
  readonly #partial: boolean

  constructor(exchange: Exchange, kind: ServedKind, selection: Selection) {
    this.exchange = exchange
    this.kind = kind
    this.#selection = selection
    this.#partial = prefersMetadata(exchange, 'PartialObjectMetadata')
  }

  /** What is there now, as if it had just been created. */
  tellAll(store: ObjectStore, kind: ServedKind): void {
    const snapshot = store.snapshot(kind, store.resourceVersion)
    for (const key of snapshot?.keys ?? []) {
      const object = snapshot?.get(key)
      if (object !== undefined && this.#selection.holds(object)) this.send('ADDED', represent(object, this.kind))
    }
  }

  /** For a watch with a selector, an object that leaves the selection is deleted, and one that enters it is added. */
  tell({ type, object, previous, resourceVersion }: StoredEvent): void {
    const is = type !== 'DELETED' && this.#selection.holds(object)
    const was = previous !== undefined && this.#selection.holds(previous)
    if (is) this.send(was ? 'MODIFIED' : 'ADDED', represent(object, this.kind))
    else if (was) this.send('DELETED', represent(at(resourceVersion, previous), this.kind))
  }

  bookmark(resourceVersion: number, annotations?: Readonly<Record<string, string>>): void {
    const { resource } = this.kind
    const metadata = { resourceVersion: String(resourceVersion), ...(annotations === undefined ? {} : { annotations }) }
    this.send('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata })
  }

  send(type: string, object: object): void {
    const shown = this.#partial && type !== 'ERROR' ? metadataOf(object) : object
    this.exchange.write(Buffer.from(`{"type":"${type}","object":${JSON.stringify(shown)}}\n`))
  }
}

/** The last state that was seen, with the version in which it was seen no more. */
function at(resourceVersion: number, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } }
}
