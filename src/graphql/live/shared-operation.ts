import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Logger } from '../../base/logging.ts'
import type { ObjectChangeEvent } from '../changes/events.ts'
import type { GraphqlContext, SharedState } from '../context.ts'
import { formatGraphqlError } from '../errors.ts'
import { prepareOperation, type PreparedOperation } from '../execution/execute.ts'
import type { Kept, KeptPayloads } from './kept-payloads.ts'
import { LiveQuery } from './live-query.ts'
import type { LiveRequest } from './live-request.ts'
import { Payload, type Told } from './payload.ts'

/** A checked subscription. */
export interface SubscriptionOperation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/** What identical subscriptions do once for all of them: each event is executed and written out once. */
export class SharedOperation {
  readonly #execute: PreparedOperation
  readonly #context: GraphqlContext
  readonly #logger: Logger
  readonly #ended = new AbortController()
  readonly shared: SharedState = { signal: this.#ended.signal }
  readonly #kept: KeptPayloads
  readonly #payloads = new WeakMap<ObjectChangeEvent, Kept | null | Promise<Told>>()
  #latest: { readonly event: ObjectChangeEvent; readonly told: Told } | undefined
  #live: LiveQuery | undefined
  #members = 0

  constructor(operation: SubscriptionOperation, context: Pick<GraphqlContext, 'settings' | 'scope'>, kept: KeptPayloads, logger: Logger) {
    this.#execute = prepareOperation({ ...operation, variableValues: operation.variables })
    this.#kept = kept
    this.#context = { ...context, signal: this.#ended.signal, shared: this.shared }
    this.#logger = logger
  }

  join(): void {
    this.#members += 1
  }

  /** Whether that was the last one. */
  leave(): boolean {
    this.#members -= 1
    if (this.#members > 0) return false
    this.#ended.abort()
    return true
  }

  /** What a live query's subscribers follow. */
  live({ throttleMs }: LiveRequest): LiveQuery {
    if (this.#live === undefined || this.#live.ended) {
      this.#live = new LiveQuery({
        clusters: this.#context.settings.clusters,
        throttleMs,
        execute: async (reads) => this.#execute({ rootValue: {}, contextValue: reads.context(this.#context) }),
        write: (result) => new Payload(payloadText(result, this.#logger)),
      })
    }
    return this.#live
  }

  /** What an event's subscribers get, at once where it can be known at once. */
  payloadOf(event: ObjectChangeEvent): Told | Promise<Told> {
    // Thousands ask for it one after the other.
    if (event === this.#latest?.event) return this.#latest.told
    const known = this.#payloads.get(event)
    if (known === null || known instanceof Promise) return known
    const kept = known && this.#kept.get(known)
    if (kept !== undefined) return kept
    const written = this.#write(event)
    if (written instanceof Promise) {
      this.#payloads.set(event, written)
      written.then((told) => this.#keep(event, told)).catch(() => undefined)
    } else this.#keep(event, written)
    return written
  }

  #keep(event: ObjectChangeEvent, told: Told): void {
    this.#latest = { event, told }
    this.#payloads.set(event, told && this.#kept.keep(told))
  }

  #write(event: ObjectChangeEvent): Told | Promise<Told> {
    const { type, row, oldRow } = event
    if (this.shared.changedOnly !== true || type !== 'MODIFIED' || row === undefined || oldRow === undefined) return this.#payload(event)
    const [before, after] = [this.#payload({ type, row: oldRow, comparing: true }), this.#payload({ type, row, comparing: true })]
    const compare = (one: Payload, other: Payload): Told | Promise<Told> => (one.text === other.text ? null : this.#payload(event))
    return before instanceof Payload && after instanceof Payload ? compare(before, after) : Promise.all([before, after]).then(([one, other]) => compare(one, other))
  }

  #payload(event: ObjectChangeEvent): Payload | Promise<Payload> {
    const write = (result: ExecutionResult) => new Payload(payloadText(result, this.#logger))
    const result = this.#execute({ rootValue: event, contextValue: { ...this.#context } })
    return result instanceof Promise ? result.then(write) : write(result)
  }
}

/** A result as it is sent. */
export function payloadText({ data, errors, extensions }: ExecutionResult, logger: Logger): string {
  return JSON.stringify({ ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors: errors.map((error) => formatGraphqlError(error.toJSON(), error, logger)) }), ...(extensions === undefined ? {} : { extensions }) })
}
