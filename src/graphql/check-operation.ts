import { GraphQLError, NoSchemaIntrospectionCustomRule, getOperationAST, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql'
import { exceeds, type OperationLimits } from './limits.ts'

/** What every operation is held to, whichever way it comes. */
export interface OperationRules {
  readonly limits: OperationLimits & { readonly maxTokens: number }
  /** Whether callers may ask for the schema; otherwise errors give no hints of it either. */
  readonly introspection: boolean
}

export interface GivenOperation {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}

/** The rules beside those of the GraphQL specification. */
export function ownRules({ introspection }: OperationRules): readonly ValidationRule[] {
  return introspection ? [] : [NoSchemaIntrospectionCustomRule]
}

/**
 * The document of an operation that may be executed, or why it may not: the checks that Apollo
 * Server makes of operations over HTTP, with its codes, for those that come another way.
 */
export function checkOperation(schema: GraphQLSchema, { query, operationName, variables }: GivenOperation, rules: OperationRules): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode
  try {
    document = parse(query, { maxTokens: rules.limits.maxTokens })
  } catch (error) {
    return [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]
  }
  const invalid = validate(schema, document, [...specifiedRules, ...ownRules(rules)], { hideSuggestions: !rules.introspection })
  if (invalid.length > 0) return invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'))
  if (!getOperationAST(document, operationName)) return [unresolved(operationName)]
  const tooMuch = exceeds(document, operationName, variables ?? {}, rules.limits, schema)
  return tooMuch === undefined ? document : [tooMuch]
}

function unresolved(name: string | null | undefined): GraphQLError {
  const message = name ? `Unknown operation named ${JSON.stringify(name)}.` : 'Must provide operation name if query contains multiple operations.'
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, extensions: { code } })
}
