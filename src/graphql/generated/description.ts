/**
 * What the worker makes of OpenAPI documents and the main thread makes GraphQL types of: plain
 * data, small enough to be handed from thread to thread.
 */

/** Every other type name is that of an object description, which always begins with its group and version. */
export type ScalarName = 'String' | 'Boolean' | 'Int' | 'Int64' | 'Float' | 'DateTime' | 'Quantity' | 'IntOrString' | 'StringMap' | 'JSON'

export interface TypeReference {
  /** A scalar's name or that of an object description. */
  readonly of: string
  /** Absent for one value, 1 for a list, 2 for a list of lists. */
  readonly lists?: number
  /** Whether the innermost lists may hold nulls. */
  readonly nullableItems?: boolean
}

export interface FieldDescription {
  /** As the objects have it. */
  readonly key: string
  /** As GraphQL can spell it. */
  readonly name: string
  readonly type: TypeReference
  readonly description?: string
}

export interface ObjectDescription {
  readonly name: string
  readonly description?: string
  readonly fields: readonly FieldDescription[]
  /** Whether there is more in the objects than the fields tell. */
  readonly open?: boolean
  /** Part of Kubernetes' own model, which the documents of several group versions repeat. */
  readonly shared?: boolean
}

export interface KindDescription {
  readonly kind: string
  /** Its fields beside `apiVersion`, `kind` and `metadata`. */
  readonly root: ObjectDescription
}

/** Why a kind has no type of its own. */
export interface KindFailure {
  readonly kind: string
  readonly reason: string
}

/** What one document says of the kinds of one group version. */
export interface ReducedDocument {
  readonly kinds: readonly KindDescription[]
  readonly failures: readonly KindFailure[]
  /** What the kinds are made of; none stands for a kind itself. */
  readonly types: readonly ObjectDescription[]
}

export interface ReductionLimits {
  /** Object types in one kind. */
  readonly maxTypesPerKind: number
  /** Objects in objects, as far as they are spelled out; what is deeper is JSON. */
  readonly maxDepth: number
}
