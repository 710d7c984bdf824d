import type { KubeObject } from '../../../model/object.ts'
import type { StoredEvent } from '../store/history.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { crdSpec, storedKind } from './custom.ts'
import { crdKind } from './registry.ts'

const manager = 'kube-apiserver'

/**
 * What the server does about CustomResourceDefinitions: a new one becomes Established, so that
 * its kind is served; the objects of a deleted one go with it. Both are done before the next
 * request is answered.
 */
export function controlDefinitions(store: ObjectStore): void {
  store.subscribe((event) => {
    if (event.storageKey !== crdKind.storageKey) return
    if (event.type === 'ADDED') establish(store, event.object)
    if (event.type === 'DELETED') removeObjects(store, event)
  })
}

function establish(store: ObjectStore, crd: KubeObject): void {
  const { names, versions } = crdSpec(crd)
  const lastTransitionTime = crd.metadata.creationTimestamp
  const status = {
    conditions: [
      { type: 'NamesAccepted', status: 'True', lastTransitionTime, reason: 'NoConflicts', message: 'no conflicts found' },
      { type: 'Established', status: 'True', lastTransitionTime, reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
    ],
    acceptedNames: names,
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  }
  store.update(crdKind, undefined, crd.metadata.name, { ...crd, status }, { manager, subresource: 'status' })
}

function removeObjects(store: ObjectStore, { object: crd }: StoredEvent): void {
  const kind = storedKind(crd)
  if (kind === undefined) return
  for (const object of store.values(kind)) {
    // Nothing can serve these any more, so finalizers cannot hold them either.
    const { finalizers: _finalizers, ...metadata } = object.metadata as KubeObject['metadata'] & { readonly finalizers?: readonly string[] }
    const { namespace, name } = metadata
    store.update(kind, namespace, name, { ...object, metadata })
    if (store.find(kind, namespace, name) !== undefined) store.delete(kind, namespace, name)
  }
}
