import type { Json } from '../model/json.ts'
import type { KubeObject } from '../model/object.ts'
import type { GroupKind } from '../model/resource.ts'
import type { LabelQuery } from './label-query.ts'
import type { ReferencesOf } from './references.ts'

/**
 * How objects of one kind say which objects of another kind they belong with. Said once, it is
 * read from both ends: `name` is the field on `from`, `inverse` that on `to`.
 */
export interface RelationDeclaration {
  readonly from: GroupKind
  /** One kind, or those that a reference may point at. */
  readonly to: GroupKind | readonly GroupKind[]
  readonly name: string
  /** Whether an object may have several; then the field is a list. Default: as a selector always may, false otherwise. */
  readonly many?: boolean
  /** Absent: it is not read from the other end. Always a list. */
  readonly inverse?: string
  readonly via: Via
}

export type Via =
  /** `from` names `to` among its ownerReferences. */
  | { readonly by: 'owner' }
  /** `from` names `to`, with its namespace or in its own. */
  | { readonly by: 'reference'; readonly references: ReferencesOf; readonly partOf?: (object: KubeObject) => unknown; readonly holds?: Holds }
  /** `from` selects `to` by labels, in its own namespace or in any. */
  | { readonly by: 'selector'; readonly selectorOf: (object: KubeObject) => Json | undefined; readonly read: (selector: Json | undefined) => LabelQuery | undefined; readonly anyNamespace?: boolean }
  /** Both have a key in common. */
  | { readonly by: 'key'; readonly keysOf: KeysOf; readonly keysOfOther: KeysOf }
  /** Over other relations, one after the other: their names from `from` on, and from `to` back. */
  | { readonly by: 'through'; readonly there: readonly string[]; readonly back: readonly string[] }

/** Texts in which both objects' namespaces count as whoever declares it says. */
export type KeysOf = (object: KubeObject) => readonly string[]

/** What else must be so, besides that the one names the other. */
export type Holds = (from: KubeObject, to: KubeObject) => boolean

export function kindOf(group: string, kind: string): GroupKind {
  return { group, kind }
}

export function spec(object: KubeObject): Json | undefined {
  return object['spec']
}
