import type { KubeObject } from '../../../model/object.ts'
import { badRequest } from '../status.ts'
import type { Draft } from '../store/draft.ts'

/** The `scale` subresource: how many replicas, the same for every workload that has some. */
export function scaleOf(workload: KubeObject): Draft {
  const { name, namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = workload.metadata
  const spec = workload['spec'] as { readonly replicas?: number; readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } }
  const status = workload['status'] as { readonly replicas?: number } | undefined
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(',')
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // Go leaves out what is zero.
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector },
  }
}

/** The workload as a new scale makes it. Throws 400. */
export function withScale(workload: KubeObject, scale: unknown): Draft {
  const { spec, metadata } = scale as { readonly spec?: { readonly replicas?: unknown }; readonly metadata?: { readonly resourceVersion?: string } }
  const replicas = spec?.replicas ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) throw badRequest('spec.replicas must be a whole number from 0 up')
  const resourceVersion = metadata?.resourceVersion ?? workload.metadata.resourceVersion ?? ''
  return { ...workload, metadata: { ...workload.metadata, resourceVersion }, spec: { ...(workload['spec'] as object), replicas } }
}
