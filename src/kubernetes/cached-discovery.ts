import type { Logger } from '../base/logging.ts'
import { apiVersionOf, type GroupKind, type Resource } from '../model/resource.ts'
import type { KubernetesClient } from './client.ts'
import { discover } from './discover.ts'
import type { Discovery } from './discovery.ts'

/**
 * The served resources in memory. A group version whose server does not answer at a refresh
 * keeps what was known of it: its kinds are unreachable, not gone.
 */
export class CachedDiscovery implements Discovery {
  readonly #client: KubernetesClient
  readonly #logger: Logger
  readonly #listeners = new Set<() => void>()
  #byGroupVersion = new Map<string, readonly Resource[]>()
  #byKind = new Map<string, readonly Resource[]>()
  #all: readonly Resource[] = []
  #fingerprint = ''
  #refreshing: Promise<void> | undefined

  constructor(client: KubernetesClient, logger: Logger) {
    this.#client = client
    this.#logger = logger
  }

  resources(): readonly Resource[] {
    return this.#all
  }

  find({ group, kind, version }: GroupKind & { readonly version?: string | undefined }): Resource | undefined {
    const served = this.#byKind.get(`${group}/${kind}`) ?? []
    return version === undefined ? (served.find((resource) => resource.preferred) ?? served[0]) : served.find((resource) => resource.version === version)
  }

  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #refresh(): Promise<void> {
    const found = await discover(this.#client)
    const byGroupVersion = new Map<string, readonly Resource[]>()
    for (const { group, version, complete, resources } of found) {
      const groupVersion = apiVersionOf({ group, version })
      byGroupVersion.set(groupVersion, complete ? resources : (this.#byGroupVersion.get(groupVersion) ?? resources))
      if (!complete) this.#logger.log('warn', 'a group version is announced but its server does not answer', { groupVersion })
    }
    const fingerprint = JSON.stringify([...byGroupVersion])
    if (fingerprint === this.#fingerprint) return
    this.#fingerprint = fingerprint
    this.#byGroupVersion = byGroupVersion
    this.#all = [...byGroupVersion.values()].flat().filter((resource) => resource.verbs.includes('list') && resource.verbs.includes('watch'))
    this.#byKind = Map.groupBy(this.#all, (resource) => `${resource.group}/${resource.kind}`)
    for (const listener of this.#listeners) listener()
  }
}
