import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLSchema } from 'graphql'
import { backoffMs, type BackoffPolicy } from '../../base/backoff.ts'
import type { Logger } from '../../base/logging.ts'
import type { Discovery, DiscoveryChange } from '../../kubernetes/discovery.ts'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import { apiVersionOf, formatKind, type Resource } from '../../model/resource.ts'
import type { Relations } from '../../relations/registry.ts'
import type { SchemaHolder } from '../schema-holder.ts'
import type { GroupVersionDescription } from './compose.ts'
import { composeSchema, isTyped, type TypedChoice } from './compose-schema.ts'
import { Descriptions, type DescriptionLimits } from './descriptions.ts'
import { Reducer } from './reducer.ts'
import { typedKindsOf } from './typed-kinds.ts'

export interface TypedSchemaOptions {
  readonly client: KubernetesClient
  readonly discovery: Discovery
  readonly schema: SchemaHolder
  readonly choice: TypedChoice
  readonly limits: DescriptionLimits & { readonly maxTypes: number }
  readonly relations: Relations
  /** How often published schemas are compared, beside when discovery tells of a change. Absent: never. */
  readonly intervalMs?: number | undefined
  readonly backoff: BackoffPolicy
  readonly logger: Logger
}

/**
 * Keeps the served schema in step with what the cluster serves: reads, composes, builds and
 * swaps, one after the other. Whatever fails, the schema before stays.
 */
export class TypedSchema {
  readonly #options: TypedSchemaOptions
  readonly #static: GraphQLSchema
  readonly #isWanted: (resource: Resource) => boolean
  readonly #reducer = new Reducer()
  readonly #descriptions: Descriptions
  readonly #stopping = new AbortController()
  readonly #unsubscribe: () => void
  #running: Promise<void> | undefined
  #seen: ReadonlyMap<string, GroupVersionDescription> = new Map()
  #fingerprint = ''
  #began: boolean
  #settled = false
  #told = false
  #wake: () => void = () => undefined
  #tries = 0

  constructor(options: TypedSchemaOptions) {
    this.#options = options
    this.#static = options.schema.schema
    this.#isWanted = isTyped(options.choice)
    this.#descriptions = new Descriptions({ client: options.client, reducer: this.#reducer, limits: options.limits })
    this.#began = options.discovery.resources().length > 0
    this.#unsubscribe = options.discovery.onChange((change) => this.#discovered(change))
  }

  /** Whether the first attempt is over, well or not: until then queries of typed fields are refused. */
  get settled(): boolean {
    return this.#settled
  }

  /** Begins; returns at once. */
  start(): void {
    if (this.#options.choice.allow.length === 0) this.#settled = true
    else this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#stopping.abort()
    this.#wake()
    await this.#reducer.close()
    await this.#running
  }

  #discovered({ added, changed }: DiscoveryChange): void {
    // What was there from the start is read from the documents, which are complete by then.
    if (this.#began) this.#descriptions.redefined([...added, ...changed])
    this.#began = true
    this.#tries = 0
    this.#told = true
    this.#wake()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#told = false
      const waitMs = await this.#update()
      if (this.#told) continue
      const woken = new AbortController()
      this.#wake = () => woken.abort()
      await sleep(waitMs, undefined, { signal: AbortSignal.any([signal, woken.signal]), ref: false }).catch(() => undefined)
    }
  }

  /** Gives how long to wait until what is published is looked at again. */
  async #update(): Promise<number> {
    const { discovery, backoff, logger, intervalMs = foreverMs } = this.#options
    const resources = discovery.resources().filter(this.#isWanted)
    if (!this.#began) return foreverMs
    try {
      const { groupVersions, complete } = await this.#descriptions.describe(resources)
      if (this.#stopping.signal.aborted) return 0
      await this.#follow(resources, groupVersions)
      if (complete) {
        this.#settled = true
        return intervalMs
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) logger.log('warn', 'the types of kinds could not be brought up to date', { message: error instanceof Error ? error.message : String(error) })
    }
    this.#settled = true
    const retryInMs = Math.min(backoffMs(backoff, this.#tries), intervalMs)
    this.#tries += 1
    return retryInMs
  }

  async #follow(resources: readonly Resource[], groupVersions: ReadonlyMap<string, GroupVersionDescription>): Promise<void> {
    const fingerprint = JSON.stringify(resources.map(({ preferred, plural, namespaced, ...kind }) => [formatKind(kind), preferred, plural, namespaced]))
    const isSame = fingerprint === this.#fingerprint && groupVersions.size === this.#seen.size && [...groupVersions].every(([name, { reduced }]) => this.#seen.get(name)?.reduced === reduced)
    if (isSame) return
    await this.#swap(resources, groupVersions)
    this.#fingerprint = fingerprint
    this.#seen = groupVersions
  }

  async #swap(resources: readonly Resource[], groupVersions: ReadonlyMap<string, GroupVersionDescription>): Promise<void> {
    const { schema, limits, relations, logger } = this.#options
    const startedAt = performance.now()
    const { schema: typed, composition } = await composeSchema(this.#static, resources, groupVersions, { maxTypes: limits.maxTypes, relations })
    if (this.#stopping.signal.aborted) return
    const before = typedKindsOf(schema.schema)
    schema.swap(typed)
    logger.log('info', 'kinds have types', { kinds: composition.kinds.length, types: composition.types.size, untyped: composition.untyped.size, ms: Math.round(performance.now() - startedAt) })
    for (const resource of resources) {
      const reason = composition.untyped.get(formatKind(resource))
      if (reason !== undefined && before.whyNot(resource) !== reason) logger.log('warn', 'a kind has no types of its own', { kind: formatKind(resource), groupVersion: apiVersionOf(resource), reason })
    }
  }
}

/** The longest that a timer can wait. */
const foreverMs = 2 ** 31 - 1
