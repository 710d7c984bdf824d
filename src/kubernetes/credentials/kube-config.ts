import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { KubeConfig, type User } from '@kubernetes/client-node'
import { WatchqlError } from '../../base/errors.ts'
import type { Environment } from '../../base/environment.ts'
import type { Connection, TlsOptions } from './connection.ts'
import { readCertificate, readPrivateKey, unreadable } from './files.ts'

export interface KubeConfigChoice {
  /** Default: the files in KUBECONFIG, then `~/.kube/config`. */
  readonly file?: string
  /** Default: the current context. */
  readonly context?: string
}

/** Static tokens, and token files, which are read with the kubeconfig, are taken anew this often. */
const reloadMs = 60_000

/**
 * As a context of a kubeconfig says. Exec plugins and auth providers are run by the official
 * client, which keeps what they give until it expires.
 */
export async function connectKubeConfig(choice: KubeConfigChoice, env: Environment, home: string): Promise<Connection> {
  const files = kubeConfigFiles(choice, env, home)
  const load = () => loadKubeConfig(files, choice.context)
  let config = load()
  let loadedAt = performance.now()
  let renewing: Promise<Readonly<Record<string, string>>> | undefined

  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new WatchqlError('INVALID_CONFIG', `The context ${JSON.stringify(config.getCurrentContext())} of ${files.join(', ')} names a cluster that is not there.`)
  const user = config.getCurrentUser()
  const plugin = user !== null && isPlugin(user)

  const renew = async () => {
    if (!plugin && performance.now() - loadedAt > reloadMs) {
      config = load()
      loadedAt = performance.now()
    }
    return (await identify(config)).headers
  }
  const { proxyUrl, server } = cluster
  return {
    server,
    tls: { ...serverTls(cluster), ...(await clientTls(config)) },
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    description: `the context ${JSON.stringify(config.getCurrentContext())} of ${files.join(', ')}`,
    // Requests that come together share one renewal, and one run of a plugin.
    authorize: () => (renewing ??= renew().finally(() => (renewing = undefined))),
    invalidate: () => {
      config = load()
      loadedAt = performance.now()
    },
  }
}

/** The kubeconfig files that would be read, whether or not they are there. */
export function kubeConfigFiles(choice: KubeConfigChoice, env: Environment, home: string): readonly string[] {
  if (choice.file !== undefined) return [choice.file]
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  return named.length > 0 ? named : [join(home, '.kube', 'config')]
}

function loadKubeConfig(files: readonly string[], context: string | undefined): KubeConfig {
  // As kubectl does, missing files of a list are passed over.
  const present = files.filter((file) => existsSync(file))
  const [first = files[0] ?? '', ...others] = present
  const config = loadOne(first)
  for (const file of others) config.mergeConfig(loadOne(file), true)
  if (context !== undefined) config.setCurrentContext(context)
  const current = config.getCurrentContext()
  if (config.getContextObject(current) === null) {
    const known = config.getContexts().map(({ name }) => name)
    throw new WatchqlError('INVALID_CONFIG', `${files.join(', ')} has no context ${JSON.stringify(current ?? '')}; it has ${known.length === 0 ? 'none' : known.join(', ')}.`)
  }
  return config
}

function loadOne(file: string): KubeConfig {
  const config = new KubeConfig()
  try {
    config.loadFromFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw unreadable('the kubeconfig', file, error)
    throw new WatchqlError('INVALID_CONFIG', `The kubeconfig ${file} cannot be understood: ${(error as Error).message}.`, { cause: error })
  }
  return config
}

function isPlugin(user: User): boolean {
  return user.exec !== undefined || user.authProvider !== undefined
}

interface Identity {
  readonly headers: Record<string, string>
  /** An exec plugin may give a certificate instead of a token. */
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
}

async function identify(config: KubeConfig): Promise<Identity> {
  const user = config.getCurrentUser()
  if (user === null) return { headers: {} }
  const headers: Record<string, string> = {}
  if (user.impersonateUser !== undefined) headers['impersonate-user'] = user.impersonateUser
  if (!isPlugin(user)) {
    if (user.token !== undefined) headers['authorization'] = `Bearer ${user.token}`
    else if (user.username !== undefined) headers['authorization'] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
    return { headers }
  }
  const options: { headers: Record<string, string>; cert?: string | Buffer; key?: string | Buffer } = { headers: {} }
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    throw new WatchqlError('UNAUTHENTICATED', `The credential plugin of the kubeconfig's user ${JSON.stringify(user.name)} failed: ${(error as Error).message.trim()}`, { cause: error })
  }
  if (options.headers['Authorization'] !== undefined) headers['authorization'] = options.headers['Authorization']
  return { headers, ...(options.cert === undefined ? {} : { cert: options.cert }), ...(options.key === undefined ? {} : { key: options.key }) }
}

function serverTls(cluster: NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>): TlsOptions {
  const ca = pem(cluster.caData, cluster.caFile)
  return {
    ...(ca === undefined ? {} : { ca: readCertificate(ca, "The kubeconfig's certificate-authority") }),
    ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    ...(cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
  }
}

async function clientTls(config: KubeConfig): Promise<TlsOptions> {
  const user = config.getCurrentUser()
  if (user === null) return {}
  const cert = pem(user.certData, user.certFile)
  const key = pem(user.keyData, user.keyFile)
  if (cert !== undefined && key !== undefined)
    return { cert: readCertificate(cert, "The kubeconfig's client-certificate"), key: readPrivateKey(key, "The kubeconfig's client-key") }
  if (!isPlugin(user)) return {}
  const identity = await identify(config)
  return { ...(identity.cert === undefined ? {} : { cert: identity.cert }), ...(identity.key === undefined ? {} : { key: identity.key }) }
}

function pem(data: string | undefined, file: string | undefined) {
  if (data) return { pem: Buffer.from(data, 'base64').toString('utf8') }
  return file ? { file } : undefined
}
