import type { FastifyRequest } from 'fastify'
import type { Scope } from '../access/scope.ts'
import type { FilterLimits } from '../model/path-filter.ts'
import type { Cluster } from '../watch/cluster.ts'
import type { OpenKindOptions } from '../watch/open-kind.ts'
import type { ObjectTexts } from './object-texts.ts'

export interface RestAnswer {
  /** The path of the route. */
  readonly path: string
  readonly status: number
  readonly seconds: number
}

/** What the REST API needs to know of the service. */
export interface RestOptions extends OpenKindOptions {
  /** k8s-generic-watcher knows one. */
  readonly cluster: Cluster
  /** What the caller may read. */
  readonly scopeOf: (request: FastifyRequest) => Promise<Scope>
  /** Until a request is given up: one that waits for a kind, and one whose caller has stopped reading. */
  readonly requestTimeoutMs: number
  readonly filter: FilterLimits
  readonly texts: ObjectTexts
  /** Told of each answer when it is over. */
  readonly onAnswer: (answer: RestAnswer) => void
}
