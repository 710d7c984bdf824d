import { join, resolve } from 'node:path'
import type { CompletionContext } from './context.ts'
import type { ConfigMistake } from './mistakes.ts'
import { isHttpUrl } from './notifiers.ts'
import type { ConnectionOptions, PemOptions } from './options.ts'
import type { RawClientConfig } from './raw.ts'

type Pems = 'caCert' | 'clientCert' | 'clientKey'

/** Reads `k8sClientConfig` and AUTO_INCLUSTER_CONFIG. Empty texts count as absent, as in k8s-generic-watcher. */
export function completeConnection(raw: RawClientConfig, context: CompletionContext, mistakes: ConfigMistake[]): ConnectionOptions {
  const insecure = raw.insecureSkipTlsVerify === true ? { insecureSkipTlsVerify: true } : {}
  if (context.env['AUTO_INCLUSTER_CONFIG'] === 'true' || raw.autoInClusterConfig === true) return { type: 'inCluster', ...insecure }

  const wrong = (key: keyof RawClientConfig, message: string) => void mistakes.push({ path: `k8sClientConfig.${key}`, message })
  const server = (): string => {
    if (!raw.apiServerUrl) wrong('apiServerUrl', `is needed for authType ${raw.authType}; it reads like https://kubernetes.example.com:6443`)
    else if (!isHttpUrl(raw.apiServerUrl)) wrong('apiServerUrl', `must be an http or https URL; it is ${JSON.stringify(raw.apiServerUrl)}`)
    return raw.apiServerUrl ?? ''
  }
  const pem = (name: Pems): PemOptions | undefined => {
    const data = raw[`${name}DataPemBase64`]
    const file = raw[`${name}Path`]
    if (!data) return file ? { file: filePath(file, context) } : undefined
    const decoded = Buffer.from(data, 'base64').toString('utf8')
    // What was given may be a key: it is not shown.
    if (!decoded.includes('-----BEGIN ')) wrong(`${name}DataPemBase64`, 'is not base64 of PEM; make it with: base64 -w0 FILE.pem')
    return { pem: decoded }
  }
  const needed = (name: Pems): PemOptions => {
    const found = pem(name)
    if (found === undefined) wrong(`${name}Path`, `is needed for authType ClientCertificate (or ${name}DataPemBase64)`)
    return found ?? { pem: '' }
  }
  const trust = (): { readonly ca?: PemOptions } => {
    const ca = pem('caCert')
    return ca === undefined ? {} : { ca }
  }
  const kubeConfig = (): ConnectionOptions => ({
    type: 'kubeConfig',
    ...(raw.kubeConfigFilePath ? { file: filePath(raw.kubeConfigFilePath, context) } : {}),
    ...(raw.context ? { context: raw.context } : {}),
    ...insecure,
  })

  switch (raw.authType) {
    case 'BearerToken':
      if (!raw.tokenFilePath) wrong('tokenFilePath', 'is needed for authType BearerToken')
      return { type: 'bearerToken', server: server(), tokenFile: filePath(raw.tokenFilePath ?? '', context), ...trust(), ...insecure }
    case 'ClientCertificate':
      return { type: 'clientCertificate', server: server(), cert: needed('clientCert'), key: needed('clientKey'), ...trust(), ...insecure }
    case 'None':
      return { type: 'anonymous', server: server(), ...trust(), ...insecure }
    case 'KubeConfig':
      return kubeConfig()
    case null:
    case undefined:
      // Ignored, the address would leave people with another cluster than the one they named.
      if (raw.apiServerUrl) wrong('authType', 'is needed with apiServerUrl: BearerToken, ClientCertificate or None; with KubeConfig, leave apiServerUrl empty')
      return raw.kubeConfigFilePath || raw.context ? kubeConfig() : { type: 'auto', ...insecure }
  }
}

/** The files that a connection reads, with the keys that name them. A kubeconfig found by default is not among them. */
export function filesOf(connection: ConnectionOptions): readonly { readonly key: keyof RawClientConfig; readonly file: string }[] {
  const fromPem = (key: keyof RawClientConfig, pem: PemOptions | undefined) => (pem !== undefined && 'file' in pem ? [{ key, file: pem.file }] : [])
  switch (connection.type) {
    case 'kubeConfig':
      return connection.file === undefined ? [] : [{ key: 'kubeConfigFilePath', file: connection.file }]
    case 'bearerToken':
      return [{ key: 'tokenFilePath', file: connection.tokenFile }, ...fromPem('caCertPath', connection.ca)]
    case 'clientCertificate':
      return [...fromPem('clientCertPath', connection.cert), ...fromPem('clientKeyPath', connection.key), ...fromPem('caCertPath', connection.ca)]
    case 'anonymous':
      return fromPem('caCertPath', connection.ca)
    case 'auto':
    case 'inCluster':
      return []
  }
}

/** A leading `~` is the home folder. */
export function expandHome(file: string, home: string): string {
  return file === '~' || file.startsWith('~/') ? join(home, file.slice(1)) : file
}

function filePath(file: string, { home, folder }: CompletionContext): string {
  const expanded = expandHome(file, home)
  return folder === undefined || expanded === '' ? expanded : resolve(folder, expanded)
}
