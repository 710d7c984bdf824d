import type { FastifyInstance } from 'fastify'
import { answerApiGroupResources, answerApiGroups } from './api-groups.ts'
import { readBodies } from './bodies.ts'
import { answerCachedKinds, answerCacheSize } from './caches.ts'
import type { RestOptions } from './context.ts'
import { failed } from './envelope.ts'
import { answerGatewayHosts } from './istio.ts'
import { answerObjects } from './objects.ts'
import { patienceOf } from './patience.ts'

/** The read API of k8s-generic-watcher. Beside what it promised, answers to GET have ETags, and errors name their code in the header `watchql-error`. */
export function restRoutes(app: FastifyInstance, options: RestOptions): void {
  const { cluster, scopeOf } = options
  // In a scope of its own, which reads bodies in its own way.
  void app.register((rest, _options, done) => {
    readBodies(rest)
    rest.addHook('onResponse', (request, reply, answered) => {
      options.onAnswer({ path: request.routeOptions.url ?? '', status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
      answered()
    })
    const config = { errorBody: failed }
    rest.route({ method: ['GET', 'POST'], url: '/resources/k8sObjects', config, handler: (request, reply) => answerObjects(request, reply, options) })
    rest.get('/resources/apiGroups', { config }, ({ query }) => answerApiGroups(query, cluster.discovery))
    rest.get('/resources/apiGroupResources', { config }, ({ query }) => answerApiGroupResources(query, cluster.discovery))
    rest.get('/manage/cachedResourcesList', { config }, (_request, reply) => reply.send(answerCachedKinds(cluster)))
    rest.get('/manage/cacheSize', { config }, async (request) => answerCacheSize(request.query, cluster, await scopeOf(request)))
    rest.get('/analyze/istioGatewayHosts', { config }, async (request, reply) => answerGatewayHosts(request.query, options, await scopeOf(request), patienceOf(reply, options.requestTimeoutMs)))
    done()
  })
}
