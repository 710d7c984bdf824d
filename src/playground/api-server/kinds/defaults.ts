import type { Draft } from '../store/draft.ts'
import type { CrdSpec } from './custom.ts'
import type { ServedKind } from './served-kind.ts'

interface Parts {
  readonly [member: string]: unknown
}

const replicas = { spec: { replicas: 1 } }

/** What the server adds where nothing is given: only what clients rely on, not every default of Kubernetes. */
const defaults: Readonly<Record<string, Parts>> = {
  '/persistentvolumeclaims': { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
  '/persistentvolumes': { spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
  '/pods': {
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', securityContext: {}, schedulerName: 'default-scheduler', enableServiceLinks: true },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  },
  '/replicationcontrollers': replicas,
  '/secrets': { type: 'Opaque' },
  '/services': { spec: { type: 'ClusterIP', sessionAffinity: 'None' }, status: { loadBalancer: {} } },
  'apps/deployments': { spec: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } } },
  'apps/replicasets': replicas,
  'apps/statefulsets': { spec: { replicas: 1, podManagementPolicy: 'OrderedReady', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, revisionHistoryLimit: 10 } },
  'apps/daemonsets': { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, revisionHistoryLimit: 10 } },
  'batch/cronjobs': { spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 } },
  'batch/jobs': { spec: { parallelism: 1, completions: 1, backoffLimit: 6 } },
}

/** The draft with what the server adds to it. What is given stays. */
export function withDefaults({ storageKey }: ServedKind, draft: Draft): Draft {
  if (storageKey === '/namespaces') return fill(draft, namespaceDefaults(draft.metadata?.name ?? ''))
  if (storageKey === 'apiextensions.k8s.io/customresourcedefinitions') return fill(draft, definitionDefaults(draft['spec'] as CrdSpec))
  const added = defaults[storageKey]
  return added === undefined ? draft : fill(draft, added)
}

function namespaceDefaults(name: string): Parts {
  return { metadata: { labels: { 'kubernetes.io/metadata.name': name } }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
}

function definitionDefaults({ names }: CrdSpec): Parts {
  return { spec: { names: { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` }, conversion: { strategy: 'None' } } }
}

function fill(given: Parts, added: Parts): Parts {
  const filled: Record<string, unknown> = { ...given }
  for (const [member, value] of Object.entries(added)) {
    const own = filled[member]
    if (own === undefined) filled[member] = value
    else if (isParts(own) && isParts(value)) filled[member] = fill(own, value)
  }
  return filled
}

function isParts(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
