import { HttpKubernetesClient } from '../../src/kubernetes/http-client.ts'
import type { KubernetesClient } from '../../src/kubernetes/client.ts'
import type { Resource } from '../../src/model/resource.ts'
import type { Parameters } from '../benchmark.ts'

export const podResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: [],
  namespaced: true,
  verbs: ['list', 'watch'],
  preferred: true,
}

/** The service's own transport, to a pod server. */
export function podClient({ server, ca }: Parameters): KubernetesClient {
  const connection = { server: String(server), tls: { ca: String(ca) }, description: 'bench', authorize: () => Promise.resolve({}), invalidate: () => undefined }
  return new HttpKubernetesClient(connection, { http2: true, connectTimeoutMs: 10_000, idleTimeoutMs: 60_000, deadAfterMs: 10_000, userAgent: 'bench' })
}
