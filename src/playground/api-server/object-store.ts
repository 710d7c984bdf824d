import { randomUUID } from 'node:crypto'
import { keyOf, objectKey, type KubeObject, type ObjectMeta } from '../../model/object.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import { StatusError, notFound } from './status.ts'

/** One write, as watches tell of it. */
export interface StoredEvent {
  readonly resourceVersion: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: string
  readonly object: KubeObject
  readonly before?: KubeObject
}

/** What a writer gives; the store adds what servers add. */
export interface Draft {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: Partial<ObjectMeta> & { readonly generateName?: string }
  readonly [field: string]: unknown
}

export interface ObjectStoreOptions {
  /** How many writes a watch or an old list can still see. */
  readonly history: number
  readonly now: () => number
}

/** Objects are stored once, whatever version they are asked in. */
export const storageKey = (resource: Pick<Resource, 'group' | 'plural'>): string => `${resource.group}/${resource.plural}`

/**
 * The API server's etcd: objects with one growing resourceVersion, optimistic concurrency,
 * finalizers, and a bounded history for watches. Every object is an immutable value.
 */
export class ObjectStore {
  readonly #options: ObjectStoreOptions
  readonly #objects = new Map<string, Map<string, KubeObject>>()
  readonly #listeners = new Set<(event: StoredEvent) => void>()
  #history: StoredEvent[] = []
  readonly #unpublished: StoredEvent[] = []
  #resourceVersion = 100
  /** Writes up to this one are forgotten. */
  #compacted = 0

  constructor(options: ObjectStoreOptions) {
    this.#options = options
  }

  get resourceVersion(): number {
    return this.#resourceVersion
  }

  get compacted(): number {
    return this.#compacted
  }

  list(resource: Pick<Resource, 'group' | 'plural'>): KubeObject[] {
    return [...(this.#objects.get(storageKey(resource))?.values() ?? [])]
  }

  find(resource: Pick<Resource, 'group' | 'plural'>, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(storageKey(resource))?.get(objectKey(namespace, name))
  }

  get(resource: Pick<Resource, 'group' | 'plural'>, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(resource, namespace, name)
    if (object === undefined) throw notFound(resource.plural, resource.group, name)
    return object
  }

  create(resource: Resource, namespace: string | undefined, draft: Draft): KubeObject {
    const { generateName, ...given } = draft.metadata ?? {}
    const name = given.name ?? (generateName === undefined ? undefined : `${generateName}${randomUUID().slice(0, 5)}`)
    if (name === undefined || name === '') throw new StatusError(422, 'Invalid', `${resource.kind} is invalid: metadata.name: Required value: name or generateName is required`)
    if (this.find(resource, namespace, name) !== undefined) throw new StatusError(409, 'AlreadyExists', `${resource.plural} ${JSON.stringify(name)} already exists`)
    const metadata: ObjectMeta = {
      name,
      ...(generateName === undefined ? {} : { generateName }),
      ...(resource.namespaced && namespace !== undefined ? { namespace } : {}),
      uid: randomUUID(),
      creationTimestamp: this.#timestamp(),
      generation: 1,
      ...without(given, ['name', 'namespace', 'resourceVersion', 'deletionTimestamp']),
      managedFields: [{ manager: 'playground', operation: 'Update', apiVersion: apiVersionOf(resource), time: this.#timestamp(), fieldsType: 'FieldsV1', fieldsV1: { 'f:metadata': { 'f:labels': { '.': {} } } } }],
    }
    return this.#write(resource, 'ADDED', { ...(draft as object), apiVersion: apiVersionOf(resource), kind: resource.kind, metadata })
  }

  /** Replaces an object. With a resourceVersion in the draft the write succeeds only on that version. */
  update(resource: Resource, namespace: string | undefined, name: string, draft: Draft): KubeObject {
    const before = this.get(resource, namespace, name)
    const asked = draft.metadata?.resourceVersion
    if (asked !== undefined && asked !== before.metadata.resourceVersion)
      throw new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${resource.plural} ${JSON.stringify(name)}: the object has been modified; please apply your changes to the latest version and try again`)
    const { metadata } = before
    const specChanged = JSON.stringify(before['spec']) !== JSON.stringify(draft['spec'])
    const kept = { name, uid: metadata.uid, namespace: metadata.namespace, creationTimestamp: metadata.creationTimestamp, deletionTimestamp: metadata.deletionTimestamp }
    const next: KubeObject = {
      ...(draft as object),
      apiVersion: before.apiVersion,
      kind: before.kind,
      metadata: { ...draft.metadata, ...without(kept, []), generation: (metadata.generation ?? 1) + (specChanged ? 1 : 0), resourceVersion: metadata.resourceVersion } as ObjectMeta,
    }
    if (metadata.deletionTimestamp !== undefined && !hasFinalizers(next)) return this.#remove(resource, next)
    if (JSON.stringify(next) === JSON.stringify(before)) return before
    return this.#write(resource, 'MODIFIED', next, before)
  }

  /** Removes an object, or marks it as being deleted while finalizers hold it. Returns its last state. */
  delete(resource: Resource, namespace: string | undefined, name: string): KubeObject {
    const object = this.get(resource, namespace, name)
    if (!hasFinalizers(object)) return this.#remove(resource, object)
    if (object.metadata.deletionTimestamp !== undefined) return object
    return this.#write(resource, 'MODIFIED', { ...object, metadata: { ...object.metadata, deletionTimestamp: this.#timestamp(), deletionGracePeriodSeconds: 0 } }, object)
  }

  /** The writes after a resourceVersion, oldest first; undefined when they are forgotten. */
  since(resourceVersion: number): readonly StoredEvent[] | undefined {
    if (resourceVersion < this.#compacted) return undefined
    return this.#history.filter((event) => event.resourceVersion > resourceVersion)
  }

  subscribe(listener: (event: StoredEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Forgets the history, as etcd's compaction does: watches and lists from before now are expired. */
  compact(): void {
    this.#history = []
    this.#compacted = this.#resourceVersion
  }

  #remove(resource: Resource, object: KubeObject): KubeObject {
    return this.#write(resource, 'DELETED', object, object)
  }

  #write(resource: Resource, type: StoredEvent['type'], object: KubeObject, before?: KubeObject): KubeObject {
    this.#resourceVersion += 1
    const written: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#resourceVersion) } }
    const key = storageKey(resource)
    const objects = this.#objects.get(key) ?? new Map<string, KubeObject>()
    this.#objects.set(key, objects)
    if (type === 'DELETED') objects.delete(keyOf(object))
    else objects.set(keyOf(written), written)
    const event: StoredEvent = { resourceVersion: this.#resourceVersion, type, resource: key, object: written, ...(before === undefined ? {} : { before }) }
    this.#history.push(event)
    if (this.#history.length > this.#options.history * 2) {
      const dropped = this.#history.splice(0, this.#history.length - this.#options.history)
      this.#compacted = dropped.at(-1)?.resourceVersion ?? this.#compacted
    }
    this.#publish(event)
    return written
  }

  /** A listener may write; what it writes is told after what it heard, to everybody. */
  #publish(event: StoredEvent): void {
    this.#unpublished.push(event)
    if (this.#unpublished.length > 1) return
    for (let next = this.#unpublished[0]; next !== undefined; next = this.#unpublished[0]) {
      for (const listener of this.#listeners) listener(next)
      this.#unpublished.shift()
    }
  }

  #timestamp(): string {
    return new Date(this.#options.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  }
}

function hasFinalizers(object: KubeObject): boolean {
  const finalizers = object.metadata['finalizers']
  return Array.isArray(finalizers) && finalizers.length > 0
}

/** A copy without the named members and without undefined ones. */
function without(object: object, names: readonly string[]): Record<string, never> {
  return Object.fromEntries(Object.entries(object).filter(([name, value]) => value !== undefined && !names.includes(name))) as Record<string, never>
}
