import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Logger } from '../../base/logging.ts'
import type { ObjectChangeEvent } from '../changes/events.ts'
import type { GraphqlContext, SharedState } from '../context.ts'
import { formatGraphqlError } from '../errors.ts'
import { executeOperation } from '../execution/execute.ts'
import { LiveQuery } from './live-query.ts'
import type { LiveRequest } from './live-request.ts'

/** A checked subscription. */
export interface SubscriptionOperation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/** What identical subscriptions do once for all of them: each event is executed and written out once. */
export class SharedOperation {
  readonly #operation: SubscriptionOperation
  readonly #context: GraphqlContext
  readonly #logger: Logger
  readonly #ended = new AbortController()
  readonly shared: SharedState = { signal: this.#ended.signal }
  readonly #payloads = new WeakMap<ObjectChangeEvent, Promise<string | undefined>>()
  #live: LiveQuery | undefined
  #members = 0

  constructor(operation: SubscriptionOperation, context: Pick<GraphqlContext, 'settings' | 'scope'>, logger: Logger) {
    this.#operation = operation
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
        execute: (reads) => this.#execute({}, reads.context(this.#context)),
        write: (result) => payloadText(result, this.#logger),
      })
    }
    return this.#live
  }

  /** The JSON text of what an event's subscribers get; undefined where that is nothing. */
  payloadOf(event: ObjectChangeEvent): Promise<string | undefined> {
    const known = this.#payloads.get(event)
    if (known !== undefined) return known
    const payload = this.#write(event)
    this.#payloads.set(event, payload)
    return payload
  }

  async #write(event: ObjectChangeEvent): Promise<string | undefined> {
    if (this.shared.changedOnly === true && event.type === 'MODIFIED' && event.oldRow !== undefined) {
      const now = { ...event, comparing: true as const }
      const [before, after] = await Promise.all([this.#textOf({ ...now, row: event.oldRow }), this.#textOf(now)])
      if (before === after) return undefined
    }
    return this.#textOf(event)
  }

  async #textOf(event: ObjectChangeEvent): Promise<string> {
    return payloadText(await this.#execute(event, this.#context), this.#logger)
  }

  async #execute(rootValue: unknown, contextValue: GraphqlContext): Promise<ExecutionResult> {
    const { schema, document, operationName, variables } = this.#operation
    return executeOperation({ schema, document, operationName, variableValues: variables, contextValue, rootValue })
  }
}

/** A result as it is sent. */
export function payloadText({ data, errors, extensions }: ExecutionResult, logger: Logger): string {
  return JSON.stringify({ ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors: errors.map((error) => formatGraphqlError(error.toJSON(), error, logger)) }), ...(extensions === undefined ? {} : { extensions }) })
}
