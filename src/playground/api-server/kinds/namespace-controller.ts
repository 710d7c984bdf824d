import type { KubeObject } from '../../../model/object.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { builtIn } from './built-in.ts'
import type { Registry } from './registry.ts'

export const namespaceKind = builtIn('namespaces')

const manager = 'kube-controller-manager'

/** What every cluster has from its first moment on. */
export function createSystemNamespaces(store: ObjectStore): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) store.create(namespaceKind, undefined, { metadata: { name } }, { manager: 'kube-apiserver' })
}

/**
 * What the namespace controller does, at once: a namespace that is being deleted loses all its
 * objects and then goes. Objects that finalizers hold keep it Terminating until they are let go.
 */
export function controlNamespaces(store: ObjectStore, registry: Registry): void {
  const leaving = new Set<string>()
  store.subscribe(({ storageKey, type, object }) => {
    const { name, namespace, deletionTimestamp } = object.metadata
    if (storageKey === namespaceKind.storageKey) {
      if (type === 'DELETED') leaving.delete(name)
      else if (deletionTimestamp !== undefined && !leaving.has(name)) {
        leaving.add(name)
        terminate(store, registry, object)
      }
    } else if (type === 'DELETED' && namespace !== undefined && leaving.has(namespace)) finalize(store, registry, namespace)
  })
}

function terminate(store: ObjectStore, registry: Registry, namespace: KubeObject): void {
  const { name } = namespace.metadata
  store.update(namespaceKind, undefined, name, { ...namespace, status: { phase: 'Terminating' } }, { manager, subresource: 'status' })
  for (const [kind, object] of contents(store, registry, name)) store.delete(kind, name, object.metadata.name)
  finalize(store, registry, name)
}

function finalize(store: ObjectStore, registry: Registry, name: string): void {
  const namespace = store.find(namespaceKind, undefined, name)
  if (namespace === undefined || contents(store, registry, name).length > 0) return
  store.update(namespaceKind, undefined, name, { ...namespace, spec: {} }, { manager, subresource: 'finalize' })
}

function contents(store: ObjectStore, registry: Registry, namespace: string) {
  const kinds = new Map(registry.kinds().filter(({ resource }) => resource.namespaced).map((kind) => [kind.storageKey, kind]))
  return [...kinds.values()].flatMap((kind) =>
    [...store.values(kind)].filter((object) => object.metadata.namespace === namespace).map((object) => [kind, object] as const),
  )
}
