import type { KubeObject } from '../../../model/object.ts'
import { controlledBy, type SampleCluster } from '../cluster.ts'
import type { EventRecorder } from '../events.ts'
import { isTrue, specAs, statusAs, statusOf, type PodTemplate } from '../shapes.ts'
import type { Workshop } from './controller.ts'
import { isDone } from './jobs.ts'

interface CronJobSpec {
  readonly jobTemplate: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }; readonly spec: { readonly template: PodTemplate } }
  readonly successfulJobsHistoryLimit: number
  readonly failedJobsHistoryLimit: number
}

/** Begins a run of a CronJob, unless one is still under way. */
export function runCronJob(cronJob: KubeObject, cluster: SampleCluster, events: EventRecorder): void {
  if (cluster.ownedBy(cronJob, 'jobs').some((job) => !isDone(job))) return
  const { namespace } = cronJob.metadata
  const name = `${cronJob.metadata.name}-${Math.floor(cluster.now() / 60_000)}`
  if (cluster.find('jobs', namespace, name) !== undefined) return
  const { jobTemplate } = specAs<CronJobSpec>(cronJob)
  const scheduled = cluster.timestamp()
  const job = cluster.create(
    'jobs',
    namespace,
    { metadata: { name, labels: jobTemplate.metadata?.labels ?? {}, annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled }, ownerReferences: controlledBy(cronJob) }, spec: { ...jobTemplate.spec, completions: 1, parallelism: 1, backoffLimit: 2 } },
    'cronjob-controller',
  )
  cluster.change('cronjobs', cronJob, { status: { ...statusOf(cronJob), lastScheduleTime: scheduled } }, 'cronjob-controller')
  events.record(cronJob, { reason: 'SuccessfulCreate', message: `Created job ${job.metadata.name}`, component: 'cronjob-controller' })
}

/** Which of a CronJob's Jobs run, when the last one succeeded, and no more finished ones than are to be kept. */
export function reconcileCronJob(cronJob: KubeObject, { cluster }: Workshop): void {
  const spec = specAs<CronJobSpec>(cronJob)
  const jobs = cluster.ownedBy(cronJob, 'jobs')
  for (const [type, limit] of [['Complete', spec.successfulJobsHistoryLimit], ['Failed', spec.failedJobsHistoryLimit]] as const) {
    const finished = jobs.filter((job) => isTrue(job, type))
    for (const job of finished.slice(0, Math.max(0, finished.length - limit))) cluster.remove('jobs', job)
  }
  const active = jobs.filter((job) => !isDone(job)).map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid, resourceVersion: metadata.resourceVersion }))
  const { active: before, ...status } = statusAs<{ readonly active?: readonly { readonly uid: string }[]; readonly lastSuccessfulTime?: string }>(cronJob)
  // A running Job's own progress is nothing that its CronJob tells.
  const known = active.map((reference) => before?.find(({ uid }) => uid === reference.uid) ?? reference)
  const succeeded = jobs.findLast((job) => isTrue(job, 'Complete'))
  const lastSuccessfulTime = succeeded === undefined ? status.lastSuccessfulTime : statusAs<{ completionTime?: string }>(succeeded).completionTime
  cluster.change('cronjobs', cronJob, { status: { ...status, ...(known.length === 0 ? {} : { active: known }), ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }) } }, 'cronjob-controller')
}
