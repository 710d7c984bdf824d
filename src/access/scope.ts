import type { Resource } from '../model/resource.ts'

/**
 * What a caller may read. Every read of a cache is given one, and listers apply it at their
 * indexes, before anything is filtered, counted or grouped.
 */
export interface Scope {
  /** The namespaces whose objects of this kind the caller may list; `all` includes cluster-scoped objects. */
  readableNamespaces(resource: Resource): 'all' | ReadonlySet<string>
}

export const allSeeing: Scope = { readableNamespaces: () => 'all' }
