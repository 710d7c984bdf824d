import { kindOf, spec, type RelationDeclaration } from '../declaration.ts'
import { namesAt, referencesAt } from '../references.ts'
import { kinds } from './kinds.ts'

/** Claims, the volumes they are bound to, and the classes of both. */
export const storage: readonly RelationDeclaration[] = [
  { from: kinds.persistentVolumeClaim, to: kinds.persistentVolume, name: 'persistentVolume', via: { by: 'reference', references: namesAt('spec.volumeName'), partOf: spec } },
  // Read from the volume itself: it keeps its claim when that is gone, and then the claim is MISSING.
  { from: kinds.persistentVolume, to: kinds.persistentVolumeClaim, name: 'persistentVolumeClaim', via: { by: 'reference', references: referencesAt('spec.claimRef', { group: '', kind: 'PersistentVolumeClaim' }), partOf: spec } },
  { from: kinds.persistentVolumeClaim, to: kinds.storageClass, name: 'storageClass', inverse: 'persistentVolumeClaims', via: { by: 'reference', references: namesAt('spec.storageClassName'), partOf: spec } },
  { from: kinds.persistentVolume, to: kinds.storageClass, name: 'storageClass', inverse: 'persistentVolumes', via: { by: 'reference', references: namesAt('spec.storageClassName'), partOf: spec } },
  { from: kindOf('storage.k8s.io', 'VolumeAttachment'), to: kinds.persistentVolume, name: 'persistentVolume', inverse: 'volumeAttachments', via: { by: 'reference', references: namesAt('spec.source.persistentVolumeName'), partOf: spec } },
  { from: kindOf('storage.k8s.io', 'VolumeAttachment'), to: kinds.node, name: 'node', inverse: 'volumeAttachments', via: { by: 'reference', references: namesAt('spec.nodeName'), partOf: spec } },
]
