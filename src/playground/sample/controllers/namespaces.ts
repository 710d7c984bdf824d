import type { KubeObject } from '../../../model/object.ts'
import { isTerminating } from '../shapes.ts'
import type { Workshop } from './controller.ts'

/** What every namespace has. */
export function reconcileNamespace(namespace: KubeObject, { cluster }: Workshop): void {
  const { name } = namespace.metadata
  if (isTerminating(namespace)) return
  if (cluster.find('serviceaccounts', name, 'default') === undefined) cluster.create('serviceaccounts', name, { metadata: { name: 'default' } })
  if (cluster.find('configmaps', name, 'kube-root-ca.crt') === undefined)
    cluster.create('configmaps', name, { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\nnot a real one\n-----END CERTIFICATE-----\n' } })
}
