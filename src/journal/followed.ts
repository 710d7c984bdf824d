import type { Change } from '../model/change.ts'
import type { KubeObject } from '../model/object.ts'
import type { Informer } from '../watch/informer.ts'
import type { Comparison } from './comparison.ts'
import { later, type Observed } from './journal-store.ts'
import type { Observation } from './transitions.ts'

/** A kind that is recorded, or is to be. */
export interface Followed {
  readonly informer: Informer
  /** `waiting` for a complete list; `comparing` it with the record; `following` its changes. */
  phase: 'waiting' | 'comparing' | 'following'
  comparison?: Comparison | undefined
  /** Changes since the list that is or was compared. */
  waiting: Change[]
  behindSince?: number
}

/** Whether what the informer holds is all there is, or was when it was last told. Of a kind that is gone that is nothing. */
export function isComplete(informer: Informer): boolean {
  const { state, syncedAt } = informer.status()
  return (state === 'GONE' || ((state === 'LIVE' || state === 'STALE') && syncedAt !== undefined)) && !informer.stopped.aborted
}

/** Changes of a kind that is followed, as they are recorded; `epoch` is that of the lease on it, where there are leases. */
export function observedOf(cluster: string, informer: Informer, changes: readonly Change[], view: (object: KubeObject) => KubeObject, epoch: number | undefined): Observed {
  return {
    cluster,
    kind: informer.resource,
    observations: changes.map((change) => observationOf(change, view)),
    resourceVersion: changes.map(({ object }) => object.metadata.resourceVersion ?? '').reduce(later),
    scope: JSON.stringify(informer.options),
    initial: false,
    newcomers: [],
    complete: false,
    ...(epoch === undefined ? {} : { epoch }),
  }
}

function observationOf({ type, object, oldObject }: Change, view: (object: KubeObject) => KubeObject): Observation {
  const before = oldObject === undefined ? undefined : view(oldObject)
  if (type !== 'DELETED') return { is: 'there', object: view(object), before }
  // A deletion that was seen has a resourceVersion of its own.
  return { is: 'gone', object: view(object), before, finalStateUnknown: object.metadata.resourceVersion === oldObject?.metadata.resourceVersion }
}
