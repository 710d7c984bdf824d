import type { Logger } from '../base/logging.ts'
import { apiVersionOf, type GroupKind, type Resource } from '../model/resource.ts'
import type { KubernetesClient } from './client.ts'
import { discover, type KnownDocuments } from './discover.ts'
import type { Discovery, DiscoveryChange } from './discovery.ts'
import type { GroupVersionResources } from './discovery-documents.ts'

interface GroupVersion extends GroupVersionResources {
  readonly text: string
}

/**
 * The served resources in memory. A group version whose server does not answer at a refresh
 * keeps what was known of it: its kinds are unreachable, not gone.
 */
export class CachedDiscovery implements Discovery {
  readonly #client: KubernetesClient
  readonly #logger: Logger
  readonly #listeners = new Set<(change: DiscoveryChange) => void>()
  readonly #silent = new Set<string>()
  readonly #redefined = new Set<string>()
  readonly #documents: KnownDocuments = new Map()
  #groupVersions: ReadonlyMap<string, GroupVersion> = new Map()
  #byKind: ReadonlyMap<string, readonly Resource[]> = new Map()
  #all: readonly Resource[] = []
  #refreshing: Promise<void> | undefined

  constructor(client: KubernetesClient, logger: Logger) {
    this.#client = client
    this.#logger = logger
  }

  resources(): readonly Resource[] {
    return this.#all
  }

  groupVersions(): readonly GroupVersionResources[] {
    return [...this.#groupVersions.values()]
  }

  find({ group, kind, version }: GroupKind & { readonly version?: string | undefined }): Resource | undefined {
    const served = this.#byKind.get(`${group}/${kind}`) ?? []
    return version === undefined ? (served.find((resource) => resource.preferred) ?? served[0]) : served.find((resource) => resource.version === version)
  }

  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  onChange(listener: (change: DiscoveryChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A definition in the group was edited: the next refresh calls the group's versions changed, whatever their resources look like. */
  redefined(group: string): void {
    this.#redefined.add(group)
  }

  async #refresh(): Promise<void> {
    const redefined = [...this.#redefined]
    const next = await this.#ask()
    for (const group of redefined) this.#redefined.delete(group)
    const before = this.#groupVersions
    const change: DiscoveryChange = {
      added: [...next.keys()].filter((name) => !before.has(name)),
      removed: [...before.keys()].filter((name) => !next.has(name)),
      changed: [...next].filter(([name, { text, group }]) => before.has(name) && (before.get(name)?.text !== text || redefined.includes(group))).map(([name]) => name),
    }
    if (Object.values(change).every((names) => names.length === 0)) return
    this.#groupVersions = next
    this.#all = [...next.values()].flatMap(({ resources }) => resources).filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch'))
    this.#byKind = Map.groupBy(this.#all, (resource) => `${resource.group}/${resource.kind}`)
    for (const listener of this.#listeners) listener(change)
  }

  async #ask(): Promise<ReadonlyMap<string, GroupVersion>> {
    const next = new Map<string, GroupVersion>()
    for (const served of await discover(this.#client, this.#documents)) {
      const { complete, resources, subresources } = served
      const name = apiVersionOf(served)
      const known = complete ? undefined : this.#groupVersions.get(name)
      next.set(name, known ?? { ...served, text: JSON.stringify([resources, subresources]) })
      this.#note(name, complete)
    }
    for (const name of this.#silent) if (!next.has(name)) this.#silent.delete(name)
    return next
  }

  #note(groupVersion: string, answers: boolean): void {
    if (answers === !this.#silent.has(groupVersion)) return
    if (answers) {
      this.#silent.delete(groupVersion)
      this.#logger.log('info', 'the server of a group version answers again', { groupVersion })
    } else {
      this.#silent.add(groupVersion)
      this.#logger.log('warn', 'a group version is announced but its server does not answer; what is known of it stays', { groupVersion })
    }
  }
}
