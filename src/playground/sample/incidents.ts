import type { KubeObject } from '../../model/object.ts'
import { measure } from './controllers/autoscalers.ts'
import type { Workshop } from './controllers/controller.ts'
import { runCronJob } from './controllers/cron-jobs.ts'
import type { NodeLife } from './node-life.ts'
import { isMissing } from './pod-life.ts'
import { versionOf, withVersion } from './pods.ts'
import { isActive, isReady, specOf, statusAs } from './shapes.ts'

type Incident = (workshop: Workshop, nodes: NodeLife) => void

/** What may happen, and how often beside the others. */
const incidents: readonly (readonly [number, Incident])[] = [
  [30, changeLoad],
  [8, release],
  [2, releaseWhatNobodyBuilt],
  [3, rollBack],
  [12, (workshop) => crash(workshop, 1, 'Error')],
  [5, (workshop) => crash(workshop, 137, 'OOMKilled')],
  [12, startBatch],
  [3, loseNode],
  [2, updateDaemons],
  [1, updateDatabase],
  [6, changeConfiguration],
  [4, changePromotion],
]
const total = incidents.reduce((sum, [weight]) => sum + weight, 0)

/** What people, load and bad luck do to the sample: in every other step one thing, in a large sample several. */
export class Incidents {
  readonly #workshop: Workshop
  readonly #nodes: NodeLife
  readonly #atOnce: number

  constructor(workshop: Workshop, nodes: NodeLife) {
    this.#workshop = workshop
    this.#nodes = nodes
    this.#atOnce = Math.max(1, Math.round(workshop.cluster.list('deployments').length / 40))
  }

  step(): void {
    const { random } = this.#workshop.cluster
    for (let i = 0; i < this.#atOnce; i += 1) if (random.chance(0.5)) this.#happen(random.below(total))
  }

  #happen(chosen: number): void {
    let left = chosen
    for (const [weight, incident] of incidents) {
      left -= weight
      if (left < 0) return incident(this.#workshop, this.#nodes)
    }
  }
}

function changeLoad({ cluster, events }: Workshop): void {
  const autoscaler = cluster.random.pick(cluster.list('horizontalpodautoscalers'))
  if (autoscaler !== undefined) measure(autoscaler, cluster.random.between(25, 130), cluster, events)
}

/** The next patch or minor version of an application is rolled out. */
function release({ cluster }: Workshop): void {
  const deployment = cluster.random.pick(cluster.list('deployments').filter((each) => !isBroken(each)))
  if (deployment === undefined) return
  const [major = 0, minor = 0, patch = 0] = versionOf(specOf(deployment).template).split('.').map((part) => Number.parseInt(part, 10))
  deploy('deployments', deployment, cluster.random.chance(0.7) ? `${major}.${minor}.${patch + 1}` : `${major}.${minor + 1}.0`, cluster)
}

/** Somebody deploys an image that nobody pushed: the rollout hangs, the old Pods go on. */
function releaseWhatNobodyBuilt({ cluster }: Workshop): void {
  const all = cluster.list('deployments')
  const deployment = cluster.random.pick(all)
  if (deployment !== undefined && !all.some(isBroken)) deploy('deployments', deployment, `${versionOf(specOf(deployment).template)}-hotfix`, cluster)
}

/** Whoever deployed what nobody built takes it back. */
function rollBack({ cluster, events }: Workshop): void {
  for (const deployment of cluster.list('deployments').filter(isBroken)) {
    deploy('deployments', deployment, versionOf(specOf(deployment).template).replace('-hotfix', ''), cluster)
    events.record(deployment, { reason: 'DeploymentRollback', message: 'Rolled back to the last revision that worked', component: 'deploy' })
  }
}

function crash({ cluster, pods }: Workshop, exitCode: number, reason: string): void {
  const deployment = cluster.random.pick(cluster.list('deployments'))
  const sets = deployment === undefined ? [] : cluster.ownedBy(deployment, 'replicasets')
  const running = sets.flatMap((set) => cluster.ownedBy(set, 'pods')).filter((pod) => isReady(pod) && isActive(pod))
  const pod = cluster.random.pick(running)
  if (pod !== undefined) pods.crash(pod, exitCode, reason)
}

function startBatch({ cluster, events }: Workshop): void {
  const cronJob = cluster.random.pick(cluster.list('cronjobs'))
  if (cronJob !== undefined) runCronJob(cronJob, cluster, events)
}

function loseNode({ cluster }: Workshop, nodes: NodeLife): void {
  const node = cluster.random.pick(cluster.list('nodes'))
  if (node !== undefined) nodes.lose(node, cluster.random.between(4, 12))
}

function updateDaemons({ cluster }: Workshop): void {
  const set = cluster.random.pick(cluster.list('daemonsets'))
  if (set !== undefined) deploy('daemonsets', set, nextPatch(set), cluster)
}

function updateDatabase({ cluster }: Workshop): void {
  const set = cluster.random.pick(cluster.list('statefulsets'))
  if (set !== undefined) deploy('statefulsets', set, nextPatch(set), cluster)
}

function changeConfiguration({ cluster }: Workshop): void {
  const deployment = cluster.random.pick(cluster.list('deployments'))
  const config = deployment && cluster.find('configmaps', deployment.metadata.namespace, deployment.metadata.name)
  if (config === undefined) return
  const data = config['data'] as Readonly<Record<string, string>>
  cluster.change('configmaps', config, { data: { ...data, LOG_LEVEL: data['LOG_LEVEL'] === 'info' ? 'debug' : 'info' } }, 'deploy')
}

function changePromotion({ cluster }: Workshop): void {
  const promotion = cluster.random.pick(cluster.list('promotions'))
  if (promotion === undefined) return
  const { active } = statusAs<{ readonly active?: boolean }>(promotion)
  cluster.change('promotions', promotion, { status: { active: active !== true } }, 'marketing')
}

function deploy(plural: string, workload: KubeObject, version: string, cluster: Workshop['cluster']): void {
  const spec = specOf(workload)
  const labels = { ...workload.metadata.labels, 'app.kubernetes.io/version': version }
  cluster.change(plural, workload, { metadata: { ...workload.metadata, labels }, spec: { ...spec, template: withVersion(spec.template, version) } }, 'deploy')
}

function nextPatch(workload: KubeObject): string {
  const version = versionOf(specOf(workload).template)
  return version.replace(/\d+$/, (patch) => String(Number(patch) + 1))
}

const isBroken = (deployment: KubeObject): boolean => specOf(deployment).template.spec.containers.some(({ image }) => isMissing(image))
