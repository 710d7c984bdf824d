import { GraphQLError, getOperationAST, type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationTypeNode } from 'graphql'
import type { Scope } from '../access/scope.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import { checkOperation, type GivenOperation, type OperationRules } from '../graphql/check-operation.ts'
import type { GraphqlContext, GraphqlSettings } from '../graphql/context.ts'
import { executeOperation } from '../graphql/execution/execute.ts'
import type { Outlet } from '../graphql/live/payload.ts'
import type { Payloads, Subscriptions } from '../graphql/live/subscriptions.ts'
import type { SchemaHolder } from '../graphql/schema-holder.ts'
import { RunningOperations } from './running-operations.ts'

export interface OperationsOptions extends OperationRules {
  readonly schema: SchemaHolder
  readonly settings: GraphqlSettings
  readonly subscriptions: Subscriptions
  /** Operations on one connection at once. */
  readonly maxPerConnection: number
  readonly maxInAll: number
  readonly logger: Logger
}

/** An operation that passed all checks and counts as running until it is ended. */
export interface BegunOperation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName: string | null
  readonly variableValues: Readonly<Record<string, unknown>>
  readonly contextValue: GraphqlContext
  readonly type: `${OperationTypeNode}`
  /** Of a query or mutation. */
  execute(): Promise<ExecutionResult>
  /** Of a subscription; `outlet` as a subscriber has it. */
  open(outlet?: Outlet): Promise<Payloads | readonly GraphQLError[]>
  end(): void
}

/** What connections run, of whatever protocol: the same checks and the same limits for all. */
export class Operations {
  readonly #options: OperationsOptions
  readonly #running: RunningOperations<object, object>

  constructor(options: OperationsOptions) {
    this.#options = options
    this.#running = new RunningOperations({ perSocket: options.maxPerConnection, inAll: options.maxInAll })
  }

  get active(): number {
    return this.#running.active
  }

  /** Begins an operation, which is the same value until it is ended, or says why not. */
  begin(connection: object, given: GivenOperation, scope: Scope): BegunOperation | readonly GraphQLError[] {
    const limit = this.#running.limitReached(connection)
    if (limit !== undefined) return [asGraphqlError(new WatchqlError('SUBSCRIPTION_LIMIT', `There are ${limit} subscriptions, which is the limit; end one first.`))]
    const { schema } = this.#options.schema
    const document = checkOperation(schema, given, this.#options)
    if (!('kind' in document)) return document
    const signal = this.#running.begin(connection, given)
    const operationName = given.operationName ?? null
    const variables = given.variables ?? {}
    const contextValue: GraphqlContext = { settings: this.#options.settings, scope, signal }
    return {
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue,
      type: getOperationAST(document, operationName)?.operation ?? 'query',
      execute: async () => executeOperation({ schema, document, operationName, variableValues: variables, contextValue }),
      open: (outlet) => this.#options.subscriptions.open({ schema, document, operationName, variables }, { scope, signal, ...(outlet === undefined ? {} : { outlet }) }),
      end: () => this.#running.end(connection, given),
    }
  }

  /** Does nothing for one that ended before. */
  end(connection: object, given: GivenOperation): void {
    this.#running.end(connection, given)
  }

  endAll(connection: object): void {
    this.#running.endAll(connection)
  }
}

export function asGraphqlError(error: Error): GraphQLError {
  return new GraphQLError(error.message, { originalError: error })
}
