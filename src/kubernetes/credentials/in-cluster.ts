import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { WatchqlError } from '../../base/errors.ts'
import type { Environment } from '../../base/environment.ts'
import type { Connection, TlsOptions } from './connection.ts'
import { TokenFile, readText } from './files.ts'
import { TlsFiles } from './tls-files.ts'

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** As the pod's service account: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export async function connectInCluster(env: Environment, folder: string, fixed: TlsOptions): Promise<Connection> {
  const host = env['KUBERNETES_SERVICE_HOST']
  const port = env['KUBERNETES_SERVICE_PORT']
  if (!host || !port)
    throw new WatchqlError(
      'INVALID_CONFIG',
      'In-cluster access was asked for, but KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod. Outside of pods, switch AUTO_INCLUSTER_CONFIG and k8sClientConfig.autoInClusterConfig off.',
    )
  const tls = await TlsFiles.open({ ca: { file: join(folder, 'ca.crt') } }, fixed)
  const token = new TokenFile(join(folder, 'token'))
  // Read once now, so that a pod without a token is told at the start.
  await token.token()
  const namespace = await readText("the pod's namespace", join(folder, 'namespace')).catch(() => '')
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    get tls() {
      return tls.current
    },
    ...(namespace.trim() === '' ? {} : { namespace: namespace.trim() }),
    description: "the pod's service account",
    async authorize() {
      await tls.refresh()
      return token.headers()
    },
    invalidate() {
      tls.invalidate()
      token.invalidate()
    },
  }
}
