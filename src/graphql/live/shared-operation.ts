import { execute, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import type { Logger } from '../../base/logging.ts'
import type { ObjectChangeEvent } from '../changes/events.ts'
import type { GraphqlContext, SharedState } from '../context.ts'
import { formatGraphqlError } from '../errors.ts'

/** A checked subscription. */
export interface SubscriptionOperation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/** What identical subscriptions do once for all of them: each event is executed and written out once. */
export class SharedOperation {
  readonly shared: SharedState = {}
  readonly #operation: SubscriptionOperation
  readonly #context: GraphqlContext
  readonly #logger: Logger
  readonly #ended = new AbortController()
  readonly #payloads = new WeakMap<ObjectChangeEvent, Promise<string | undefined>>()
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
      const [before, after] = await Promise.all([this.#execute({ ...now, row: event.oldRow }), this.#execute(now)])
      if (before === after) return undefined
    }
    return this.#execute(event)
  }

  async #execute(event: ObjectChangeEvent): Promise<string> {
    const { schema, document, operationName, variables } = this.#operation
    return payloadText(await execute({ schema, document, operationName: operationName ?? null, variableValues: variables, contextValue: this.#context, rootValue: event }), this.#logger)
  }
}

/** A result as it is sent. */
export function payloadText({ data, errors }: ExecutionResult, logger: Logger): string {
  return JSON.stringify({ ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors: errors.map((error) => formatGraphqlError(error.toJSON(), error, logger)) }) })
}
