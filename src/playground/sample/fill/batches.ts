import type { KubeObject } from '../../../model/object.ts'
import type { SampleCluster } from '../cluster.ts'
import { batches } from '../company.ts'

export function createBatches(cluster: SampleCluster): KubeObject[] {
  const labels = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'batch', 'app.kubernetes.io/part-of': 'batch' })
  return batches.map(({ name, schedule }) => {
    cluster.create('serviceaccounts', 'batch', { metadata: { name, labels: labels(name) } }, 'deploy')
    const containers = [{ name, image: `registry.example.com/batch/${name}:1.4.0`, args: ['run', '--once'], resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '1Gi' } } }]
    const template = { metadata: { labels: labels(name) }, spec: { serviceAccountName: name, restartPolicy: 'Never', containers } }
    return cluster.create(
      'cronjobs',
      'batch',
      { metadata: { name, labels: labels(name) }, spec: { schedule, concurrencyPolicy: 'Forbid', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1, jobTemplate: { metadata: { labels: labels(name) }, spec: { backoffLimit: 2, template } } } },
      'deploy',
    )
  })
}
