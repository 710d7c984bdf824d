import { LRUCache } from 'lru-cache'
import { Semaphore } from '../../base/semaphore.ts'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import { readDefinition, readOpenApiDocument, readOpenApiIndex, readWholeDocument, type PublishedDocument } from '../../kubernetes/openapi/openapi.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import type { GroupVersionDescription } from './compose.ts'
import type { ReducedDocument, ReductionLimits } from './description.ts'
import type { DocumentForm } from './documents.ts'
import { ownGroupRank, typePrefixes } from './names.ts'
import type { WantedGroupVersion } from './reduce-job.ts'
import type { Reducer } from './reducer.ts'

export interface DescriptionLimits extends ReductionLimits {
  /** Of one document. */
  readonly documentBytes: number
}

export interface DescriptionsOptions {
  readonly client: KubernetesClient
  readonly reducer: Pick<Reducer, 'run'>
  readonly limits: DescriptionLimits
}

/** What is known now. */
export interface Described {
  readonly groupVersions: ReadonlyMap<string, GroupVersionDescription>
  /** Whether all kinds were described, or nothing more is to be expected of those that were not. */
  readonly complete: boolean
}

interface Members {
  readonly groupVersion: string
  readonly members: readonly Resource[]
  readonly wanted: WantedGroupVersion
}

/** How to read what is published of a group version; undefined where nothing is. */
type ReadPublished = (wanted: WantedGroupVersion, groupVersion: string) => (() => Promise<ReducedDocument>) | undefined

/** Documents under way at once, so that a start does not storm the API server. */
const maxConcurrentRequests = 4
/** What is kept of documents that are not served now may be served again in a moment. */
const maxKeptDocuments = 1000

/**
 * The descriptions of the kinds that a cluster serves, read from what its API server publishes.
 * A document is read again only when the server says that its contents are others. What a
 * definition says counts more: the documents follow it, by seconds.
 */
export class Descriptions {
  readonly #options: DescriptionsOptions
  readonly #requests = new Semaphore(maxConcurrentRequests)
  readonly #reduced = new LRUCache<string, ReducedDocument>({ max: maxKeptDocuments })
  /** What definitions said, by group version. */
  readonly #defined = new Map<string, ReducedDocument>()
  /** The latest good answer, for while there is none. */
  readonly #latest = new Map<string, { readonly parts: readonly ReducedDocument[]; readonly reduced: ReducedDocument }>()
  #redefined = new Set<string>()
  #whole: { readonly key: string; readonly etag: string | undefined; readonly reduced: ReadonlyMap<string, ReducedDocument> } | undefined

  constructor(options: DescriptionsOptions) {
    this.#options = options
  }

  /** The definitions of these group versions' kinds may be others than before. */
  redefined(groupVersions: Iterable<string>): void {
    for (const groupVersion of groupVersions) this.#redefined.add(groupVersion)
  }

  /** Rejects when the API server does not answer at all. */
  async describe(resources: readonly Resource[]): Promise<Described> {
    const redefined = this.#redefined
    this.#redefined = new Set()
    const prefixes = typePrefixes(resources)
    const byGroupVersion = Map.groupBy(resources, apiVersionOf)
    for (const known of [this.#defined, this.#latest]) for (const groupVersion of known.keys()) if (!byGroupVersion.has(groupVersion)) known.delete(groupVersion)
    try {
      const groups = [...byGroupVersion].map(([groupVersion, members]): Members => {
        const [{ group, version } = { group: '', version: '' }] = members
        return { groupVersion, members, wanted: { group, version, prefix: prefixes.get(`${group}/${version}`) ?? '', kinds: members.map(({ kind }) => kind).sort() } }
      })
      const published = await this.#published(groups)
      const described = await Promise.all(groups.map(async (group) => [group.groupVersion, { prefix: group.wanted.prefix, ...(await this.#groupVersion(group, published, redefined.has(group.groupVersion))) }] as const))
      return {
        groupVersions: new Map(described.map(([groupVersion, { prefix, reduced }]) => [groupVersion, { prefix, reduced }])),
        complete: described.every(([, { complete }]) => complete),
      }
    } catch (error) {
      this.redefined(redefined)
      throw error
    }
  }

  async #published(groups: readonly Members[]): Promise<ReadPublished> {
    const { client } = this.#options
    const index = await readOpenApiIndex(client)
    if (index === undefined) {
      const whole = await this.#readWhole(groups.map(({ wanted }) => wanted))
      return ({ group, version }) => whole.get(`${group}/${version}`)
    }
    return (wanted, groupVersion) => {
      const document = index.get(groupVersion)
      return document === undefined ? undefined : () => this.#readDocument(document, wanted)
    }
  }

  async #groupVersion({ groupVersion, wanted, members }: Members, published: ReadPublished, redefined: boolean): Promise<{ readonly reduced: ReducedDocument; readonly complete: boolean }> {
    try {
      const mayBeDefined = ownGroupRank(wanted.group) === undefined
      if (mayBeDefined && (redefined || published(wanted, groupVersion) === undefined)) await this.#readDefinitions(groupVersion, wanted, members)
      const defined = this.#defined.get(groupVersion)
      const told = new Set([...(defined?.kinds ?? []), ...(defined?.failures ?? [])].map(({ kind }) => kind))
      const kinds = wanted.kinds.filter((kind) => !told.has(kind))
      const document = kinds.length === 0 ? undefined : await published({ ...wanted, kinds }, groupVersion)?.()
      const reduced = this.#join(groupVersion, [defined, document].filter((part) => part !== undefined))
      return { reduced, complete: kinds.length === 0 || document !== undefined }
    } catch (error) {
      const reason = `The API server did not tell its schema: ${error instanceof Error ? error.message : String(error)}`
      return { reduced: this.#latest.get(groupVersion)?.reduced ?? { kinds: [], types: [], failures: wanted.kinds.map((kind) => ({ kind, reason })) }, complete: false }
    }
  }

  /** The same parts give the same whole, so that others see whether there is anything new. */
  #join(groupVersion: string, parts: readonly ReducedDocument[]): ReducedDocument {
    const latest = this.#latest.get(groupVersion)
    if (latest?.parts.length === parts.length && parts.every((part, i) => part === latest.parts[i])) return latest.reduced
    const [only = nothing] = parts
    const reduced = parts.length < 2 ? only : { kinds: parts.flatMap(({ kinds }) => kinds), types: parts.flatMap(({ types }) => types), failures: parts.flatMap(({ failures }) => failures) }
    this.#latest.set(groupVersion, { parts, reduced })
    return reduced
  }

  async #readDefinitions(groupVersion: string, wanted: WantedGroupVersion, members: readonly Resource[]): Promise<void> {
    const { client, limits } = this.#options
    const read = await Promise.all(members.map(async (resource) => ({ kind: resource.kind, bytes: await this.#inTurn(() => readDefinition(client, resource, limits.documentBytes)) })))
    const found = read.filter(({ bytes }) => bytes !== undefined)
    if (found.length === 0) this.#defined.delete(groupVersion)
    else this.#defined.set(groupVersion, await this.#reduce('definitions', found.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes])), { ...wanted, kinds: found.map(({ kind }) => kind) }))
  }

  async #readDocument(document: PublishedDocument, wanted: WantedGroupVersion): Promise<ReducedDocument> {
    const { client, limits } = this.#options
    const key = JSON.stringify([document.path, document.hash, wanted])
    const known = this.#reduced.get(key)
    if (known !== undefined) return known
    const reduced = await this.#inTurn(async () => this.#reduce('v3', [await readOpenApiDocument(client, document, limits.documentBytes)], wanted))
    this.#reduced.set(key, reduced)
    return reduced
  }

  /** Of a server that has one document for everything: read again when it changed, or when other kinds are wanted of it. */
  async #readWhole(wanted: readonly WantedGroupVersion[]): Promise<ReadonlyMap<string, () => Promise<ReducedDocument>>> {
    const { client, limits } = this.#options
    const key = JSON.stringify(wanted)
    const known = this.#whole?.key === key ? this.#whole : undefined
    const answer = await readWholeDocument(client, known?.etag, limits.documentBytes)
    if (answer !== undefined) {
      const reduced = await this.#options.reducer.run({ form: 'v2', bytes: [answer.bytes], wanted, limits })
      this.#whole = { key, etag: answer.etag, reduced: new Map(wanted.map(({ group, version }, i) => [`${group}/${version}`, reduced[i] ?? nothing])) }
    }
    return new Map([...(this.#whole?.reduced ?? [])].map(([groupVersion, reduced]) => [groupVersion, () => Promise.resolve(reduced)]))
  }

  async #reduce(form: DocumentForm, bytes: readonly Uint8Array[], wanted: WantedGroupVersion): Promise<ReducedDocument> {
    const [reduced] = await this.#options.reducer.run({ form, bytes, wanted: [wanted], limits: this.#options.limits })
    return reduced ?? nothing
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.#requests.acquire()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

const nothing: ReducedDocument = { kinds: [], types: [], failures: [] }
