import { createHash } from 'node:crypto'
import type { ChangeType } from '../model/change.ts'
import type { KubeObject } from '../model/object.ts'
import type { GroupVersionKind } from '../model/resource.ts'

/**
 * Why, where the type alone does not say it. INITIAL: it was there when the recording of its
 * kind, or a reader of it, began. UNWATCHED: it may still exist, but the watch was limited
 * otherwise and does not reach it any more.
 */
export type EventReason = 'INITIAL' | 'UNWATCHED'

/** One recorded change of one object. */
export interface JournalEvent {
  /** The same for ever, and no other event's. Orders the events of one kind as text. */
  readonly id: string
  readonly cluster: string
  readonly kind: GroupVersionKind
  readonly uid: string
  /** Numbers the events of one kind, with gaps, strictly increasing. */
  readonly sequence: number
  readonly type: ChangeType
  readonly reason?: EventReason
  /** The deletion itself was not seen: the object is the last state that was. */
  readonly finalStateUnknown: boolean
  /** Milliseconds since the epoch. */
  readonly observedAt: number
  /** The new state; for DELETED the last known state. */
  readonly object: KubeObject
  /** What was recorded before; absent on ADDED, and where it was not kept. */
  readonly oldObject?: KubeObject
}

export interface EventIdentity extends Pick<JournalEvent, 'cluster' | 'kind' | 'uid' | 'sequence' | 'type'> {
  /** Tells the journal from others, whose numbers begin anew. */
  readonly journal: string
  readonly resourceVersion: string
}

const sequenceDigits = 10

/** Made of what makes the event that one, so that whoever records it again gives it the same. */
export function eventId({ journal, cluster, kind: { group, kind }, uid, sequence, type, resourceVersion }: EventIdentity): string {
  const ofKind = digest([journal, cluster, group, kind]).slice(0, 8)
  const ofEvent = digest([journal, cluster, group, kind, sequence, uid, type, resourceVersion]).slice(0, 12)
  return `${ofKind}-${sequence.toString(36).padStart(sequenceDigits, '0')}-${ofEvent}`
}

function digest(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
