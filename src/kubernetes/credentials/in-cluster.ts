import { join } from 'node:path'
import { isIPv6 } from 'node:net'
import { WatchqlError } from '../../base/errors.ts'
import type { Connection } from './connection.ts'
import { TokenFile, readCertificate } from './files.ts'
import type { Environment } from '../../base/environment.ts'

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** As the pod's service account: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export function connectInCluster(env: Environment, folder: string): Connection {
  const host = env['KUBERNETES_SERVICE_HOST']
  const port = env['KUBERNETES_SERVICE_PORT']
  if (!host || !port)
    throw new WatchqlError('INVALID_CONFIG', 'In-cluster access was asked for, but KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set. Is this a pod with a service account?')
  const token = new TokenFile(join(folder, 'token'))
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    tls: { ca: readCertificate({ file: join(folder, 'ca.crt') }, 'The CA certificate of the cluster') },
    description: "the pod's service account",
    authorize: async () => ({ authorization: `Bearer ${await token.token()}` }),
    invalidate: () => token.invalidate(),
  }
}
