import type { KubeObject } from '../../../model/object.ts'
import type { SampleCluster } from '../cluster.ts'
import type { EventRecorder } from '../events.ts'
import type { PodLife } from '../pod-life.ts'

/** What the controllers work with. */
export interface Workshop {
  readonly cluster: SampleCluster
  readonly events: EventRecorder
  readonly pods: PodLife
}

/**
 * Makes the world what an object says, and says in its status what the world is. Called with
 * the object's current state whenever something changed that it may depend on; changes nothing
 * where nothing is to be changed.
 */
export type Reconcile = (object: KubeObject, workshop: Workshop) => void
