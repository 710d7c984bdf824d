import { join } from 'node:path'
import type { CompletionContext } from './complete.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { ConnectionOptions, PemOptions } from './options.ts'
import type { RawClientConfig } from './raw.ts'

/** Reads `k8sClientConfig` and AUTO_INCLUSTER_CONFIG. Empty texts count as absent, as in k8s-generic-watcher. */
export function completeConnection(raw: RawClientConfig, { env, home }: CompletionContext, mistakes: ConfigMistake[]): ConnectionOptions {
  const insecure = raw.insecureSkipTlsVerify === true ? { insecureSkipTlsVerify: true } : {}
  if (env['AUTO_INCLUSTER_CONFIG'] === 'true' || raw.autoInClusterConfig === true) return { type: 'inCluster', ...insecure }

  const missing = (key: string, why: string) => {
    mistakes.push({ path: `k8sClientConfig.${key}`, message: `is needed for ${why}` })
    return ''
  }
  const server = (): string => {
    if (!raw.apiServerUrl) return missing('apiServerUrl', `authType ${raw.authType}`)
    if (!URL.canParse(raw.apiServerUrl) || !/^https?:$/.test(new URL(raw.apiServerUrl).protocol)) mistakes.push({ path: 'k8sClientConfig.apiServerUrl', message: `must be an http or https URL; it is ${JSON.stringify(raw.apiServerUrl)}` })
    return raw.apiServerUrl
  }
  const pem = (file: string | null | undefined, data: string | null | undefined): PemOptions | undefined => {
    if (data) return { pem: Buffer.from(data, 'base64').toString('utf8') }
    return file ? { file: expandHome(file, home) } : undefined
  }
  const ca = pem(raw.caCertPath, raw.caCertDataPemBase64)
  const trust = ca === undefined ? insecure : { ca, ...insecure }

  switch (raw.authType) {
    case 'BearerToken':
      return { type: 'bearerToken', server: server(), tokenFile: raw.tokenFilePath ? expandHome(raw.tokenFilePath, home) : missing('tokenFilePath', 'authType BearerToken'), ...trust }
    case 'ClientCertificate': {
      const nothing = { pem: '' }
      const cert = pem(raw.clientCertPath, raw.clientCertDataPemBase64)
      const key = pem(raw.clientKeyPath, raw.clientKeyDataPemBase64)
      if (cert === undefined) missing('clientCertPath', 'authType ClientCertificate (or clientCertDataPemBase64)')
      if (key === undefined) missing('clientKeyPath', 'authType ClientCertificate (or clientKeyDataPemBase64)')
      return { type: 'clientCertificate', server: server(), cert: cert ?? nothing, key: key ?? nothing, ...trust }
    }
    case 'KubeConfig':
      return kubeConfig(raw, home, insecure)
    case null:
    case undefined:
      return raw.kubeConfigFilePath || raw.context ? kubeConfig(raw, home, insecure) : { type: 'auto', ...insecure }
  }
}

function kubeConfig(raw: RawClientConfig, home: string, insecure: { readonly insecureSkipTlsVerify?: boolean }): ConnectionOptions {
  return {
    type: 'kubeConfig',
    ...(raw.kubeConfigFilePath ? { file: expandHome(raw.kubeConfigFilePath, home) } : {}),
    ...(raw.context ? { context: raw.context } : {}),
    ...insecure,
  }
}

/** A leading `~` is the home folder. */
export function expandHome(file: string, home: string): string {
  return file === '~' || file.startsWith('~/') ? join(home, file.slice(1)) : file
}
