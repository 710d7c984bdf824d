import type { ObjectStore } from './object-store.ts'
import { crdResource, crdSpec, storedCustomResource } from './registry.ts'

/**
 * What the CRD controllers do: a new definition becomes Established, and the objects of a
 * removed one are deleted before its kind is served no more.
 */
export function establishCrds(store: ObjectStore): void {
  store.subscribe(({ resource, type, object }) => {
    if (!resource.endsWith('/customresourcedefinitions')) return
    if (type === 'DELETED') {
      const custom = storedCustomResource(object)
      for (const orphan of store.list(custom)) store.delete(custom, orphan.metadata.namespace, orphan.metadata.name)
    }
    if (type === 'ADDED') {
      const { names, versions } = crdSpec(object)
      const conditions = ['NamesAccepted', 'Established'].map((condition) => ({ type: condition, status: 'True', lastTransitionTime: object.metadata.creationTimestamp }))
      const status = { acceptedNames: names, storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name), conditions }
      store.update(crdResource, undefined, object.metadata.name, { ...object, status })
    }
  })
}
