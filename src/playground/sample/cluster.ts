import type { KubeObject } from '../../model/object.ts'
import type { Resource } from '../../model/resource.ts'
import type { ClusterStore } from '../api-server/store/cluster-store.ts'
import type { Draft } from '../api-server/store/draft.ts'
import type { StoredEvent } from '../api-server/store/history.ts'
import { timestamp } from '../api-server/store/metadata.ts'
import { ObjectIndex } from './object-index.ts'
import type { Random } from './random.ts'
import { podSpec } from './shapes.ts'

export interface SampleClusterOptions {
  readonly random: Random
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * The store as the sample's controllers use it: by plural, with uids and times that follow the
 * seed and the clock, and with the indexes that controllers need.
 */
export class SampleCluster {
  readonly random: Random
  readonly #store: ClusterStore
  readonly #now: () => number
  readonly #resources = new Map<string, Resource>()
  readonly #byNamespace = new ObjectIndex((plural, { metadata }) => `${plural}/${metadata.namespace ?? ''}`)
  readonly #byOwner = new ObjectIndex((plural, object) => {
    const owner = controllerOf(object)
    return owner && `${plural}/${owner.uid}`
  })
  readonly #byNode = new ObjectIndex((plural, object) => (plural === 'pods' ? podSpec(object).nodeName : undefined))
  readonly #unsubscribe: () => void
  #pretended: number | undefined

  constructor(store: ClusterStore, { random, now }: SampleClusterOptions) {
    this.#store = store
    this.random = random
    this.#now = now
    for (const resource of store.resources()) for (const object of store.list(resource)) this.#follow(resource.plural, undefined, object)
    this.#unsubscribe = store.subscribe(({ storageKey, type, object, previous }) => this.#follow(pluralOf(storageKey), previous, type === 'DELETED' ? undefined : object))
  }

  close(): void {
    this.#unsubscribe()
  }

  now(): number {
    return this.#pretended ?? this.#now()
  }

  timestamp(): string {
    return timestamp(this.now())
  }

  /** Does something as if it were another time: for a cluster that has a past. */
  at<T>(time: number, action: () => T): T {
    const before = this.#pretended
    this.#pretended = time
    try {
      return action()
    } finally {
      this.#pretended = before
    }
  }

  /** Whether it is pretended to be so long ago that nobody remembers what happened. */
  get isForgotten(): boolean {
    return this.#now() - this.now() > 3_600_000
  }

  create(plural: string, namespace: string | undefined, draft: Draft, manager = 'kube-controller-manager'): KubeObject {
    const metadata = { uid: this.random.uuid(), creationTimestamp: this.timestamp(), ...draft.metadata }
    return this.#store.create(this.#resource(plural), namespace, { ...draft, metadata }, { manager })
  }

  find(plural: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#store.find(this.#resource(plural), namespace, name)
  }

  /** The current state of an object; undefined when it is gone, or another one of its name is there. */
  current(plural: string, object: KubeObject): KubeObject | undefined {
    const found = this.find(plural, object.metadata.namespace, object.metadata.name)
    return found?.metadata.uid === object.metadata.uid ? found : undefined
  }

  /** All of a kind, in the order of their creation. */
  list(plural: string): KubeObject[] {
    return this.#store.list(this.#resource(plural))
  }

  /** Those of one namespace, in the order of their creation. */
  listIn(plural: string, namespace: string | undefined): KubeObject[] {
    return this.#byNamespace.get(`${plural}/${namespace ?? ''}`)
  }

  /** What an object controls, of one kind. */
  ownedBy(owner: KubeObject, plural: string): KubeObject[] {
    return this.#byOwner.get(`${plural}/${owner.metadata.uid}`)
  }

  podsOn(node: string): KubeObject[] {
    return this.#byNode.get(node)
  }

  countPodsOn(node: string): number {
    return this.#byNode.count(node)
  }

  /** Changes top-level members of the current state of an object. Nothing happens when it is gone, or when nothing changes. */
  change(plural: string, object: KubeObject, members: Readonly<Record<string, unknown>>, manager = 'kube-controller-manager'): void {
    const current = this.current(plural, object)
    if (current === undefined) return
    const subresource = Object.keys(members).join() === 'status' ? { subresource: 'status' } : {}
    this.#store.update(this.#resource(plural), object.metadata.namespace, object.metadata.name, { ...current, ...members }, { manager, ...subresource })
  }

  /** Annotations, labels and the like of the current state. */
  changeMetadata(plural: string, object: KubeObject, members: Readonly<Record<string, unknown>>, manager?: string): void {
    const current = this.current(plural, object)
    if (current !== undefined) this.change(plural, current, { metadata: { ...current.metadata, ...members } }, manager)
  }

  remove(plural: string, object: KubeObject, graceSeconds = 0): void {
    if (this.current(plural, object) !== undefined) this.#store.delete(this.#resource(plural), object.metadata.namespace, object.metadata.name, { graceSeconds })
  }

  subscribe(listener: (plural: string, event: StoredEvent) => void): () => void {
    return this.#store.subscribe((event) => listener(pluralOf(event.storageKey), event))
  }

  #follow(plural: string, previous: KubeObject | undefined, next: KubeObject | undefined): void {
    for (const index of [this.#byNamespace, this.#byOwner, this.#byNode]) index.replace(plural, previous, next)
  }

  #resource(plural: string): Resource {
    let resource = this.#resources.get(plural)
    if (resource === undefined) {
      resource = this.#store.resource(plural)
      this.#resources.set(plural, resource)
    }
    return resource
  }
}

const pluralOf = (storageKey: string): string => storageKey.slice(storageKey.indexOf('/') + 1)

/** The reference to what controls an object. */
export function controllerOf({ metadata }: KubeObject) {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)
}

/** What makes an object its owner's. */
export function controlledBy({ apiVersion, kind, metadata }: KubeObject) {
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true }]
}
