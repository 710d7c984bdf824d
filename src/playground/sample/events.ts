import type { KubeObject } from '../../model/object.ts'
import type { SampleCluster } from './cluster.ts'

/** Who tells what about an object. */
export interface Occurrence {
  readonly type?: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
  readonly host?: string
}

/**
 * Records Events as Kubernetes' components do: what happens again to the same object is counted
 * in one Event. The oldest go when there are too many.
 */
export class EventRecorder {
  readonly #cluster: SampleCluster
  readonly #limit: number
  /** By what is told of whom, the longest untouched first. */
  readonly #events = new Map<string, KubeObject>()

  constructor(cluster: SampleCluster, limit: number) {
    this.#cluster = cluster
    this.#limit = limit
    for (const event of cluster.list('events')) this.#events.set(keyOf(event), event)
  }

  record(about: KubeObject, { type = 'Normal', reason, message, component, host }: Occurrence): void {
    // Kubernetes keeps Events for an hour.
    if (this.#cluster.isForgotten) return
    const { namespace, name, uid = '', resourceVersion = '' } = about.metadata
    const lastTimestamp = this.#cluster.timestamp()
    const involvedObject = { kind: about.kind, ...(namespace === undefined ? {} : { namespace }), name, uid, apiVersion: about.apiVersion, resourceVersion }
    const draft = { involvedObject, reason, message, type, source: { component, ...(host === undefined ? {} : { host }) }, reportingComponent: component, reportingInstance: host ?? '' }
    const key = keyOf(draft)
    const known = this.#events.get(key)
    const current = known && this.#cluster.current('events', known)
    this.#events.delete(key)
    if (current !== undefined) {
      this.#cluster.change('events', current, { count: ((current['count'] as number | undefined) ?? 1) + 1, lastTimestamp }, component)
      this.#events.set(key, current)
      return
    }
    const place = namespace ?? 'default'
    const created = this.#cluster.create('events', place, { metadata: { name: `${name}.${this.#cluster.random.hex(16)}` }, ...draft, count: 1, firstTimestamp: lastTimestamp, lastTimestamp, eventTime: null }, component)
    this.#events.set(key, created)
    if (this.#events.size > this.#limit) this.#forgetOldest()
  }

  #forgetOldest(): void {
    const [oldest] = this.#events
    if (oldest === undefined) return
    this.#events.delete(oldest[0])
    this.#cluster.remove('events', oldest[1])
  }
}

function keyOf(event: { readonly [member: string]: unknown }): string {
  const { uid } = event['involvedObject'] as { readonly uid?: string }
  return JSON.stringify([uid, event['reason'], event['message']])
}
