import type { Draft } from '../../src/playground/api-server/store/draft.ts'
import type { ApiServer } from '../../src/playground/api-server/api-server.ts'

export const gizmoGroup = 'lab.example.com'

/** The definition of the namespaced kind `${kind}.lab.example.com`, served in these versions; objects are kept in the last one. */
export function definitionOf(kind: string, versions: readonly string[]): Draft {
  const plural = `${kind.toLowerCase()}s`
  return {
    metadata: { name: `${plural}.${gizmoGroup}` },
    spec: {
      group: gizmoGroup,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions.map((name, index) => versionOf(name, index === versions.length - 1)),
    },
  }
}

export function versionOf(name: string, storage: boolean) {
  return { name, served: true, storage, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }
}

/** The definitions of an API server in memory: what is written is served at once. */
export function definitionsOf({ store }: Pick<ApiServer, 'store'>) {
  const definitions = store.resource('customresourcedefinitions')
  const name = (kind: string) => `${kind.toLowerCase()}s.${gizmoGroup}`
  return {
    install: (kind: string, versions: readonly string[]) => void store.create(definitions, undefined, definitionOf(kind, versions)),
    edit: (kind: string, versions: readonly string[]) => {
      const { status } = store.get(definitions, undefined, name(kind))
      store.update(definitions, undefined, name(kind), { ...definitionOf(kind, versions), status })
    },
    remove: (kind: string) => void store.delete(definitions, undefined, name(kind)),
  }
}
