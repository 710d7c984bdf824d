import { systemClock, type Clock } from '../../base/clock.ts'
import type { ClusterStore } from '../api-server/store/cluster-store.ts'
import { SampleCluster } from './cluster.ts'
import { ControllerManager } from './controllers/manager.ts'
import { EventRecorder } from './events.ts'
import { eventLimit } from './fill.ts'
import { Incidents } from './incidents.ts'
import { NodeLife } from './node-life.ts'
import { PodLife } from './pod-life.ts'
import { Random } from './random.ts'

export interface AnimationOptions {
  /** The same seed, on the same cluster and the same clock, gives the same life. Default 1. */
  readonly seed?: number
  readonly clock?: Clock
  /** Milliseconds between two steps; 0 takes none but those asked for. Default 1500. */
  readonly pace?: number
}

export interface Animation {
  /** Lets time go on by one step, now. */
  step(): void
  stop(): void
}

/**
 * Lets a filled sample cluster live. In each step something may happen (a release, a crash, more
 * load, a node that is lost, a job), Pods and nodes go on with their lives, and the controllers
 * set right what follows from it: between steps, everything agrees.
 */
export function animate(store: ClusterStore, { seed = 1, clock = systemClock, pace = 1500 }: AnimationOptions = {}): Animation {
  const cluster = new SampleCluster(store, { random: new Random(seed, store.resourceVersion), now: () => clock.now() })
  const scale = Math.max(1, Math.round(cluster.list('pods').length / 120))
  const events = new EventRecorder(cluster, eventLimit(scale))
  const pods = new PodLife(cluster, events, { instant: false })
  const controllers = new ControllerManager({ cluster, events, pods })
  const nodes = new NodeLife(cluster, events)
  const incidents = new Incidents({ cluster, events, pods }, nodes)
  controllers.enqueueAll()

  const step = () => {
    // What somebody else changed since the last step comes first.
    controllers.settle()
    incidents.step()
    controllers.settle()
    pods.tick()
    nodes.tick()
    controllers.settle()
  }
  let cancel: (() => void) | undefined
  const next = () => {
    cancel = clock.after(pace, () => {
      step()
      next()
    })
  }
  if (pace > 0) next()
  return {
    step,
    stop() {
      cancel?.()
      cancel = undefined
      pods.close()
      controllers.close()
      cluster.close()
    },
  }
}
