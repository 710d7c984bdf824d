import { createSourceEventStream, locatedError, type GraphQLError } from 'graphql'
import type { Scope } from '../../access/scope.ts'
import type { Logger } from '../../base/logging.ts'
import type { ObjectChangeEvent } from '../changes/events.ts'
import type { GraphqlContext, GraphqlSettings } from '../context.ts'
import { KeptPayloads } from './kept-payloads.ts'
import { LiveRequest } from './live-request.ts'
import { Payload, type Outlet } from './payload.ts'
import { sharedKey } from './shared-key.ts'
import { SharedOperation, payloadText, type SubscriptionOperation } from './shared-operation.ts'

export interface SubscriptionsOptions {
  readonly settings: GraphqlSettings
  readonly logger: Logger
}

export interface Subscriber {
  readonly scope: Scope
  /** Aborted when the subscription ends, whichever way: it must be in the end. */
  readonly signal: AbortSignal
  /** What it takes is not among the results that are asked for. */
  readonly outlet?: Outlet
}

/** Results, one after the other. */
export type Payloads = AsyncGenerator<Payload, void, void>

/** Results that are kept for those who are told the same later. */
const keptBytes = 64 * 2 ** 20

/** Runs subscriptions, identical ones of one scope as one. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #operations = new Map<Scope, Map<object, Map<string, SharedOperation>>>()
  readonly #kept = new KeptPayloads(keptBytes)

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  /** The results of a checked subscription, or why there are none. */
  async open(operation: SubscriptionOperation, { scope, signal, outlet }: Subscriber): Promise<Payloads | readonly GraphQLError[]> {
    const shared = this.#join(operation, scope, signal)
    const { schema, document, operationName, variables } = operation
    const contextValue: GraphqlContext = { settings: this.#options.settings, scope, signal, shared: shared.shared, push: outlet && { payloadOf: (event) => shared.payloadOf(event), outlet } }
    const events = await createSourceEventStream({ schema, document, operationName: operationName ?? null, variableValues: variables, contextValue })
    if (!(Symbol.asyncIterator in events)) return events.errors ?? []
    const results = events instanceof LiveRequest ? shared.live(events).follow(events.mode, signal) : payloads(events as AsyncIterable<ObjectChangeEvent>, shared)
    return endingWithErrors(results, this.#options.logger)
  }

  /** What the operation shares with those that are identical, until its signal is aborted. */
  #join(operation: SubscriptionOperation, scope: Scope, signal: AbortSignal): SharedOperation {
    const key = sharedKey(operation.document, operation.operationName, operation.variables)
    const bySchema = this.#operations.get(scope) ?? new Map<object, Map<string, SharedOperation>>()
    const byKey = bySchema.get(operation.schema) ?? new Map<string, SharedOperation>()
    const shared = byKey.get(key) ?? new SharedOperation(operation, { settings: this.#options.settings, scope }, this.#kept, this.#options.logger)
    this.#operations.set(scope, bySchema.set(operation.schema, byKey.set(key, shared)))
    shared.join()
    const leave = () => {
      if (!shared.leave()) return
      byKey.delete(key)
      if (byKey.size === 0) bySchema.delete(operation.schema)
      if (bySchema.size === 0) this.#operations.delete(scope)
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    return shared
  }
}

async function* payloads(events: AsyncIterable<ObjectChangeEvent>, shared: SharedOperation): Payloads {
  for await (const event of events) {
    const payload = await shared.payloadOf(event)
    if (payload !== null) yield payload
  }
}

/** What ends a stream is its last result: other operations go on. */
async function* endingWithErrors(results: Payloads, logger: Logger): Payloads {
  try {
    yield* results
  } catch (error) {
    yield new Payload(payloadText({ errors: [locatedError(error, undefined)] }, logger))
  }
}
