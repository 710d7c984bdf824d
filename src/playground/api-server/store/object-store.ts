import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectMeta } from '../../../model/object.ts'
import { apiVersionOf } from '../../../model/resource.ts'
import { withDefaults } from '../kinds/defaults.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { alreadyExists, conflict, notFound, type Subject } from '../status.ts'
import { Collection, keyIn, type Snapshot } from './collection.ts'
import type { Draft } from './draft.ts'
import { History, type StoredEvent } from './history.ts'
import { manage } from './managed-fields.ts'
import { isHeld, metadataOf, timestamp } from './metadata.ts'
import { checkName, generatedName } from './names.ts'

export interface ObjectStoreOptions {
  /** How many writes watches and old lists can still see. */
  readonly history: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly uid: () => string
  /** In [0, 1): for generated names. */
  readonly random: () => number
}

export interface WriteOptions {
  /** Who writes, for `managedFields`. Default `playground`. */
  readonly manager?: string
  readonly subresource?: string
}

export interface DeleteOptions {
  /** More than 0 only marks the object as being deleted; deleting it again removes it. Default 0. */
  readonly graceSeconds?: number
}

type Listener = (event: StoredEvent) => void

/**
 * The API server's etcd: objects with one growing resourceVersion, optimistic concurrency,
 * finalizers, and a bounded history. Every object is an immutable value; it is kept in the
 * version in which it was created, whatever version it is written or read in later.
 */
export class ObjectStore {
  readonly #options: ObjectStoreOptions
  readonly #collections = new Map<string, Collection>()
  readonly #listeners = new Set<Listener>()
  readonly #history: History
  readonly #unpublished: StoredEvent[] = []
  #publishing = false
  #resourceVersion = 1

  constructor(options: ObjectStoreOptions) {
    this.#options = options
    this.#history = new History(options.history)
  }

  /** That of the latest write. */
  get resourceVersion(): number {
    return this.#resourceVersion
  }

  /** Nothing is known of the time before this resourceVersion. */
  get compacted(): number {
    return this.#history.compacted
  }

  values({ storageKey }: ServedKind): Iterable<KubeObject> {
    return this.#collection(storageKey).values()
  }

  find({ storageKey }: ServedKind, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#collection(storageKey).get(keyIn(namespace, name))
  }

  /** Throws 404. */
  get(kind: ServedKind, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(kind, namespace, name)
    if (object === undefined) throw notFound(subject(kind, name))
    return object
  }

  /** The kind's objects as they were at a resourceVersion; undefined when that is no longer known. */
  snapshot({ storageKey }: ServedKind, resourceVersion: number): Snapshot | undefined {
    if (resourceVersion >= this.#resourceVersion) return this.#collection(storageKey).now()
    const events = this.#history.since(storageKey, resourceVersion)
    return events === undefined ? undefined : this.#collection(storageKey).before(events)
  }

  /** The kind's writes after a resourceVersion, oldest first; undefined when they are no longer known. */
  since({ storageKey }: ServedKind, resourceVersion: number): readonly StoredEvent[] | undefined {
    return this.#history.since(storageKey, resourceVersion)
  }

  /** Throws 409 when the name is taken, 422 when it is no name. A uid or creationTimestamp in the draft is kept. */
  create(kind: ServedKind, namespace: string | undefined, draft: Draft, options: WriteOptions = {}): KubeObject {
    const { generateName } = draft.metadata ?? {}
    const name = draft.metadata?.name ?? (generateName === undefined ? undefined : generatedName(generateName, this.#options.random))
    const wrong = checkName(kind, name)
    if (wrong !== undefined || name === undefined) throw wrong
    if (this.find(kind, namespace, name) !== undefined) throw alreadyExists(subject(kind, name))
    const complete = withDefaults(kind, { ...draft, metadata: { ...draft.metadata, name } })
    const metadata = metadataOf({
      ...complete.metadata,
      namespace,
      uid: draft.metadata?.uid ?? this.#options.uid(),
      generation: kind.countsGenerations ? 1 : undefined,
      creationTimestamp: draft.metadata?.creationTimestamp ?? this.#now(),
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
    })
    return this.#write(kind, 'ADDED', stored(kind, complete, metadata, apiVersionOf(kind.resource)), undefined, options)
  }

  /**
   * Replaces an object. With a uid or resourceVersion in the draft, only that one is replaced:
   * throws 409 otherwise, 404 when there is none. A replacement that changes nothing is no write.
   */
  update(kind: ServedKind, namespace: string | undefined, name: string, draft: Draft, options: WriteOptions = {}): KubeObject {
    const before = this.get(kind, namespace, name)
    const was = before.metadata
    const { uid, resourceVersion, labels, annotations, ownerReferences, finalizers } = draft.metadata ?? {}
    if (uid !== undefined && uid !== was.uid) throw conflict(subject(kind, name), `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${was.uid}`)
    if (resourceVersion !== undefined && resourceVersion !== was.resourceVersion) throw conflict(subject(kind, name))
    const kept = { ...was, labels, annotations, ownerReferences, finalizers }
    const same = stored(kind, draft, metadataOf(kept), before.apiVersion)
    if (isDeepStrictEqual(same, before)) return before
    const changesGeneration = was.generation !== undefined && !isDeepStrictEqual(specification(same), specification(before))
    const next = changesGeneration ? { ...same, metadata: metadataOf({ ...kept, generation: (was.generation ?? 0) + 1 }) } : same
    if (was.deletionTimestamp !== undefined && isHeld(before) && !isHeld(next)) return this.#remove(kind, next)
    return this.#write(kind, 'MODIFIED', next, before, options)
  }

  /** Removes an object, or marks it as being deleted while finalizers or a grace period hold it. Its state afterwards, or the last one. */
  delete(kind: ServedKind, namespace: string | undefined, name: string, { graceSeconds = 0 }: DeleteOptions = {}): KubeObject {
    const object = this.get(kind, namespace, name)
    const { metadata } = object
    if (!isHeld(object) && (graceSeconds === 0 || metadata.deletionTimestamp !== undefined)) return this.#remove(kind, object)
    if (metadata.deletionTimestamp !== undefined) return object
    const generation = metadata.generation === undefined ? undefined : metadata.generation + 1
    const deletionTimestamp = timestamp(this.#options.now() + graceSeconds * 1000)
    const marked = metadataOf({ ...metadata, generation, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds })
    return this.#write(kind, 'MODIFIED', { ...object, metadata: marked }, object)
  }

  /** Hears every write, in order. A listener may write: that is told after what it has just heard, to everybody. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Forgets the history, as etcd's compaction does: watches and pages from before now are expired. */
  compact(): void {
    this.#history.compact(this.#resourceVersion)
  }

  #remove(kind: ServedKind, object: KubeObject): KubeObject {
    return this.#write(kind, 'DELETED', object, object)
  }

  #write(kind: ServedKind, type: StoredEvent['type'], object: KubeObject, previous?: KubeObject, options?: WriteOptions): KubeObject {
    this.#resourceVersion += 1
    const managedFields = options === undefined ? object.metadata['managedFields'] : this.#managed(kind, object, previous, options)
    const metadata = metadataOf({ ...object.metadata, resourceVersion: String(this.#resourceVersion), managedFields })
    const written: KubeObject = { ...object, metadata }
    const { storageKey } = kind
    const key = keyIn(metadata.namespace, metadata.name)
    if (type === 'DELETED') this.#collection(storageKey).delete(key)
    else this.#collection(storageKey).set(key, written)
    this.#publish({ resourceVersion: this.#resourceVersion, type, storageKey, key, object: written, ...(previous === undefined ? {} : { previous }) })
    return written
  }

  #managed(kind: ServedKind, object: KubeObject, previous: KubeObject | undefined, { manager = 'playground', subresource }: WriteOptions) {
    const writer = { manager, apiVersion: apiVersionOf(kind.resource), time: this.#now(), ...(subresource === undefined ? {} : { subresource }) }
    return manage(previous, object, writer)
  }

  #publish(event: StoredEvent): void {
    this.#history.add(event)
    this.#unpublished.push(event)
    if (this.#publishing) return
    this.#publishing = true
    try {
      for (let next = this.#unpublished.shift(); next !== undefined; next = this.#unpublished.shift()) {
        for (const listener of this.#listeners) listener(next)
      }
    } finally {
      this.#publishing = false
    }
  }

  #collection(storageKey: string): Collection {
    let collection = this.#collections.get(storageKey)
    if (collection === undefined) {
      collection = new Collection()
      this.#collections.set(storageKey, collection)
    }
    return collection
  }

  #now(): string {
    return timestamp(this.#options.now())
  }
}

function subject({ resource: { group, plural } }: ServedKind, name: string): Subject {
  return { group, plural, name }
}

function stored({ resource: { kind } }: ServedKind, draft: Draft, metadata: ObjectMeta, apiVersion: string): KubeObject {
  return { ...(draft as object), apiVersion, kind, metadata }
}

/** What a change of counts as a new generation: all but metadata and status. */
function specification({ metadata: _metadata, status: _status, ...rest }: KubeObject & { readonly status?: unknown }): object {
  return rest
}
