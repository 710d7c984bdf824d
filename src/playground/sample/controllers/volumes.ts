import type { KubeObject } from '../../../model/object.ts'
import { specAs, statusAs } from '../shapes.ts'
import type { Workshop } from './controller.ts'

interface ClaimSpec {
  readonly storageClassName?: string
  readonly accessModes?: readonly string[]
  readonly resources?: { readonly requests?: { readonly storage?: string } }
  readonly volumeName?: string
  readonly [member: string]: unknown
}

/** A volume for each claim, and both bound to each other. */
export function reconcileClaim(claim: KubeObject, { cluster, events }: Workshop): void {
  const spec = specAs<ClaimSpec>(claim)
  if (statusAs<{ phase?: string }>(claim).phase === 'Bound') return
  const { name, namespace, uid = '', resourceVersion = '' } = claim.metadata
  const storage = spec.resources?.requests?.storage ?? '1Gi'
  const accessModes = spec.accessModes ?? ['ReadWriteOnce']
  const volumeName = `pvc-${uid}`
  const now = cluster.timestamp()
  cluster.create('persistentvolumes', undefined, {
    metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': 'disk.csi.example.com' } },
    spec: {
      capacity: { storage },
      accessModes,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      csi: { driver: 'disk.csi.example.com', volumeHandle: `vol-${uid.slice(0, 8)}`, fsType: 'ext4' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: spec.storageClassName ?? 'fast',
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Bound', lastPhaseTransitionTime: now },
  })
  cluster.change('persistentvolumeclaims', claim, { spec: { ...spec, volumeName }, status: { phase: 'Bound', accessModes, capacity: { storage } } })
  events.record(claim, { reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${volumeName}`, component: 'disk.csi.example.com' })
}
