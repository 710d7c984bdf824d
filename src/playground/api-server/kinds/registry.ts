import type { KubeObject } from '../../../model/object.ts'
import { apiVersionOf, type GroupVersionKind, type Resource } from '../../../model/resource.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { builtIn, builtInKinds } from './built-in.ts'
import { byPriority, customKinds } from './custom.ts'
import { storageKeyOf, type ServedKind } from './served-kind.ts'

export const crdKind = builtIn('customresourcedefinitions')

interface Tables {
  readonly kinds: readonly ServedKind[]
  readonly byPath: ReadonlyMap<string, ServedKind>
  /** The preferred versions. */
  readonly byStorageKey: ReadonlyMap<string, ServedKind>
}

/** What the server serves now: the built-in kinds, and those of the definitions that are Established. */
export class Registry {
  readonly #store: ObjectStore
  #tables: Tables | undefined

  constructor(store: ObjectStore) {
    this.#store = store
    store.subscribe(({ storageKey }) => {
      if (storageKey === crdKind.storageKey) this.#tables = undefined
    })
  }

  /** All that can be listed. */
  resources(): readonly Resource[] {
    return this.kinds().map(({ resource }) => resource).filter(({ verbs }) => verbs.includes('list'))
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.kindAt(group, version, plural)?.resource
  }

  kinds(): readonly ServedKind[] {
    return this.#current().kinds
  }

  kindAt(group: string, version: string, plural: string): ServedKind | undefined {
    return this.#current().byPath.get(pathOf({ group, version, plural }))
  }

  /** In its preferred version. */
  kindOf(group: string, plural: string): ServedKind | undefined {
    return this.#current().byStorageKey.get(storageKeyOf(group, plural))
  }

  /** The groups with their versions, the preferred first, in the order in which the server lists them. */
  groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>()
    for (const { resource } of this.kinds()) {
      const versions = groups.get(resource.group) ?? []
      groups.set(resource.group, versions)
      if (!versions.includes(resource.version)) versions.push(resource.version)
    }
    for (const versions of groups.values()) versions.sort(byPriority)
    return groups
  }

  /** The kinds of one group version, by name. */
  in({ group, version }: Pick<GroupVersionKind, 'group' | 'version'>): readonly ServedKind[] {
    return this.kinds()
      .filter(({ resource }) => resource.group === group && resource.version === version)
      .toSorted((a, b) => (a.resource.plural < b.resource.plural ? -1 : 1))
  }

  #current(): Tables {
    this.#tables ??= this.#build()
    return this.#tables
  }

  #build(): Tables {
    const kinds = [...builtInKinds, ...[...this.#store.values(crdKind)].filter(isEstablished).flatMap(customKinds)]
    const preferred = kinds.filter(({ resource }) => resource.preferred)
    return {
      kinds,
      byPath: new Map(kinds.map((kind) => [pathOf(kind.resource), kind])),
      byStorageKey: new Map(preferred.map((kind) => [kind.storageKey, kind])),
    }
  }
}

function pathOf({ group, version, plural }: Pick<Resource, 'group' | 'version' | 'plural'>): string {
  return `${apiVersionOf({ group, version })}/${plural}`
}

function isEstablished(crd: KubeObject): boolean {
  const { conditions = [] } = (crd['status'] ?? {}) as { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True')
}
