import type { GroupKind } from '../../model/resource.ts'
import { kindOf, spec, type RelationDeclaration } from '../declaration.ts'
import { labelSelectorQuery } from '../label-query.ts'
import { namesAt, referencesAt, valueAt } from '../references.ts'
import { kinds } from './kinds.ts'

const owned = (from: GroupKind, name: string, to: GroupKind, inverse: string): RelationDeclaration => ({ from, to, name, inverse, via: { by: 'owner' } })

/** Workloads, what they make, and what scales and protects it. */
export const workloads: readonly RelationDeclaration[] = [
  owned(kinds.replicaSet, 'deployment', kinds.deployment, 'replicaSets'),
  owned(kinds.pod, 'replicaSet', kinds.replicaSet, 'pods'),
  owned(kinds.pod, 'statefulSet', kinds.statefulSet, 'pods'),
  owned(kinds.pod, 'daemonSet', kinds.daemonSet, 'pods'),
  owned(kinds.pod, 'job', kinds.job, 'pods'),
  owned(kinds.pod, 'replicationController', kinds.replicationController, 'pods'),
  owned(kinds.job, 'cronJob', kinds.cronJob, 'jobs'),
  { from: kinds.pod, to: kinds.deployment, name: 'deployment', inverse: 'pods', via: { by: 'through', there: ['replicaSet', 'deployment'], back: ['replicaSets', 'pods'] } },
  { from: kinds.pod, to: kinds.cronJob, name: 'cronJob', inverse: 'pods', via: { by: 'through', there: ['job', 'cronJob'], back: ['jobs', 'pods'] } },
  { from: kindOf('apps', 'ControllerRevision'), to: [kinds.statefulSet, kinds.daemonSet], name: 'workload', inverse: 'controllerRevisions', via: { by: 'owner' } },
  { from: kinds.pod, to: kinds.node, name: 'node', inverse: 'pods', via: { by: 'reference', references: namesAt('spec.nodeName'), partOf: spec } },
  { from: kinds.pod, to: kindOf('scheduling.k8s.io', 'PriorityClass'), name: 'priorityClass', inverse: 'pods', via: { by: 'reference', references: namesAt('spec.priorityClassName'), partOf: spec } },
  { from: kinds.pod, to: kindOf('node.k8s.io', 'RuntimeClass'), name: 'runtimeClass', inverse: 'pods', via: { by: 'reference', references: namesAt('spec.runtimeClassName'), partOf: spec } },
  { from: kinds.statefulSet, to: kinds.service, name: 'governingService', inverse: 'governedStatefulSets', via: { by: 'reference', references: namesAt('spec.serviceName'), partOf: spec } },
  {
    from: kindOf('autoscaling', 'HorizontalPodAutoscaler'),
    to: [kinds.deployment, kinds.statefulSet, kinds.replicaSet, kinds.replicationController],
    name: 'scaleTarget',
    inverse: 'horizontalPodAutoscalers',
    via: { by: 'reference', references: referencesAt('spec.scaleTargetRef'), partOf: spec },
  },
  { from: kindOf('policy', 'PodDisruptionBudget'), to: kinds.pod, name: 'pods', inverse: 'podDisruptionBudgets', via: { by: 'selector', selectorOf: valueAt('spec.selector'), read: labelSelectorQuery } },
]
