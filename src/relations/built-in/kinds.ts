import { kindOf } from '../declaration.ts'

const core = (kind: string) => kindOf('', kind)
const apps = (kind: string) => kindOf('apps', kind)
const batch = (kind: string) => kindOf('batch', kind)

/** The kinds that several of the built-in relations are about. */
export const kinds = {
  pod: core('Pod'),
  node: core('Node'),
  service: core('Service'),
  serviceAccount: core('ServiceAccount'),
  configMap: core('ConfigMap'),
  secret: core('Secret'),
  persistentVolumeClaim: core('PersistentVolumeClaim'),
  persistentVolume: core('PersistentVolume'),
  replicationController: core('ReplicationController'),
  deployment: apps('Deployment'),
  replicaSet: apps('ReplicaSet'),
  statefulSet: apps('StatefulSet'),
  daemonSet: apps('DaemonSet'),
  job: batch('Job'),
  cronJob: batch('CronJob'),
  storageClass: kindOf('storage.k8s.io', 'StorageClass'),
}
