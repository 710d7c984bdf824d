import { isDeepStrictEqual } from 'node:util'
import type { Cluster } from '@kubernetes/client-node'
import type { Environment } from '../../base/environment.ts'
import { WatchqlError } from '../../base/errors.ts'
import type { Authenticator } from './authenticator.ts'
import { clearTextWarning, isClearText } from './clear-text.ts'
import type { Connection, PemSource, TlsOptions } from './connection.ts'
import { Freshness } from './files.ts'
import { kubeConfigFiles, readContext, type ChosenContext, type KubeConfigChoice } from './kube-config-files.ts'
import { authenticatorOf } from './kube-user.ts'
import { TlsFiles, certificateWarnings, type TlsSources } from './tls-files.ts'

/** As a context of a kubeconfig says. The official client parses it; see `authenticatorOf` for the credentials. */
export async function connectKubeConfig(choice: KubeConfigChoice, env: Environment, home: string, fixed: TlsOptions): Promise<Connection> {
  const files = kubeConfigFiles(choice, env, home)
  const connection = new KubeConfigConnection(files, await readContext(files, choice.context), env, fixed)
  await connection.open()
  return connection
}

class KubeConfigConnection implements Connection {
  readonly server: string
  readonly proxyUrl?: string
  readonly namespace?: string
  readonly description: string
  warnings: readonly string[] = []
  readonly #files: readonly string[]
  readonly #env: Environment
  readonly #fixed: TlsOptions
  readonly #freshness = new Freshness()
  #chosen: ChosenContext
  #authenticator!: Authenticator
  #tlsFiles!: TlsFiles
  #tls: TlsOptions = {}
  #refused = false
  #renewing: Promise<Readonly<Record<string, string>>> | undefined

  constructor(files: readonly string[], chosen: ChosenContext, env: Environment, fixed: TlsOptions) {
    const { context, cluster } = chosen
    this.#files = files
    this.#chosen = chosen
    this.#env = env
    this.#fixed = fixed
    this.server = checkUrl(cluster, 'server', cluster.server, ['http:', 'https:'])
    if (cluster.proxyUrl) this.proxyUrl = checkUrl(cluster, 'proxy-url', cluster.proxyUrl, ['http:', 'https:', 'socks5:'])
    if (context.namespace) this.namespace = context.namespace
    this.description = `the context ${JSON.stringify(context.name)} of ${files.join(', ')}`
  }

  get tls(): TlsOptions {
    return this.#tls
  }

  /** Gathers the credentials once, so that what is wrong with them is told at the start. */
  async open(): Promise<void> {
    await this.#use(this.#chosen)
    const headers = await this.authorize()
    this.warnings = [
      ...(this.#tls.cert === undefined ? [] : certificateWarnings(this.#tls.cert)),
      ...(headers['authorization'] !== undefined && isClearText(this.server) ? [clearTextWarning(this.server)] : []),
    ]
  }

  /** Requests that come together share one renewal, and one run of a plugin. */
  authorize(): Promise<Readonly<Record<string, string>>> {
    return (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)))
  }

  invalidate(): void {
    this.#refused = true
  }

  async #renew(): Promise<Readonly<Record<string, string>>> {
    if (this.#refused) await this.#reload()
    const { headers, ...certificate } = await this.#authenticator.identify()
    await this.#tlsFiles.refresh()
    const latest = certificate.cert === undefined ? this.#tlsFiles.current : { ...this.#tlsFiles.current, ...certificate }
    if (!isDeepStrictEqual(latest, this.#tls)) this.#tls = latest
    return headers
  }

  /**
   * Somebody may have logged in anew. The context stays the one of the start, and credentials
   * for another server are never taken. What cannot be read just now changes nothing. Requests
   * that were refused together do this once.
   */
  async #reload(): Promise<void> {
    this.#refused = false
    if (this.#freshness.isFresh()) return
    this.#freshness.markRead()
    this.#authenticator.invalidate()
    this.#tlsFiles.invalidate()
    const latest = await readContext(this.#files, this.#chosen.context.name).catch(() => this.#chosen)
    if (latest.cluster.server !== this.#chosen.cluster.server || isDeepStrictEqual(latest, this.#chosen)) return
    await this.#use(latest).catch(() => undefined)
  }

  async #use(chosen: ChosenContext): Promise<void> {
    this.#tlsFiles = await TlsFiles.open(sourcesOf(chosen), { ...serverOptions(chosen.cluster), ...this.#fixed })
    this.#authenticator = authenticatorOf(chosen.user, chosen.cluster, this.#env)
    this.#chosen = chosen
    this.#freshness.markRead()
  }
}

function checkUrl(cluster: Cluster, key: string, text: string, protocols: readonly string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  throw new WatchqlError('INVALID_CONFIG', `The kubeconfig's cluster ${JSON.stringify(cluster.name)} has the ${key} ${JSON.stringify(text)}, which is no URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`)
}

function serverOptions({ tlsServerName, skipTLSVerify }: Cluster): TlsOptions {
  return { ...(tlsServerName ? { servername: tlsServerName } : {}), ...(skipTLSVerify ? { rejectUnauthorized: false } : {}) }
}

/** Data that stands in the kubeconfig wins over files, as in kubectl. */
function sourcesOf({ cluster, user }: ChosenContext): TlsSources {
  const ca = pem(cluster.caData, cluster.caFile)
  const cert = pem(user?.certData, user?.certFile)
  const key = pem(user?.keyData, user?.keyFile)
  if ((cert === undefined) !== (key === undefined))
    throw new WatchqlError('INVALID_CONFIG', `The kubeconfig's user ${JSON.stringify(user?.name)} has a client certificate or a client key without the other.`)
  return { ...(ca === undefined ? {} : { ca }), ...(cert === undefined || key === undefined ? {} : { cert, key }) }
}

function pem(data: string | undefined, file: string | undefined): PemSource | undefined {
  if (data) return { pem: Buffer.from(data, 'base64').toString('utf8') }
  return file ? { file } : undefined
}
