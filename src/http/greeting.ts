import type { FastifyInstance } from 'fastify'

const text = `WatchQL: the cluster's objects as GraphQL.

  /graphql   the API: POST or GET a query, open it in a browser for GraphiQL, connect a WebSocket (graphql-transport-ws), or accept text/event-stream
  /resources/k8sObjects, /resources/apiGroups, /resources/apiGroupResources,
  /manage/cachedResourcesList, /manage/cacheSize, /analyze/istioGatewayHosts
             the API of k8s-generic-watcher
  /healthz   whether the process runs
  /readyz    whether the declared kinds are in, kind by kind
  /metrics   for Prometheus
`

export function greeting(app: FastifyInstance): void {
  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(text))
}
