import type { KubeObject } from '../../../model/object.ts'
import type { Resource } from '../../../model/resource.ts'
import type { Registry } from '../kinds/registry.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import type { Draft } from './draft.ts'
import type { StoredEvent } from './history.ts'
import type { DeleteOptions, ObjectStore, WriteOptions } from './object-store.ts'

/** Which resource is meant; any of its versions will do. */
export type ResourceReference = Pick<Resource, 'group' | 'plural'>

/**
 * The cluster's objects beside the API: synchronous, without access rules, and with the rights
 * of a controller: what is given of status, uid and creationTimestamp is kept. Made for setting
 * up thousands of objects. Watches hear of every write. Errors are those of the API.
 */
export class ClusterStore {
  readonly #objects: ObjectStore
  readonly #registry: Registry

  constructor(objects: ObjectStore, registry: Registry) {
    this.#objects = objects
    this.#registry = registry
  }

  get resourceVersion(): number {
    return this.#objects.resourceVersion
  }

  /** All that can be listed, in all its versions. */
  resources(): readonly Resource[] {
    return this.#registry.resources()
  }

  /** The served resource of a name; the preferred version, of the first group that has it. */
  resource(plural: string, group?: string): Resource {
    const found = this.#registry.resources().find((resource) => resource.plural === plural && resource.preferred && (group === undefined || resource.group === group))
    if (found === undefined) throw new Error(`This server serves no ${plural}; create the CustomResourceDefinition first.`)
    return found
  }

  find(resource: ResourceReference, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.find(this.#kind(resource), namespace, name)
  }

  /** Throws 404. */
  get(resource: ResourceReference, namespace: string | undefined, name: string): KubeObject {
    return this.#objects.get(this.#kind(resource), namespace, name)
  }

  list(resource: ResourceReference, namespace?: string): KubeObject[] {
    const all = [...this.#objects.values(this.#kind(resource))]
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
  }

  /** Throws 409 when the name is taken, 422 when it is no name. */
  create(resource: ResourceReference, namespace: string | undefined, draft: Draft, options?: WriteOptions): KubeObject {
    const kind = this.#kind(resource)
    return this.#objects.create(kind, kind.resource.namespaced ? namespace : undefined, draft, options)
  }

  /** Replaces an object. A uid or resourceVersion in the draft must still be the object's: throws 409; 404 when there is none. */
  update(resource: ResourceReference, namespace: string | undefined, name: string, draft: Draft, options?: WriteOptions): KubeObject {
    return this.#objects.update(this.#kind(resource), namespace, name, draft, options)
  }

  /** Returns the object as it was, or as it is while finalizers or a grace period hold it. Throws 404. */
  delete(resource: ResourceReference, namespace: string | undefined, name: string, options?: DeleteOptions): KubeObject {
    return this.#objects.delete(this.#kind(resource), namespace, name, options)
  }

  /** Hears every write of every kind, in order. */
  subscribe(listener: (event: StoredEvent) => void): () => void {
    return this.#objects.subscribe(listener)
  }

  /** Forgets the history: watches and continued lists from before now are expired. */
  compact(): void {
    this.#objects.compact()
  }

  #kind({ group, plural }: ResourceReference): ServedKind {
    const kind = this.#registry.kindOf(group, plural)
    if (kind === undefined) throw new Error(`This server does not serve ${plural}${group === '' ? '' : `.${group}`}; create the CustomResourceDefinition first.`)
    return kind
  }
}
