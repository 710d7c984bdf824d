import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../base/environment.ts'
import type { Connection, ConnectionConfig } from './connection.ts'
import { TokenFile, readCertificate, readPrivateKey } from './files.ts'
import { connectInCluster, serviceAccountFolder } from './in-cluster.ts'
import { connectKubeConfig } from './kube-config.ts'

/** What the machine gives: read once, at the entry point. */
export interface Surroundings {
  readonly env: Environment
  readonly home: string
  /** Where pods find their service account; another folder only in tests. */
  readonly serviceAccountFolder?: string
}

/**
 * Gathers what is needed to reach the API server, without asking it anything. Throws
 * UNREADABLE_FILE, INVALID_CONFIG or UNAUTHENTICATED, each naming the file.
 */
export async function connect(config: ConnectionConfig, surroundings: Surroundings): Promise<Connection> {
  const connection = await choose(config, surroundings)
  return config.insecureSkipTlsVerify === true ? { ...connection, tls: { ...connection.tls, rejectUnauthorized: false } } : connection
}

async function choose(config: ConnectionConfig, { env, home, serviceAccountFolder: folder = serviceAccountFolder }: Surroundings): Promise<Connection> {
  switch (config.type) {
    case 'auto':
      return env['KUBERNETES_SERVICE_HOST'] && existsSync(join(folder, 'token')) ? connectInCluster(env, folder) : connectKubeConfig({}, env, home)
    case 'inCluster':
      return connectInCluster(env, folder)
    case 'kubeConfig':
      return connectKubeConfig(config, env, home)
    case 'anonymous':
      return { server: config.server, tls: {}, description: config.server, authorize: () => Promise.resolve({}), invalidate: () => undefined }
    case 'bearerToken': {
      const token = new TokenFile(config.tokenFile)
      // Read once now, so that a wrong path is told at the start.
      await token.token()
      return {
        server: config.server,
        tls: config.ca === undefined ? {} : { ca: readCertificate(config.ca, 'The CA certificate') },
        description: `the token in ${config.tokenFile}`,
        authorize: async () => ({ authorization: `Bearer ${await token.token()}` }),
        invalidate: () => token.invalidate(),
      }
    }
    case 'clientCertificate':
      return {
        server: config.server,
        tls: {
          ...(config.ca === undefined ? {} : { ca: readCertificate(config.ca, 'The CA certificate') }),
          cert: readCertificate(config.cert, 'The client certificate'),
          key: readPrivateKey(config.key, 'The client key'),
        },
        description: 'a client certificate',
        authorize: () => Promise.resolve({}),
        invalidate: () => undefined,
      }
  }
}
