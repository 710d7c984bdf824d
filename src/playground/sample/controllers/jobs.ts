import type { KubeObject } from '../../../model/object.ts'
import { isActive, isReady, isTrue, podStatus, specOf, statusAs, withConditions, type Condition } from '../shapes.ts'
import type { Workshop } from './controller.ts'

interface JobStatus {
  readonly startTime?: string
  readonly conditions?: readonly Condition[]
  readonly [member: string]: unknown
}

export const isDone = (job: KubeObject): boolean => isTrue(job, 'Complete') || isTrue(job, 'Failed')

/** A Job's Pods, one at a time until one succeeds or too many have failed. */
export function reconcileJob(job: KubeObject, { cluster, events, pods }: Workshop): void {
  const owned = cluster.ownedBy(job, 'pods')
  const succeeded = owned.filter((pod) => podStatus(pod).phase === 'Succeeded').length
  const failed = owned.filter((pod) => podStatus(pod).phase === 'Failed').length
  const limit = Number(specOf(job)['backoffLimit'] ?? 6)
  const outcome = succeeded > 0 ? 'Complete' : failed > limit ? 'Failed' : undefined
  if (outcome === undefined && !owned.some(isActive) && !isDone(job)) {
    const { name, uid = '' } = job.metadata
    const generateName = `${name}-`
    const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name }
    pods.create({ owner: job, name: `${generateName}${cluster.random.suffix(5)}`, generateName, template: specOf(job).template, labels })
  }
  if (outcome !== undefined && !isDone(job)) {
    const [reason, message] = outcome === 'Complete' ? ['Completed', 'Job completed'] : ['BackoffLimitExceeded', 'Job has reached the specified backoff limit']
    events.record(job, { type: outcome === 'Complete' ? 'Normal' : 'Warning', reason, message, component: 'job-controller' })
  }

  const now = cluster.timestamp()
  const before = statusAs<JobStatus>(job)
  const active = cluster.ownedBy(job, 'pods').filter(isActive)
  const reached = Number(specOf(job)['completions'] ?? 1)
  const done: readonly Condition[] =
    outcome === 'Complete'
      ? [
          { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
          { type: 'Complete', status: 'True', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
        ]
      : outcome === 'Failed'
        ? [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }]
        : []
  cluster.change('jobs', job, {
    status: {
      ...(done.length === 0 ? {} : { conditions: withConditions(before.conditions, now, done) }),
      startTime: before.startTime ?? now,
      ...(outcome === 'Complete' ? { completionTime: before['completionTime'] ?? now } : {}),
      ...(active.length === 0 ? {} : { active: active.length }),
      ...(succeeded === 0 ? {} : { succeeded: Math.min(succeeded, reached) }),
      ...(failed === 0 ? {} : { failed }),
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: active.filter(isReady).length,
    },
  })
}
