import type { KubeObject } from '../../../model/object.ts'
import { customSelectableFields } from './selectable-fields.ts'
import { storageKeyOf, type ServedKind, type Subresource } from './served-kind.ts'

/** A CustomResourceDefinition, as far as it is read here. */
export interface CrdSpec {
  readonly group: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly names: {
    readonly kind: string
    readonly plural: string
    readonly singular?: string
    readonly listKind?: string
    readonly shortNames?: readonly string[]
    readonly categories?: readonly string[]
  }
  readonly versions: readonly CrdVersion[]
}

export interface CrdVersion {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema?: { readonly openAPIV3Schema?: unknown }
  readonly subresources?: { readonly status?: object; readonly scale?: object }
  readonly selectableFields?: readonly { readonly jsonPath: string }[]
}

export function crdSpec(crd: KubeObject): CrdSpec {
  return crd['spec'] as unknown as CrdSpec
}

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

/** The kinds that a definition adds, one per served version. */
export function customKinds(crd: KubeObject): ServedKind[] {
  const { versions } = crdSpec(crd)
  const preferred = versions.filter(({ served }) => served).map(({ name }) => name).sort(byPriority)[0]
  return versions.filter(({ served }) => served).map((version) => customKind(crd, version, version.name === preferred))
}

/** The version that a definition's objects are kept in, served or not. */
export function storedKind(crd: KubeObject): ServedKind | undefined {
  const storage = crdSpec(crd).versions.find((version) => version.storage)
  return storage === undefined ? undefined : customKind(crd, storage, false)
}

function customKind(crd: KubeObject, version: CrdVersion, preferred: boolean): ServedKind {
  const { group, scope, names } = crdSpec(crd)
  const namespaced = scope === 'Namespaced'
  return {
    resource: {
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      namespaced,
      verbs,
      preferred,
    },
    storageKey: storageKeyOf(group, names.plural),
    subresources: Object.keys(version.subresources ?? {}).filter((name): name is Subresource => name === 'status'),
    countsGenerations: true,
    selectableFields: customSelectableFields(namespaced, version.selectableFields ?? []),
    custom: true,
    schema: version.schema?.openAPIV3Schema,
  }
}

/** Stable before beta before alpha, newer before older, others last: as Kubernetes orders versions. */
export function byPriority(a: string, b: string): number {
  const [x, y] = [priority(a), priority(b)]
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (a < b ? -1 : 1)
}

function priority(version: string): readonly [number, number, number] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (parts === null) return [-1, 0, 0]
  return [parts[2] === undefined ? 2 : parts[2] === 'beta' ? 1 : 0, Number(parts[1]), Number(parts[3] ?? 0)]
}
