import type { KubeObject, ObjectMeta } from '../model/object.ts'

/** What the cache leaves out of every object: bookkeeping of `kubectl apply` and of field ownership. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The object as it is cached: without `managedFields` and last-applied, and with the apiVersion
 * and kind that list items lack. Most of it was cut before parsing (see kubernetes/bookkeeping.ts);
 * here is the rest. Built anew: deleting members of a parsed object costs memory.
 */
export function toCached(object: KubeObject, apiVersion: string, kind: string): KubeObject {
  const { metadata } = object
  const trim = metadata['managedFields'] !== undefined || (metadata.annotations !== undefined && isBookkeeping(metadata.annotations))
  if (!trim && object.apiVersion !== undefined && object.kind !== undefined) return object
  const { apiVersion: ownVersion, kind: ownKind, metadata: _metadata, ...rest } = object
  return {
    apiVersion: ownVersion ?? apiVersion,
    kind: ownKind ?? kind,
    metadata: trim ? trimmed(metadata) : metadata,
    ...rest,
  }
}

/** Whether there is something to leave out, or nothing else is left. */
function isBookkeeping(annotations: Readonly<Record<string, string>>): boolean {
  if (lastApplied in annotations) return true
  for (const _ in annotations) return false
  return true
}

function trimmed(metadata: ObjectMeta): ObjectMeta {
  const { managedFields: _managedFields, annotations, ...rest } = metadata
  if (annotations === undefined) return rest
  const { [lastApplied]: _lastApplied, ...kept } = annotations
  return Object.keys(kept).length === 0 ? rest : { ...rest, annotations: kept }
}
