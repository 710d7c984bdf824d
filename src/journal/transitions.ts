import type { ChangeType } from '../model/change.ts'
import { keyOf, type KubeObject } from '../model/object.ts'
import type { EventReason } from './event.ts'

/** What is recorded of an object. */
export interface Known {
  readonly uid: string
  readonly resourceVersion: string
  /** Its last state, as far as that was kept. */
  readonly object: KubeObject
}

/** What was learned of whatever lives under one name. `before` is what was known until then, where that is at hand. */
export type Observation =
  | { readonly is: 'there'; readonly object: KubeObject; readonly before?: KubeObject | undefined }
  | { readonly is: 'gone'; readonly object: KubeObject; readonly before?: KubeObject | undefined; readonly finalStateUnknown: boolean }
  /** Recorded, and in a complete list no longer. */
  | { readonly is: 'missing'; readonly key: string; readonly uid: string; readonly reason?: EventReason }

export interface Transition {
  readonly type: ChangeType
  readonly reason?: EventReason
  readonly finalStateUnknown: boolean
  readonly object: KubeObject
  readonly oldObject?: KubeObject
}

export function keyOfObservation(observation: Observation): string {
  return observation.is === 'missing' ? observation.key : keyOf(observation.object)
}

/**
 * What an observation changes in the record. What the record has already is no change, so that
 * the same may be observed as often as one likes. `initial`: what has not been there is not new,
 * only seen for the first time.
 */
export function transitionsOf(known: Known | undefined, observation: Observation, initial = false): readonly Transition[] {
  const uid = observation.is === 'missing' ? observation.uid : (observation.object.metadata.uid ?? '')
  if (observation.is === 'there') {
    const { object } = observation
    const added: Transition = { type: 'ADDED', finalStateUnknown: false, object, ...(initial ? { reason: 'INITIAL' as const } : {}) }
    if (known === undefined) return [added]
    if (known.uid !== uid) return [{ type: 'DELETED', finalStateUnknown: true, object: known.object, oldObject: known.object }, added]
    if (known.resourceVersion === (object.metadata.resourceVersion ?? '')) return []
    return [{ type: 'MODIFIED', finalStateUnknown: false, object, oldObject: known.object }]
  }
  // The end of an earlier object of the same name is known already.
  if (known === undefined || known.uid !== uid) return []
  if (observation.is === 'gone') return [{ type: 'DELETED', finalStateUnknown: observation.finalStateUnknown, object: observation.object, oldObject: known.object }]
  const { reason } = observation
  return [{ type: 'DELETED', finalStateUnknown: true, object: known.object, oldObject: known.object, ...(reason === undefined ? {} : { reason }) }]
}
