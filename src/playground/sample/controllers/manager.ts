import type { KubeObject } from '../../../model/object.ts'
import type { StoredEvent } from '../../api-server/store/history.ts'
import { controllerOf } from '../cluster.ts'
import { isReady, matches, specAs, specOf, type Labels } from '../shapes.ts'
import { reconcileAutoscaler } from './autoscalers.ts'
import type { Reconcile, Workshop } from './controller.ts'
import { reconcileCronJob } from './cron-jobs.ts'
import { reconcileDaemonSet } from './daemon-sets.ts'
import { reconcileDeployment } from './deployments.ts'
import { reconcileBudget } from './disruption-budgets.ts'
import { reconcileService } from './endpoints.ts'
import { reconcileJob } from './jobs.ts'
import { reconcileNamespace } from './namespaces.ts'
import { reconcileNode } from './nodes.ts'
import { reconcileQuota } from './quotas.ts'
import { reconcileReplicaSet } from './replica-sets.ts'
import { reconcileStatefulSet } from './stateful-sets.ts'
import { reconcileClaim } from './volumes.ts'

const controllers: Readonly<Record<string, Reconcile>> = {
  cronjobs: reconcileCronJob,
  daemonsets: reconcileDaemonSet,
  deployments: reconcileDeployment,
  horizontalpodautoscalers: reconcileAutoscaler,
  jobs: reconcileJob,
  namespaces: reconcileNamespace,
  nodes: reconcileNode,
  persistentvolumeclaims: reconcileClaim,
  poddisruptionbudgets: reconcileBudget,
  replicasets: reconcileReplicaSet,
  resourcequotas: reconcileQuota,
  services: reconcileService,
  statefulsets: reconcileStatefulSet,
}

const pluralOfOwner: Readonly<Record<string, string>> = { CronJob: 'cronjobs', DaemonSet: 'daemonsets', Deployment: 'deployments', Job: 'jobs', ReplicaSet: 'replicasets', StatefulSet: 'statefulsets' }

const ownable = ['replicasets', 'pods', 'jobs', 'controllerrevisions', 'endpointslices']

/** A controller that is still not content after so many looks at one object is a bug. */
const maxLooks = 1000

/**
 * The sample's controller manager. As Kubernetes' own controllers, they hear of changes and set
 * right what is not as it should be; whoever made the change, a person with kubectl included.
 */
export class ControllerManager {
  readonly #workshop: Workshop
  readonly #queue = new Map<string, { readonly plural: string; readonly object: KubeObject }>()
  readonly #unsubscribe: () => void

  constructor(workshop: Workshop) {
    this.#workshop = workshop
    this.#unsubscribe = workshop.cluster.subscribe((plural, event) => this.#hear(plural, event))
  }

  close(): void {
    this.#unsubscribe()
  }

  /** Looks at everything: for a cluster in which something happened while no controllers ran. */
  enqueueAll(): void {
    for (const plural of Object.keys(controllers)) for (const object of this.#workshop.cluster.list(plural)) this.#enqueue(plural, object)
  }

  /** Works until everything is as it should be, as far as that needs no time. */
  settle(): void {
    const looks = new Map<string, number>()
    for (const [key, { plural, object }] of this.#queue) {
      this.#queue.delete(key)
      const count = (looks.get(key) ?? 0) + 1
      looks.set(key, count)
      if (count > maxLooks) throw new Error(`The controllers do not agree about ${key}.`)
      const current = this.#workshop.cluster.current(plural, object)
      if (current !== undefined) controllers[plural]?.(current, this.#workshop)
    }
  }

  #hear(plural: string, { type, object, previous }: StoredEvent): void {
    const { cluster } = this.#workshop
    if (type === 'DELETED') this.#collect(plural, object)
    else this.#enqueue(plural, object)
    const owner = controllerOf(object)
    const ownerPlural = owner && pluralOfOwner[owner.kind]
    const found = ownerPlural && cluster.find(ownerPlural, object.metadata.namespace, owner.name)
    if (found) this.#enqueue(ownerPlural, found)
    if (plural === 'pods') this.#hearOfPod(object, previous)
    if (plural === 'nodes' && (type !== 'MODIFIED' || (previous !== undefined && isReady(previous) !== isReady(object)))) this.#enqueueEach('daemonsets', cluster.list('daemonsets'))
    if (plural === 'deployments') this.#enqueueEach('horizontalpodautoscalers', cluster.listIn('horizontalpodautoscalers', object.metadata.namespace).filter(({ metadata }) => metadata.name === object.metadata.name))
    if (type !== 'MODIFIED') this.#enqueueEach('resourcequotas', cluster.listIn('resourcequotas', object.metadata.namespace))
  }

  /** What belongs to something goes with it. */
  #collect(plural: string, gone: KubeObject): void {
    const { cluster } = this.#workshop
    for (const kind of ownable) for (const orphan of cluster.ownedBy(gone, kind)) cluster.remove(kind, orphan)
    if (plural === 'nodes') for (const pod of cluster.podsOn(gone.metadata.name)) cluster.remove('pods', pod)
    const endpoints = plural === 'services' ? cluster.find('endpoints', gone.metadata.namespace, gone.metadata.name) : undefined
    if (endpoints !== undefined) cluster.remove('endpoints', endpoints)
  }

  /** Those that select a Pod, as it is or as it was. */
  #hearOfPod(pod: KubeObject, previous: KubeObject | undefined): void {
    const { cluster } = this.#workshop
    const { namespace } = pod.metadata
    const selects = (selector: Labels | undefined) => selector !== undefined && (matches(pod.metadata.labels, selector) || (previous !== undefined && matches(previous.metadata.labels, selector)))
    this.#enqueueEach('services', cluster.listIn('services', namespace).filter((service) => selects(specAs<{ selector?: Labels }>(service).selector)))
    this.#enqueueEach('poddisruptionbudgets', cluster.listIn('poddisruptionbudgets', namespace).filter((budget) => selects(specOf(budget).selector.matchLabels)))
    this.#enqueueEach('resourcequotas', cluster.listIn('resourcequotas', namespace))
  }

  #enqueueEach(plural: string, objects: readonly KubeObject[]): void {
    for (const object of objects) this.#enqueue(plural, object)
  }

  #enqueue(plural: string, object: KubeObject): void {
    if (controllers[plural] === undefined) return
    const { namespace = '', name } = object.metadata
    this.#queue.set(`${plural} ${namespace}/${name}`, { plural, object })
  }
}
