import type { KubeObject } from '../../model/object.ts'
import type { Resource } from '../../model/resource.ts'
import type { ApiServer } from '../api-server/api-server.ts'
import type { Draft } from '../api-server/store/draft.ts'
import type { Random } from './random.ts'

/** The store with the few gestures that the sample is made with: by plural instead of by resource. */
export class SampleStore {
  readonly #server: Pick<ApiServer, 'store' | 'registry'>
  readonly random: Random

  constructor(server: Pick<ApiServer, 'store' | 'registry'>, random: Random) {
    this.#server = server
    this.random = random
  }

  create(plural: string, namespace: string | undefined, draft: Draft): KubeObject {
    return this.#server.store.create(this.#resource(plural), namespace, draft)
  }

  list(plural: string, namespace?: string): KubeObject[] {
    const all = this.#server.store.list(this.#resource(plural))
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
  }

  find(plural: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#server.store.find(this.#resource(plural), namespace, name)
  }

  /** Changes top-level members of an object, as its controller would; nothing happens when it is gone. */
  change(plural: string, object: KubeObject, members: Readonly<Record<string, unknown>>): void {
    const { namespace, name } = object.metadata
    const current = this.find(plural, namespace, name)
    if (current === undefined) return
    const { resourceVersion: _any, ...metadata } = current.metadata
    this.#server.store.update(this.#resource(plural), namespace, name, { ...current, metadata, ...members })
  }

  delete(plural: string, object: KubeObject): void {
    const { namespace, name } = object.metadata
    if (this.find(plural, namespace, name) !== undefined) this.#server.store.delete(this.#resource(plural), namespace, name)
  }

  #resource(plural: string): Resource {
    const resource = this.#server.registry.resources().find((candidate) => candidate.plural === plural)
    if (resource === undefined) throw new Error(`The sample needs ${plural}, which the server does not serve.`)
    return resource
  }
}

/** What makes an object its owner's. */
export function ownedBy(owner: KubeObject) {
  const { apiVersion, kind, metadata } = owner
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true }]
}

export const timestamp = (ms = Date.now()): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
