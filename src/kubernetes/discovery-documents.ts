import type { GroupVersionKind, Resource } from '../model/resource.ts'

/** The documents in which API servers describe what they serve, as far as they are read here. */

export const aggregatedAccept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',')

/** KEP-3352. */
export interface AggregatedDocument {
  readonly kind: 'APIGroupDiscoveryList'
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string }
    /** The preferred version first. */
    readonly versions?: readonly {
      readonly version: string
      /** `Stale` when an aggregated server behind this version does not answer. */
      readonly freshness?: string
      readonly resources?: readonly {
        readonly resource: string
        readonly responseKind?: Partial<GroupVersionKind>
        readonly scope?: 'Namespaced' | 'Cluster'
        readonly singularResource?: string
        readonly verbs?: readonly string[]
        readonly shortNames?: readonly string[]
        readonly categories?: readonly string[]
        readonly subresources?: readonly { readonly subresource: string; readonly responseKind?: Partial<GroupVersionKind>; readonly verbs?: readonly string[] }[]
      }[]
    }[]
  }[]
}

export interface CoreVersionsDocument {
  readonly kind: 'APIVersions'
  readonly versions?: readonly string[]
}

export interface GroupListDocument {
  readonly kind: 'APIGroupList'
  readonly groups?: readonly {
    readonly name: string
    readonly versions?: readonly { readonly version: string }[]
    readonly preferredVersion?: { readonly version: string }
  }[]
}

export interface ResourceListDocument {
  readonly kind: 'APIResourceList'
  readonly resources?: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    /** Of the objects, where they are of another group version than this one. */
    readonly group?: string
    readonly version?: string
    readonly singularName?: string
    readonly verbs?: readonly string[]
    readonly shortNames?: readonly string[]
    readonly categories?: readonly string[]
  }[]
}

/** The resources of one group version, and whether that is the whole truth. */
export interface GroupVersionResources {
  readonly group: string
  readonly version: string
  /** False when the server behind the group version did not answer. */
  readonly complete: boolean
  readonly resources: readonly Resource[]
  readonly subresources: readonly Subresource[]
}

/** `pods/log`: served under another resource, of objects that may be of another group version. */
export interface Subresource {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

export function readAggregated(document: AggregatedDocument): GroupVersionResources[] {
  return (document.items ?? []).flatMap((item) => {
    const group = item.metadata?.name ?? ''
    return (item.versions ?? []).map((served, position) => ({
      group,
      version: served.version,
      complete: served.freshness !== 'Stale',
      resources: (served.resources ?? []).flatMap(({ resource, responseKind, scope, singularResource, verbs, shortNames, categories }) =>
        // Without a kind there are only subresources to it.
        responseKind?.kind
          ? {
              // Where it is served counts, not what the document says of its objects: paths are made of it.
              group,
              version: served.version,
              kind: responseKind.kind,
              plural: resource,
              singular: singularResource ?? '',
              shortNames: shortNames ?? [],
              categories: categories ?? [],
              namespaced: scope === 'Namespaced',
              verbs: verbs ?? [],
              preferred: position === 0,
            }
          : [],
      ),
      subresources: (served.resources ?? []).flatMap(({ resource, scope, subresources }) =>
        (subresources ?? []).map(({ subresource, responseKind, verbs }) => asSubresource({ name: `${resource}/${subresource}`, ...responseKind, namespaced: scope === 'Namespaced', verbs: verbs ?? [] }, group, served.version)),
      ),
    }))
  })
}

export function readResourceList(document: ResourceListDocument, group: string, version: string, preferred: boolean): GroupVersionResources {
  const all = document.resources ?? []
  const resources = all
    .filter((resource) => !resource.name.includes('/'))
    .map((resource) => ({
      group,
      version,
      kind: resource.kind,
      plural: resource.name,
      singular: resource.singularName ?? '',
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      namespaced: resource.namespaced,
      verbs: resource.verbs ?? [],
      preferred,
    }))
  const subresources = all.filter(({ name }) => name.includes('/')).map((resource) => asSubresource(resource, group, version))
  return { group, version, complete: true, resources, subresources }
}

type GivenSubresource = Pick<Subresource, 'name' | 'namespaced'> & Partial<Subresource>

/** The surrounding group version is left out: servers say it or not. */
function asSubresource({ name, namespaced, kind = '', verbs = [], ...objects }: GivenSubresource, group: string, version: string): Subresource {
  const isElsewhere = Boolean(objects.version) && (objects.group !== group || objects.version !== version)
  return { name, kind, ...(isElsewhere ? { group: objects.group ?? '', version: objects.version ?? '' } : {}), namespaced, verbs }
}
