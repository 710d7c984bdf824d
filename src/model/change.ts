import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One change of one cached object, in the order in which the cache saw it. */
export interface Change {
  readonly cluster: string
  /** Position in the cluster's change feed: strictly increasing, without gaps, across all kinds. */
  readonly sequence: number
  readonly type: ChangeType
  readonly resource: Resource
  /** The new state; for DELETED the last known state. */
  readonly object: KubeObject
  /** What the cache held before; absent on ADDED. */
  readonly oldObject?: KubeObject
  /** Length of the object's JSON text; about what its new state takes of the memory at most. */
  readonly bytes: number
}
