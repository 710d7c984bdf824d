import type { KubeObject } from '../model/object.ts'
import type { GroupKind } from '../model/resource.ts'
import type { KeyIndex } from '../store/key-indexes.ts'
import type { LabelQuery } from './label-query.ts'
import type { Reference } from './references.ts'

/** A relation as objects of one kind have it: a field of theirs. */
export interface RelationEnd {
  readonly name: string
  readonly many: boolean
  /** The kinds it may lead to; none given, whatever kind a reference names. */
  readonly kinds: readonly GroupKind[]
  readonly find: Find
}

export type Find =
  /** The object names them. */
  | { readonly by: 'reference'; readonly references: (object: KubeObject) => readonly Reference[]; readonly holds: (target: KubeObject, object: KubeObject) => boolean }
  /** They have one of the object's keys in an index of theirs. */
  | { readonly by: 'key'; readonly indexOf: (at: At) => KeyIndex; readonly keysOf: (at: At) => readonly string[]; readonly holds: (target: KubeObject, at: At) => boolean }
  /** The object selects them by their labels. */
  | { readonly by: 'labels'; readonly queryOf: (object: KubeObject) => LabelQuery | undefined; readonly anyNamespace: boolean }
  | { readonly by: 'through'; readonly steps: readonly string[] }

/** An object, and what of its kind matters for finding others. */
export interface At {
  readonly kind: GroupKind
  readonly namespaced: boolean
  readonly object: KubeObject
}
