import type { GatewayInterface, GatewayExecutor } from '@apollo/server-gateway-interface'
import type { GraphQLSchema } from 'graphql'
import { executeOperation } from './execution/execute.ts'

type Listener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]

/**
 * Holds the schema that is served, and swaps it while operations run: what began on a schema
 * ends on it. Apollo Server sees it as its gateway.
 */
export class SchemaHolder implements GatewayInterface {
  readonly #listeners = new Set<Listener>()
  #schema: GraphQLSchema

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  get schema(): GraphQLSchema {
    return this.#schema
  }

  swap(schema: GraphQLSchema): void {
    this.#schema = schema
    for (const listener of this.#listeners) listener({ apiSchema: schema, coreSupergraphSdl: '' })
  }

  load(): Promise<{ executor: GatewayExecutor }> {
    for (const listener of this.#listeners) listener({ apiSchema: this.#schema, coreSupergraphSdl: '' })
    return Promise.resolve({ executor })
  }

  onSchemaLoadOrUpdate(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stop(): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }
}

// The name as it was asked for: Apollo's own is null for an unknown one, which would run the only operation there is.
const executor: GatewayExecutor = async ({ document, request, context, schema }) =>
  (await executeOperation({ schema, document, operationName: request.operationName, variableValues: request.variables, contextValue: context })) as Awaited<ReturnType<GatewayExecutor>>
