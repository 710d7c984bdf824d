import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { KubeConfig, type Cluster, type Context, type User } from '@kubernetes/client-node'
import { parse } from 'yaml'
import type { Environment } from '../../base/environment.ts'
import { WatchqlError } from '../../base/errors.ts'
import { readText } from './files.ts'

export interface KubeConfigChoice {
  /** Default: the files in KUBECONFIG, then `~/.kube/config`. */
  readonly file?: string
  /** Default: the current context. */
  readonly context?: string
}

/** What one context of a kubeconfig says. */
export interface ChosenContext {
  readonly context: Context
  readonly cluster: Cluster
  readonly user: KubeUser | undefined
}

export interface KubeUser extends User {
  /** Keys of a user that the official client does not read: `tokenFile`, `as-uid`, `as-groups`, `as-user-extra`. */
  readonly more: Readonly<Record<string, unknown>>
}

/** The kubeconfig files that would be read, whether or not they are there. */
export function kubeConfigFiles(choice: KubeConfigChoice, env: Environment, home: string): readonly string[] {
  if (choice.file !== undefined) return [choice.file]
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  return named.length > 0 ? named : [join(home, '.kube', 'config')]
}

/**
 * Reads the files and finds the context. As in kubectl, missing files of a list are passed over
 * and the first file that names a cluster, user or context wins:
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 * Throws UNREADABLE_FILE or INVALID_CONFIG, naming the files.
 */
export async function readContext(files: readonly string[], wanted: string | undefined): Promise<ChosenContext> {
  const present = files.filter((file) => existsSync(file))
  const loaded = await Promise.all((present.length > 0 ? present : files.slice(0, 1)).map(loadFile))
  const find = <T extends { readonly name: string }>(list: (one: LoadedFile) => readonly T[], name: string | undefined): T | undefined =>
    loaded.flatMap(list).find((entry) => entry.name === name)

  const where = present.length > 0 ? present.join(', ') : files.join(', ')
  const name = wanted ?? loaded.map((one) => one.currentContext).find(Boolean)
  const context = find((one) => one.contexts, name)
  if (context === undefined) {
    const known = [...new Set(loaded.flatMap((one) => one.contexts).map((one) => one.name))]
    const wrong = name === undefined ? 'has no current context; name one with k8sClientConfig.context' : `has no context ${JSON.stringify(name)}`
    throw new WatchqlError('INVALID_CONFIG', `The kubeconfig ${where} ${wrong}. Its contexts: ${known.length === 0 ? 'none' : known.join(', ')}.`)
  }
  const dangling = (what: string, missing: string) => new WatchqlError('INVALID_CONFIG', `The context ${JSON.stringify(context.name)} of the kubeconfig ${where} names the ${what} ${JSON.stringify(missing)}, which is not there.`)
  const cluster = find((one) => one.clusters, context.cluster)
  if (cluster === undefined) throw dangling('cluster', context.cluster)
  const user = find((one) => one.users, context.user)
  if (user === undefined && context.user) throw dangling('user', context.user)
  return { context, cluster, user }
}

interface LoadedFile {
  readonly clusters: readonly Cluster[]
  readonly contexts: readonly Context[]
  readonly users: readonly KubeUser[]
  readonly currentContext: string | undefined
}

async function loadFile(file: string): Promise<LoadedFile> {
  const text = await readText('the kubeconfig', file)
  try {
    // An empty file is an empty kubeconfig.
    const document = (parse(text) ?? {}) as RawKubeConfig
    if (typeof document !== 'object') throw new TypeError('it is no map of clusters, contexts and users')
    const config = new KubeConfig()
    config.loadFromString(JSON.stringify(document))
    config.makePathsAbsolute(dirname(file))
    return {
      clusters: config.getClusters(),
      contexts: config.getContexts(),
      users: config.getUsers().map((user) => withMore(user, document, dirname(file))),
      currentContext: config.getCurrentContext() || undefined,
    }
  } catch (error) {
    throw new WatchqlError('INVALID_CONFIG', `The kubeconfig ${file} cannot be understood: ${firstLine((error as Error).message)}.`, { cause: error })
  }
}

interface RawKubeConfig {
  readonly users?: readonly { readonly name?: string; readonly user?: Readonly<Record<string, unknown>> }[]
}

/** Relative paths begin at the kubeconfig's own folder, that of a plugin's command included. */
function withMore(user: User, document: RawKubeConfig, folder: string): KubeUser {
  const more = { ...document.users?.find(({ name }) => name === user.name)?.user }
  if (typeof more['tokenFile'] === 'string') more['tokenFile'] = absolute(folder, more['tokenFile'])
  const exec = user.exec as { readonly command?: string } | undefined
  const command = exec?.command
  return { ...user, more, ...(command?.includes('/') ? { exec: { ...exec, command: absolute(folder, command) } } : {}) }
}

function absolute(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file)
}

/** The rest of a syntax error shows the lines around it, which may hold a secret. */
function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/[.:]$/, '')
}
