import type { Change } from '../model/change.ts'
import { keyOf, type KubeObject } from '../model/object.ts'
import type { Resource } from '../model/resource.ts'
import type { Contents } from './contents.ts'
import { deepFreeze } from './deep-freeze.ts'
import { Sharing } from './sharing.ts'

export type ChangeDraft = Omit<Change, 'cluster' | 'sequence'>

export interface StoreWriterOptions {
  readonly resource: Resource
  /** Called within each write, after the store shows it: write and publication are one step. */
  readonly publish: (change: ChangeDraft) => void
  /** Freezes what is stored, so that a reader that writes into the cache fails loudly. For tests. */
  readonly freeze?: boolean
}

/**
 * The only way to change a store; its reflector holds it. Every write is idempotent: what the
 * store knows already publishes nothing.
 */
export class StoreWriter {
  readonly #contents: Contents
  readonly #options: StoreWriterOptions
  readonly #sharing = new Sharing()

  constructor(contents: Contents, options: StoreWriterOptions) {
    this.#contents = contents
    this.#options = options
  }

  /** Takes in an object's state and the length of its JSON text. A state older than what is stored under its name is ignored. */
  put(object: KubeObject, bytes = 0): void {
    const before = this.#contents.entries.get(keyOf(object))?.object
    if (before !== undefined && isOlder(object, before)) return
    this.#put(object, bytes)
  }

  /** Takes in an object's end; `object` is its last state. An end of an earlier object of the same name is ignored. */
  remove(object: KubeObject): void {
    const entry = this.#contents.entries.get(keyOf(object))
    if (entry === undefined || entry.object.metadata.uid !== object.metadata.uid) return
    this.#remove(entry.key, object)
  }

  /** Begins to take in a complete list. Nothing is deleted before the list is committed. */
  replace(): Replacement {
    const seen = new Set<string>()
    return {
      put: (object, bytes = 0) => {
        seen.add(keyOf(object))
        this.#put(object, bytes)
      },
      remove: (object) => {
        seen.delete(keyOf(object))
        this.remove(object)
      },
      commit: () => {
        for (const [key, entry] of this.#contents.entries) if (!seen.has(key)) this.#remove(key, entry.object)
        // Put in order now, rather than by the first who asks.
        this.#contents.sorted.view()
      },
    }
  }

  /** Removes everything, each with its DELETED. */
  clear(): void {
    this.replace().commit()
  }

  /** Forgets everything without publishing it. */
  discard(): void {
    this.#contents.clear()
    this.#sharing.clear()
  }

  #put(given: KubeObject, bytes: number): void {
    const { entries, sorted, indexes, revisions } = this.#contents
    const { resource, publish } = this.#options
    const key = keyOf(given)
    let entry = entries.get(key)
    if (entry !== undefined && isSame(entry.object, given)) return
    const object = this.#sharing.share(given, entry?.object)
    if (this.#options.freeze === true) deepFreeze(object)
    if (entry !== undefined && entry.object.metadata.uid !== object.metadata.uid) {
      // Deleted and created again under one name, the deletion unseen.
      this.#remove(key, entry.object)
      entry = undefined
    }
    if (entry === undefined) {
      entry = { key, namespace: object.metadata.namespace ?? '', name: object.metadata.name, object, bytes }
      this.#contents.bytes += bytes
      entries.set(key, entry)
      sorted.add(entry)
      indexes.added(entry)
      revisions.written(entry.namespace, false)
      publish({ type: 'ADDED', resource, object, bytes })
      return
    }
    const oldObject = entry.object
    entry.object = object
    this.#contents.bytes += bytes - entry.bytes
    entry.bytes = bytes
    indexes.changed(entry, oldObject)
    revisions.written(entry.namespace, false)
    publish({ type: 'MODIFIED', resource, object, oldObject, bytes })
  }

  #remove(key: string, last: KubeObject): void {
    const { entries, sorted, indexes, revisions } = this.#contents
    const entry = entries.get(key)
    if (entry === undefined) return
    if (this.#options.freeze === true) deepFreeze(last)
    indexes.removed(entry)
    sorted.remove(entry)
    entries.delete(key)
    this.#contents.bytes -= entry.bytes
    revisions.written(entry.namespace, indexes.byNamespace.size(entry.namespace) === 0)
    this.#options.publish({ type: 'DELETED', resource: this.#options.resource, object: last, oldObject: entry.object, bytes: entry.bytes })
  }
}

/** A complete list being taken in, page by page. Dropping it without `commit` deletes nothing. */
export interface Replacement {
  put(object: KubeObject, bytes?: number): void
  /** An end that came while the list did. */
  remove(object: KubeObject): void
  /** The list is complete: what it did not name is deleted. */
  commit(): void
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.resourceVersion !== undefined && a.metadata.resourceVersion === b.metadata.resourceVersion
}

/** Comparable only where both are numbers (KEP-5504). */
function isOlder(a: KubeObject, b: KubeObject): boolean {
  const x = Number(a.metadata.resourceVersion)
  const y = Number(b.metadata.resourceVersion)
  return Number.isSafeInteger(x) && Number.isSafeInteger(y) && x < y
}
