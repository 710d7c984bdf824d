import type { KubeObject, ObjectMeta } from '../../../model/object.ts'

/** The members of `metadata` in the order in which servers write them. Others are dropped, as a server drops them. */
const members = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const

type Metadata = { readonly [member in (typeof members)[number]]?: ObjectMeta[member] | undefined }

/** Without what is absent or empty. */
export function metadataOf(given: Metadata): ObjectMeta {
  const metadata: Record<string, unknown> = {}
  for (const member of members) {
    const value = given[member]
    if (value !== undefined && value !== null && !isEmpty(value)) metadata[member] = value
  }
  return metadata as unknown as ObjectMeta
}

/** Whether finalizers keep a deleted object from going. Namespaces have some in their specification too. */
export function isHeld(object: KubeObject): boolean {
  const { finalizers } = (object.kind === 'Namespace' ? (object['spec'] ?? {}) : {}) as Finalizers
  return hasSome(object.metadata as Finalizers) || hasSome({ finalizers })
}

interface Finalizers {
  readonly finalizers?: unknown
}

function hasSome({ finalizers }: Finalizers): boolean {
  return Array.isArray(finalizers) && finalizers.length > 0
}

/** RFC 3339 in seconds, as Kubernetes writes times. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value !== 'object' || value === null) return value === ''
  for (const _name in value) return false
  return true
}
