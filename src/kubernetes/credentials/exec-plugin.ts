import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Cluster } from '@kubernetes/client-node'
import type { Environment } from '../../base/environment.ts'
import { WatchqlError } from '../../base/errors.ts'
import type { Authenticator, Identity } from './authenticator.ts'
import { checkPair } from './tls-files.ts'

/** A kubeconfig's `users[].user.exec`. */
export interface ExecSpec {
  readonly apiVersion?: string
  readonly command?: string
  readonly args?: readonly string[] | null
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  readonly provideClusterInfo?: boolean
  readonly interactiveMode?: string
  readonly installHint?: string
}

interface ExecCredential {
  readonly apiVersion?: unknown
  readonly kind?: unknown
  readonly status?: { readonly token?: unknown; readonly clientCertificateData?: unknown; readonly clientKeyData?: unknown; readonly expirationTimestamp?: unknown } | null
}

const run = promisify(execFile)
const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
const pluginTimeoutMs = 60_000
const maxOutputBytes = 1024 * 1024
/** Renewed this long before the end, or in the last fifth of a short life. */
const renewAheadMs = 60_000

/**
 * Credentials from a client-go credential plugin, kept until shortly before they expire:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * The official client's runner gives plugins no KUBERNETES_EXEC_INFO, waits for them without an
 * end, renews only after the expiry and cannot forget what the server refused.
 */
export class ExecPlugin implements Authenticator {
  readonly #spec: ExecSpec
  readonly #user: string
  readonly #cluster: Cluster
  readonly #env: Environment
  #identity: Identity | undefined
  #renewAt = 0

  constructor(spec: ExecSpec, user: string, cluster: Cluster, env: Environment) {
    this.#spec = spec
    this.#user = user
    this.#cluster = cluster
    this.#env = env
  }

  async identify(): Promise<Identity> {
    if (this.#identity !== undefined && Date.now() < this.#renewAt) return this.#identity
    const output = await this.#run()
    const { identity, expiresAt } = this.#read(output)
    this.#renewAt = expiresAt - Math.min(renewAheadMs, (expiresAt - Date.now()) / 5)
    return (this.#identity = identity)
  }

  invalidate(): void {
    this.#identity = undefined
  }

  async #run(): Promise<string> {
    const { command, args, env, apiVersion, interactiveMode } = this.#spec
    if (!command) throw this.#failed('the kubeconfig names no command for it')
    if (!versions.includes(apiVersion ?? '')) throw this.#failed(`its apiVersion is ${JSON.stringify(apiVersion ?? '')}; known are ${versions.join(' and ')}`)
    if (interactiveMode === 'Always') throw this.#failed('it wants to ask somebody (interactiveMode: Always), and a service has no terminal')
    try {
      const running = run(command, [...(args ?? [])], {
        env: { ...this.#env, ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])), KUBERNETES_EXEC_INFO: this.#info() },
        timeout: pluginTimeoutMs,
        maxBuffer: maxOutputBytes,
        encoding: 'utf8',
        windowsHide: true,
      })
      running.child.stdin?.end()
      return (await running).stdout
    } catch (error) {
      throw this.#failed(reasonOf(error as ExecError), error)
    }
  }

  #info(): string {
    const { server, caData, skipTLSVerify, tlsServerName, proxyUrl } = this.#cluster
    const cluster = {
      server,
      ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
      ...(skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
      ...(caData === undefined ? {} : { 'certificate-authority-data': caData }),
      ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
    }
    return JSON.stringify({ apiVersion: this.#spec.apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...(this.#spec.provideClusterInfo === true ? { cluster } : {}) } })
  }

  /** Nothing of the output may be part of an error. */
  #read(output: string): { readonly identity: Identity; readonly expiresAt: number } {
    let credential: ExecCredential | null
    try {
      credential = JSON.parse(output) as ExecCredential | null
    } catch {
      throw this.#failed('what it printed is no JSON')
    }
    if (credential?.kind !== 'ExecCredential' || credential.apiVersion !== this.#spec.apiVersion) throw this.#failed(`what it printed is no ExecCredential of ${this.#spec.apiVersion}`)
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = credential.status ?? {}
    const identity: Identity = {
      headers: typeof token === 'string' && token !== '' ? { authorization: `Bearer ${token}` } : {},
      ...(typeof cert === 'string' && typeof key === 'string' ? { cert, key } : {}),
    }
    if (identity.headers['authorization'] === undefined && identity.cert === undefined) throw this.#failed('it printed neither a token nor a client certificate with its key')
    try {
      checkPair(identity, {})
    } catch (error) {
      throw this.#failed('its client certificate and key are not valid PEM that belongs together', error)
    }
    const expiresAt = typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY
    return { identity, expiresAt: Number.isNaN(expiresAt) ? Number.POSITIVE_INFINITY : expiresAt }
  }

  #failed(reason: string, cause?: unknown): WatchqlError {
    const hint = this.#spec.installHint === undefined ? '' : ` ${this.#spec.installHint.trim()}`
    return new WatchqlError('UNAUTHENTICATED', `The credential plugin ${this.#spec.command ?? ''} of the kubeconfig's user ${JSON.stringify(this.#user)} failed: ${reason}.${hint}`, { cause })
  }
}

type ExecError = Error & { readonly code?: string | number | null; readonly killed?: boolean; readonly stderr?: string }

function reasonOf(error: ExecError): string {
  if (error.code === 'ENOENT') return 'there is no such command'
  if (error.code === 'EACCES') return 'it may not be executed'
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it printed more than ${maxOutputBytes} bytes`
  if (error.killed === true) return `it did not end within ${pluginTimeoutMs / 1000} seconds`
  const said = (error.stderr ?? '').trim().slice(0, 500)
  return `it ended with ${error.code ?? 'a signal'}${said === '' ? '' : ` and said: ${said}`}`.replace(/\.$/, '')
}
