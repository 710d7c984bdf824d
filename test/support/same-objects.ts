/** An object as API servers and the gateway give it. */
export interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string>; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

export const keyOf = ({ metadata }: Item): string => `${metadata.namespace ?? ''}/${metadata.name}`

export interface Difference {
  /** `namespace/name` */
  readonly key: string
  /** As the cache is to hold it; undefined when it is not to. */
  readonly expected: object | undefined
  readonly actual: object | undefined
}

/** The first object that a list of the server and the gateway's cache do not agree on. */
export function firstDifference(served: readonly Item[], cached: readonly Item[]): Difference | undefined {
  const expected = new Map(served.map((item) => [keyOf(item), asCached(item)]))
  const actual = new Map(cached.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => [keyOf(item), item]))
  const key = [...new Set([...expected.keys(), ...actual.keys()])].find((key) => JSON.stringify(sorted(expected.get(key))) !== JSON.stringify(sorted(actual.get(key))))
  return key === undefined ? undefined : { key, expected: expected.get(key), actual: actual.get(key) }
}

/** An item as the cache is to hold it. */
function asCached({ apiVersion: _apiVersion, kind: _kind, ...item }: Item): object {
  const { managedFields: _managedFields, annotations, ...metadata } = item.metadata
  const { 'kubectl.kubernetes.io/last-applied-configuration': _lastApplied, ...kept } = annotations ?? {}
  return { ...item, metadata: Object.keys(kept).length === 0 ? metadata : { ...metadata, annotations: kept } }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]))
}
