import type { KubeObject } from '../../model/object.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import { builtInResources } from './kinds.ts'
import type { ObjectStore } from './object-store.ts'

export const crdResource = builtInResources.find((resource) => resource.plural === 'customresourcedefinitions') as Resource

/** A custom resource definition, as far as it is read here. */
export interface CrdSpec {
  readonly group: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly names: { readonly kind: string; readonly plural: string; readonly singular?: string; readonly shortNames?: readonly string[]; readonly categories?: readonly string[] }
  readonly versions: readonly { readonly name: string; readonly served: boolean; readonly storage: boolean; readonly schema?: { readonly openAPIV3Schema?: unknown } }[]
}

/** Which resources the server serves: the built-in ones, and those of the CRDs that stand in the store now. */
export class Registry {
  readonly #store: ObjectStore
  #custom: readonly Resource[] | undefined

  constructor(store: ObjectStore) {
    this.#store = store
    store.subscribe((event) => {
      if (event.resource.endsWith('/customresourcedefinitions')) this.#custom = undefined
    })
  }

  resources(): readonly Resource[] {
    this.#custom ??= this.#store.list(crdResource).flatMap(resourcesOf)
    return [...builtInResources, ...this.#custom]
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.resources().find((resource) => resource.group === group && resource.version === version && resource.plural === plural)
  }

  isCustom(resource: Resource): boolean {
    return !builtInResources.includes(resource)
  }

  /** Groups with their versions, the preferred first. */
  groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>()
    for (const { group, version, preferred } of this.resources()) {
      const versions = groups.get(group) ?? []
      groups.set(group, versions)
      if (!versions.includes(version)) versions[preferred ? 'unshift' : 'push'](version)
    }
    return groups
  }

  in(group: string, version: string): readonly Resource[] {
    return this.resources().filter((resource) => apiVersionOf(resource) === apiVersionOf({ group, version }))
  }
}

export function crdSpec(crd: KubeObject): CrdSpec {
  return crd['spec'] as unknown as CrdSpec
}

/** The storage version's resource of a definition, whether or not it is still served. */
export function storedCustomResource(crd: KubeObject): Resource {
  const storage = crdSpec(crd).versions.find((version) => version.storage)?.name
  const resources = resourcesOf(crd)
  return (resources.find((resource) => resource.version === storage) ?? resources[0]) as Resource
}

function resourcesOf(crd: KubeObject): Resource[] {
  const { group, scope, names, versions } = crdSpec(crd)
  const served = versions.filter((version) => version.served)
  const preferred = served.map(({ name }) => name).sort(byPriority)[0]
  return served.map(({ name: version }) => ({
    group,
    version,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    preferred: version === preferred,
  }))
}

/** Stable before beta before alpha, newer before older, as Kubernetes orders versions. */
function byPriority(a: string, b: string): number {
  const [x, y] = [priority(a), priority(b)]
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (a < b ? -1 : 1)
}

function priority(version: string): [number, number, number] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (parts === null) return [-1, 0, 0]
  return [parts[2] === undefined ? 2 : parts[2] === 'beta' ? 1 : 0, Number(parts[1]), Number(parts[3] ?? 0)]
}
