import type { WatchOptions } from '../model/watch-options.ts'
import type { LoadedConfig } from './load.ts'
import type { ConnectionOptions } from './options.ts'

/** What a valid configuration would do, in lines for people. */
export function describeConfig({ config, source }: LoadedConfig): readonly string[] {
  const { cluster, listen, watch, webhookUrls } = config
  return [
    `${source} is valid.`,
    `Cluster:   ${cluster.name}, reached by ${connectionText(cluster.connection)}`,
    `Listens:   http://${listen.address}:${listen.port}`,
    `Watches:   ${watch.resources.length === 0 ? 'nothing from the start' : `${watch.resources.length} kinds from the start`}${watch.onDemand ? ', and whatever is asked for' : ''}`,
    ...watch.resources.map(({ kind, options }) => `  - ${[kind.group, kind.version, kind.kind].filter((part) => part).join('/')}${formatSelectors(options)}`),
    ...(webhookUrls.length > 0 ? [`Webhooks:  ${webhookUrls.length} are configured; this version does not deliver events yet`] : []),
  ]
}

function connectionText(connection: ConnectionOptions): string {
  const insecure = connection.insecureSkipTlsVerify === true ? ' WITHOUT verifying the server' : ''
  switch (connection.type) {
    case 'auto':
      return `the pod's service account, else the kubeconfig${insecure}`
    case 'inCluster':
      return `the pod's service account${insecure}`
    case 'kubeConfig':
      return `${connection.file ?? 'the kubeconfig'}${connection.context === undefined ? '' : `, context ${connection.context}`}${insecure}`
    case 'bearerToken':
      return `${connection.server} with the token in ${connection.tokenFile}${insecure}`
    case 'clientCertificate':
      return `${connection.server} with a client certificate${insecure}`
    case 'anonymous':
      return connection.server
  }
}

/** ` (namespace=shop, app=web)`, or nothing where every object is watched. */
function formatSelectors({ namespace, name, labelSelector = {}, fieldSelector = {} }: WatchOptions): string {
  const parts = [
    ...(namespace === undefined ? [] : [`namespace=${namespace}`]),
    ...(name === undefined ? [] : [`name=${name}`]),
    ...Object.entries({ ...labelSelector, ...fieldSelector }).map(([key, value]) => `${key}=${value}`),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
