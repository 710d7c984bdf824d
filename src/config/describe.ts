import { apiVersionOf } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import { isLoopback } from './complete.ts'
import { isLasting } from './database.ts'
import type { LoadedConfig } from './load.ts'
import type { ConnectionOptions, WatchDeclaration } from './options.ts'

/** What the service would do with a configuration that holds, in lines for people. What `watchql check-config` prints. */
export function describeConfig({ config, source, warnings }: LoadedConfig): readonly string[] {
  const { cluster, listen, admin, log, watch, webhookUrls, database } = config
  return [
    `${source} is valid.`,
    '',
    `Cluster    ${cluster.name}, ${describeConnection(cluster.connection)}`,
    ...(cluster.connection.insecureSkipTlsVerify === true ? ['           without verifying the certificate of the API server'] : []),
    `Watches    ${watch.resources.length === 0 ? 'no kinds from the start' : `${countOf(watch.resources.length, 'kind')} from the start`}${watch.onDemand ? ', others when they are asked for' : ', no others on demand'}`,
    ...watch.resources.map((declaration) => `           ${describeDeclaration(declaration)}`),
    `Listens    ${urlOf(listen)}, for ${isLoopback(listen.address) ? 'this machine only' : 'whoever reaches it, without authentication'}`,
    ...(admin === undefined ? [] : [`           ${urlOf(admin)}, health and metrics only`]),
    `Logs       ${log.type === 'hidden' ? 'nothing' : `${log.level} and above, ${log.type === 'json' ? 'as JSON' : 'for people'}`}`,
    ...(webhookUrls.length === 0 ? [] : [`Webhooks   ${countOf(webhookUrls.length, 'URL')}${!isLasting(database) ? '; without database.path or database.url what is not delivered yet is forgotten by a restart' : ''}`]),
    ...warnings.map(({ path, message }) => `Warning    ${path} ${message}`),
  ]
}

function urlOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}

function describeConnection(connection: ConnectionOptions): string {
  switch (connection.type) {
    case 'auto':
      return "as the pod's service account where there is one, else as the current context of the kubeconfig says"
    case 'inCluster':
      return "as the pod's service account"
    case 'kubeConfig':
      return `as ${connection.context === undefined ? 'the current context' : `the context ${connection.context}`} of ${connection.file ?? 'the kubeconfig'} says`
    case 'bearerToken':
      return `at ${connection.server} with the token in ${connection.tokenFile}`
    case 'clientCertificate':
      return `at ${connection.server} with a client certificate`
    case 'anonymous':
      return `at ${connection.server} without credentials`
  }
}

function describeDeclaration({ kind: { group, version, kind }, options, notifiers }: WatchDeclaration): string {
  const name = version === undefined ? `${group === '' ? kind : `${kind}.${group}`}, the version that the server prefers` : `${apiVersionOf({ group, version })}/${kind}`
  const notes = [...describeOptions(options), ...(notifiers.length === 0 ? [] : [countOf(notifiers.length, 'notifier')])]
  return notes.length === 0 ? name : `${name} (${notes.join('; ')})`
}

function describeOptions({ namespace, name, labelSelector, fieldSelector, queryParameters }: WatchOptions): string[] {
  const map = (what: string, entries: Readonly<Record<string, string>> | undefined) =>
    entries === undefined ? [] : [`${what} ${Object.entries(entries).map(([key, value]) => `${key}=${value}`).join(',')}`]
  return [
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
    ...(name === undefined ? [] : [`name ${name}`]),
    ...map('labels', labelSelector),
    ...map('fields', fieldSelector),
    ...map('parameters', queryParameters),
  ]
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

