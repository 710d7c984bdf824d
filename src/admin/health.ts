import type { FastifyInstance } from 'fastify'
import { formatKind } from '../model/resource.ts'
import type { Cluster } from '../watch/cluster.ts'

/** How ready one kind is, for people and probes. */
interface KindReadiness {
  readonly cluster: string
  readonly kind: string
  readonly state: string
  readonly objects: number
  readonly declared: boolean
  readonly message?: string
}

/**
 * `/healthz`: the process answers. `/readyz`: every declared kind has had its first complete
 * list; one that is STALE still counts, because it answers with what it knows, and taking all
 * replicas away while the API server is down helps nobody. FORBIDDEN, GONE and pending kinds do not.
 */
export function healthRoutes(app: FastifyInstance, clusters: readonly Cluster[]): void {
  app.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok'))
  app.get('/readyz', (_request, reply) => {
    const kinds = clusters.flatMap(readinessOf)
    const ready = kinds.filter(({ declared }) => declared).every(({ state }) => state === 'LIVE' || state === 'STALE')
    return reply.code(ready ? 200 : 503).send({ ready, kinds })
  })
}

function readinessOf(cluster: Cluster): KindReadiness[] {
  const watched = cluster.informers.all().map((informer): KindReadiness => {
    const { state, objects, lastError } = informer.status()
    return { cluster: cluster.name, kind: formatKind(informer.resource), state, objects, declared: informer.origin === 'CONFIG', ...(state === 'LIVE' || lastError === undefined ? {} : { message: lastError.message }) }
  })
  const pending = cluster.watches.pending().map(({ kind, origin, reason }): KindReadiness => ({
    cluster: cluster.name,
    kind: [kind.group, kind.version, kind.kind].filter((part) => part).join('/'),
    state: 'PENDING',
    objects: 0,
    declared: origin === 'CONFIG',
    message: reason,
  }))
  return [...watched, ...pending]
}
