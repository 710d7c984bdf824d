import type { KubeObject } from '../model/object.ts'
import type { Predicate } from '../model/predicate.ts'
import type { Resource } from '../model/resource.ts'
import type { KeyIndex } from './key-indexes.ts'

export interface RankedObject {
  readonly object: KubeObject
  /** As `searchRank` gives it: the least is the best. 0 where nothing is searched for. */
  readonly rank: number
}

/** The read side of one kind's store, as far as one caller's scope reaches. */
export interface Lister {
  readonly cluster: string
  readonly resource: Resource
  /** Whether the caller's scope reaches an object of this kind, stored or not. */
  mayRead(object: KubeObject): boolean
  /** The same for whatever there may be in a namespace; for cluster-scoped objects without one. */
  reaches(namespace: string | undefined): boolean
  get(namespace: string | undefined, name: string): KubeObject | undefined
  byUid(uid: string): KubeObject | undefined
  /** Builds an index while others go on; undefined where it is there already. */
  prepareKeys(index: KeyIndex): Promise<void> | undefined
  /** The objects that an index has under a key, in order. Right also where it was not prepared, but then it may take long. */
  byKey(index: KeyIndex, key: string): readonly KubeObject[]
  /** How many there are, those out of the caller's reach included: for choosing between indexes, not for answers. */
  sizeOfKey(index: KeyIndex, key: string): number
  /** Makes `select`, `ranked` and `count` quick for a predicate that searches; what they answer is the same without. Others wait no longer than some milliseconds. */
  prepare(predicate: Predicate): Promise<void>
  /** All objects that the predicate holds for, by (namespace, name) in code unit order. Uses an index where one fits. */
  select(predicate: Predicate): readonly KubeObject[]
  /** The same, with how well each matches what the predicate searches for. */
  ranked(predicate: Predicate): readonly RankedObject[]
  /** How many objects the predicate holds for; cheaper than `select` where an index answers. */
  count(predicate: Predicate): number
}
