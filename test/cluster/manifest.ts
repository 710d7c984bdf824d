/** A Kubernetes object as it is written and as the API server answers it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  // Tests look into objects of many kinds: `unknown` here would put a cast on every step.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [field: string]: any
}

/** What tells where an object lives. */
export type ObjectReference = Pick<Manifest, 'apiVersion' | 'kind'> & { readonly metadata: { readonly name: string; readonly namespace?: string } }

/** `/apis/apps/v1/namespaces/shop/deployments`; without a namespace, the collection across all of them. */
export function collectionPath(apiVersion: string, kind: string, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  return `${root}${scope}/${pluralOf(kind)}`
}

export function objectPath({ apiVersion, kind, metadata }: ObjectReference): string {
  return `${collectionPath(apiVersion, kind, metadata.namespace)}/${metadata.name}`
}

/** Right for the kinds used here; the exceptions (Endpoints, ...) are not among them. */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase()
  if (singular.endsWith('s')) return `${singular}es`
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
