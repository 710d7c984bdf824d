import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../base/environment.ts'
import { clearTextWarning, isClearText } from './clear-text.ts'
import type { Connection, ConnectionConfig, TlsOptions } from './connection.ts'
import { TokenFile } from './files.ts'
import { connectInCluster, serviceAccountFolder } from './in-cluster.ts'
import { connectKubeConfig } from './kube-config.ts'
import { kubeConfigFiles, type KubeConfigChoice } from './kube-config-files.ts'
import { TlsFiles, type TlsSources } from './tls-files.ts'

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
  const { env, home, serviceAccountFolder: folder = serviceAccountFolder } = surroundings
  const fixed: TlsOptions = config.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}
  switch (config.type) {
    case 'auto':
      return isPod(surroundings) ? connectInCluster(env, folder, fixed) : connectKubeConfig({}, env, home, fixed)
    case 'inCluster':
      return connectInCluster(env, folder, fixed)
    case 'kubeConfig':
      // As kubectl does, and as files of k8s-generic-watcher mean it, whose image was in-cluster by itself.
      return isPod(surroundings) && !isThere(config, surroundings) ? connectInCluster(env, folder, fixed) : connectKubeConfig(config, env, home, fixed)
    case 'anonymous':
      return connectTo(config.server, 'no credentials', sources(config), fixed)
    case 'bearerToken': {
      const token = new TokenFile(config.tokenFile)
      // Read once now, so that a wrong path is told at the start.
      await token.token()
      return connectTo(config.server, `the token in ${config.tokenFile}`, sources(config), fixed, token)
    }
    case 'clientCertificate':
      return connectTo(config.server, 'a client certificate', { ...sources(config), cert: config.cert, key: config.key }, fixed)
  }
}

/** Whether the service account of a pod is there to be used. */
function isPod({ env, serviceAccountFolder: folder = serviceAccountFolder }: Surroundings): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync(join(folder, 'token'))
}

/** Whether there is a kubeconfig, or a choice that only one can answer. */
function isThere(choice: KubeConfigChoice, { env, home }: Surroundings): boolean {
  return choice.file !== undefined || choice.context !== undefined || kubeConfigFiles(choice, env, home).some((file) => existsSync(file))
}

async function connectTo(server: string, description: string, from: TlsSources, fixed: TlsOptions, token?: TokenFile): Promise<Connection> {
  const tls = await TlsFiles.open(from, fixed)
  return {
    server,
    get tls() {
      return tls.current
    },
    description,
    warnings: [...tls.warnings(), ...(token !== undefined && isClearText(server) ? [clearTextWarning(server)] : [])],
    async authorize() {
      await tls.refresh()
      return token === undefined ? {} : token.headers()
    },
    invalidate() {
      tls.invalidate()
      token?.invalidate()
    },
  }
}

function sources({ ca }: Pick<TlsSources, 'ca'>): TlsSources {
  return ca === undefined ? {} : { ca }
}
