import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, subscribe, validate, execute, type DocumentNode } from 'graphql'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { Scope } from '../access/scope.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import type { GraphqlSettings } from '../graphql/context.ts'
import { formatGraphqlError } from '../graphql/errors.ts'
import { exceeds, type OperationLimits } from '../graphql/limits.ts'
import type { SchemaHolder } from '../graphql/schema-holder.ts'

export interface SubscriptionServerOptions {
  readonly schema: SchemaHolder
  readonly settings: GraphqlSettings
  readonly scopeOf: (request: IncomingMessage) => Promise<Scope>
  readonly limits: OperationLimits & { readonly maxTokens: number }
  /** Whether the schema may be asked for. */
  readonly introspection: boolean
  readonly maxMessageBytes: number
  readonly maxPerSocket: number
  readonly maxInAll: number
  readonly logger: Logger
}

export interface SubscriptionServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Operations that run now. */
  active(): number
  /** Tells every client to go and connect elsewhere (1001). */
  close(): Promise<void>
}

/** A socket that does not answer a ping within this has lost its peer. */
const pingEveryMs = 12_000

/** How long a stop waits for clients to answer its farewell. */
const farewellMs = 1000

/** graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Every operation passes the same checks as over HTTP. */
export function createSubscriptionServer(options: SubscriptionServerOptions): SubscriptionServer {
  const { schema, settings, limits, logger } = options
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxMessageBytes, handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false) })
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const running = new Map<WebSocketKey, Map<string, AbortController>>()
  let active = 0

  const ended = (socket: WebSocketKey, id: string) => {
    const controllers = running.get(socket)
    const controller = controllers?.get(id)
    if (controller === undefined) return
    controllers?.delete(id)
    controller.abort()
    active -= 1
  }

  const server = useServer<Record<string, never>, { socket: WebSocketKey; request: IncomingMessage }>(
    {
      onConnect: ({ extra }) => void running.set(extra.socket, new Map()),
      onSubscribe: async ({ extra }, id, payload) => {
        const own = running.get(extra.socket) ?? new Map<string, AbortController>()
        if (own.size >= options.maxPerSocket || active >= options.maxInAll) return [subscriptionLimit(own.size >= options.maxPerSocket ? options.maxPerSocket : options.maxInAll)]
        const document = parseDocument(payload.query, limits.maxTokens)
        if (!('kind' in document)) return document
        const invalid = validate(schema.schema, document, rules)
        if (invalid.length > 0) return invalid.map((error) => new GraphQLError(error.message, { ...(error.nodes === undefined ? {} : { nodes: error.nodes }), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))
        const tooMuch = exceeds(document, payload.operationName, payload.variables ?? {}, limits)
        if (tooMuch !== undefined) return [tooMuch]
        const controller = new AbortController()
        own.set(id, controller)
        running.set(extra.socket, own)
        active += 1
        try {
          const contextValue = { settings, scope: await options.scopeOf(extra.request), signal: controller.signal }
          return { schema: schema.schema, document, operationName: payload.operationName ?? null, variableValues: payload.variables ?? null, contextValue }
        } catch (error) {
          ended(extra.socket, id)
          throw error
        }
      },
      onComplete: ({ extra }, id) => ended(extra.socket, id),
      onError: ({ extra }, id, _payload, errors) => {
        ended(extra.socket, id)
        return errors.map((error) => formatGraphqlError(error.toJSON(), error, logger))
      },
      onNext: (_context, _id, _payload, _args, result) =>
        result.errors === undefined ? undefined : { ...(result.data === undefined ? {} : { data: result.data }), errors: result.errors.map((error) => formatGraphqlError('toJSON' in error ? error.toJSON() : error, error, logger)) },
      onClose: ({ extra }) => {
        for (const id of running.get(extra.socket)?.keys() ?? []) ended(extra.socket, id)
        running.delete(extra.socket)
      },
      subscribe: (args) => subscribe(args),
      execute: (args) => execute(args),
    },
    sockets,
    pingEveryMs,
  )

  return {
    upgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request)),
    active: () => active,
    close: async () => {
      for (const client of sockets.clients) client.close(1001, 'The service is shutting down; connect again.')
      // A peer that is gone answers no farewell.
      const impatient = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), farewellMs)
      await server.dispose()
      clearTimeout(impatient)
    },
  }
}

type WebSocketKey = object

function parseDocument(query: string, maxTokens: number): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    return [new GraphQLError((error as Error).message, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } })]
  }
}

function subscriptionLimit(limit: number): GraphQLError {
  const error = new WatchqlError('SUBSCRIPTION_LIMIT', `There are ${limit} subscriptions, which is the limit; end one first.`)
  return new GraphQLError(error.message, { originalError: error })
}
