import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled'
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql'
import type { Logger } from '../base/logging.ts'
import { checkOperation, ownRules, type GivenOperation, type OperationRules } from './check-operation.ts'
import type { GraphqlContext } from './context.ts'
import { formatGraphqlError } from './errors.ts'
import { Introspection } from './introspection.ts'
import { exceeds, type OperationLimits } from './limits.ts'
import type { SchemaHolder } from './schema-holder.ts'

export interface GraphqlServerOptions extends OperationRules {
  readonly schema: SchemaHolder
  readonly logger: Logger
  /** Hears of each operation that ended. */
  readonly onOperation?: (operation: FinishedOperation) => void
}

export interface FinishedOperation {
  readonly type: `${OperationTypeNode}` | 'unknown'
  readonly failed: boolean
  readonly seconds: number
}

/** A GraphQL request as HTTP brought it, its body parsed. */
export interface HttpOperation {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly search: string
  readonly body: unknown
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Apollo Server, without anything that talks to anybody else. */
export class GraphqlServer {
  readonly #apollo: ApolloServer<GraphqlContext>
  readonly #schema: SchemaHolder
  readonly #options: GraphqlServerOptions
  readonly #introspection = new Introspection()

  private constructor(apollo: ApolloServer<GraphqlContext>, options: GraphqlServerOptions) {
    this.#apollo = apollo
    this.#schema = options.schema
    this.#options = options
  }

  static async start(options: GraphqlServerOptions): Promise<GraphqlServer> {
    const { schema, limits, logger } = options
    const apollo = new ApolloServer<GraphqlContext>({
      gateway: schema,
      // Switched off by a rule of ours, whose message fits this service.
      introspection: true,
      validationRules: [...ownRules(options)],
      hideSchemaDetailsFromClientErrors: !options.introspection,
      includeStacktraceInErrorResponses: false,
      // The HTTP layer guards in its own way: see docs/decisions/0005-cross-site-requests.md.
      csrfPrevention: false,
      persistedQueries: false,
      allowBatchedHttpRequests: false,
      stopOnTerminationSignals: false,
      parseOptions: { maxTokens: limits.maxTokens },
      formatError: (formatted, error) => formatGraphqlError(formatted, error, logger),
      logger: apolloLogger(logger),
      plugins: [
        ApolloServerPluginLandingPageDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginCacheControlDisabled(),
        limitsPlugin(limits),
        ...(options.onOperation === undefined ? [] : [observer(options.onOperation)]),
      ],
    })
    await apollo.start()
    return new GraphqlServer(apollo, options)
  }

  get schema(): GraphQLSchema {
    return this.#schema.schema
  }

  async answer(operation: HttpOperation, context: GraphqlContext): Promise<HttpAnswer> {
    const introspected = await this.#introspected(operation)
    if (introspected !== undefined) return introspected
    const headers = new HeaderMap(Object.entries(operation.headers))
    const { body, status, headers: answered } = await this.#apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: operation.method, headers, search: operation.search, body: operation.body },
      context: () => Promise.resolve(context),
    })
    if (body.kind !== 'complete') throw new Error('An answer in parts was not asked for.')
    const legacy = answered.get('content-type')?.startsWith('application/json') === true
    return { status: legacy && status === 400 && isWellFormed(body.string) ? 200 : (status ?? 200), headers: Object.fromEntries(answered), body: body.string }
  }

  /** The answer to one who reads the whole schema; undefined for everything else, mistakes included. */
  async #introspected({ method, headers, body }: HttpOperation): Promise<HttpAnswer | undefined> {
    const startedAt = performance.now()
    const given = body as Partial<GivenOperation> | null | undefined
    const type = mediaTypes.find((candidate) => [candidate, '*/*'].some((accepted) => (headers['accept'] ?? '*/*').includes(accepted)))
    if (method !== 'POST' || type === undefined || typeof given?.query !== 'string' || !given.query.includes('__schema')) return undefined
    const { schema } = this.#schema
    const { query, operationName, variables } = given
    const document = checkOperation(schema, { query, operationName, variables }, this.#options)
    const answer = 'kind' in document ? this.#introspection.answer(schema, document, operationName, variables ?? {}) : undefined
    if (answer === undefined) return undefined
    const text = await answer
    this.#options.onOperation?.({ type: 'query', failed: false, seconds: (performance.now() - startedAt) / 1000 })
    return { status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body: text }
  }

  stop(): Promise<void> {
    return this.#apollo.stop()
  }
}

const mediaTypes = ['application/json', 'application/graphql-response+json'] as const
const aboutTheOperation = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT', 'QUERY_TOO_DEEP', 'QUERY_TOO_COMPLEX'])

/**
 * Whether an error answer is about the operation, the HTTP request itself being in order. To
 * clients that accept only application/json such answers go with status 200: intermediaries
 * may answer 4xx with JSON of their own (GraphQL over HTTP, 6.4.1).
 */
function isWellFormed(body: string): boolean {
  const { errors = [] } = JSON.parse(body) as { errors?: readonly { extensions?: { code?: string } }[] }
  return errors.every(({ extensions }) => aboutTheOperation.has(extensions?.code ?? ''))
}

function limitsPlugin(limits: OperationLimits): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ document, operation, request, schema }) => {
          const error = operation?.operation === OperationTypeNode.SUBSCRIPTION ? overWebSocketOnly() : exceeds(document, request.operationName, request.variables ?? {}, limits, schema)
          return error === undefined ? Promise.resolve() : Promise.reject(error)
        },
      }),
  }
}

function overWebSocketOnly(): GraphQLError {
  return new GraphQLError('Subscriptions run over a WebSocket (connect to this address with the subprotocol graphql-transport-ws) or as an event stream (accept: text/event-stream).', { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
}

function observer(onOperation: (operation: FinishedOperation) => void): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () => {
      const startedAt = performance.now()
      return Promise.resolve({
        willSendResponse: ({ operation, errors }) => {
          onOperation({ type: operation?.operation ?? 'unknown', failed: (errors?.length ?? 0) > 0, seconds: (performance.now() - startedAt) / 1000 })
          return Promise.resolve()
        },
      })
    },
  }
}

function apolloLogger(logger: Logger) {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message?: unknown) => logger.log(level, String(message))
  return { debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('error') }
}
