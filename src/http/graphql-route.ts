import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticate } from '../access/authenticate.ts'
import { WatchqlError } from '../base/errors.ts'
import type { GraphqlSettings } from '../graphql/context.ts'
import type { GraphqlServer } from '../graphql/graphql-server.ts'
import type { EventStreams } from '../subscriptions/event-streams.ts'
import { givenOperation, wantsEvents } from './event-stream-request.ts'

export interface GraphqlRouteOptions {
  readonly graphql: GraphqlServer
  readonly streams: EventStreams
  readonly settings: GraphqlSettings
  readonly authenticate: Authenticate
  readonly requestTimeoutMs: number
}

/** GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), and as an event stream for who accepts only that. */
export function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: (request, reply) => answer(request, reply, options) })
}

async function answer(request: FastifyRequest, reply: FastifyReply, options: GraphqlRouteOptions): Promise<unknown> {
  if (request.method === 'POST' && !isJson(request.headers['content-type']))
    throw new WatchqlError('UNSUPPORTED_MEDIA_TYPE', 'Send the operation as JSON: content-type: application/json.')
  const caller = await options.authenticate({ headers: request.headers })
  if (wantsEvents(request.headers.accept)) {
    const operation = givenOperation(request.method, request.method === 'GET' ? request.query : request.body)
    const streaming = options.streams.answer(reply.raw, operation, caller, { headers: reply.getHeaders(), readOnly: request.method === 'GET' })
    reply.hijack()
    return streaming
  }
  const leaving = new AbortController()
  reply.raw.on('close', () => leaving.abort())
  const context = {
    settings: options.settings,
    scope: caller.scope,
    signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(options.requestTimeoutMs)]),
  }
  const { status, headers, body } = await options.graphql.answer(
    {
      method: request.method,
      headers: Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
      search: new URL(request.url, 'http://localhost').search,
      body: request.body,
    },
    context,
  )
  return reply.code(status).headers(headers).send(body)
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '')
}
