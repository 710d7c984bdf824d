/** A kind without its version: what makes two objects of several versions one object. The core group is `''`. */
export interface GroupKind {
  readonly group: string
  readonly kind: string
}

export interface GroupVersionKind extends GroupKind {
  readonly version: string
}

/** One served version of a kind, as the cluster's discovery describes it. */
export interface Resource extends GroupVersionKind {
  /** The name in request paths: `deployments`. */
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Whether this is the version that the server prefers for the kind. */
  readonly preferred: boolean
}

/** `core` is accepted on input everywhere for the group that Kubernetes calls `''`. */
export function normaliseGroup(group: string | null | undefined): string {
  return group === undefined || group === null || group === 'core' ? '' : group
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
}

/** `apps/v1/Deployment`, or `v1/Pod` for the core group: how kinds read in logs, messages and keys. */
export function formatKind(kind: GroupVersionKind): string {
  return `${apiVersionOf(kind)}/${kind.kind}`
}

/** `/apis/apps/v1/namespaces/shop/deployments`: the collection's path on the API server. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  return namespace !== undefined && resource.namespaced
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`
    : `${root}/${resource.plural}`
}
