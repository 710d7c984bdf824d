import type { Resource } from '../../../model/resource.ts'

export type Subresource = 'status' | 'scale'

/** One version of a kind as this server serves it. */
export interface ServedKind {
  readonly resource: Resource
  /** `apps/deployments`: where the objects are kept, the same for every version of the kind. */
  readonly storageKey: string
  readonly subresources: readonly Subresource[]
  /** Whether the server counts changes of the specification in `metadata.generation`. */
  readonly countsGenerations: boolean
  /** What a field selector may name. */
  readonly selectableFields: readonly string[]
  /** From a CRD. */
  readonly custom: boolean
  /** A CRD's OpenAPI v3 schema of this version. */
  readonly schema?: unknown
}

export const storageKeyOf = (group: string, plural: string): string => `${group}/${plural}`
