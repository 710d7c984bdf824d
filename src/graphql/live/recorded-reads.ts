import { formatKind, type GroupVersionKind } from '../../model/resource.ts'
import type { Scope } from '../../access/scope.ts'
import type { GraphqlContext } from '../context.ts'
import { WatchqlError } from '../../base/errors.ts'
import type { Cluster } from '../../watch/cluster.ts'
import type { Dedicated } from '../../watch/dedicated-watches.ts'
import type { Informer, Informers } from '../../watch/informer.ts'

/**
 * Which kinds one execution reads. It is noticed where informers are handed out and where
 * listers ask what the caller may see, which every way to an object goes through: lists, single
 * objects and whatever relations lead to.
 */
export class RecordedReads {
  readonly #kinds = new Set<string>()
  readonly #read = new Set<Informer>()
  #everything = false

  /** Whether a change of this kind may change the result. */
  has(kind: string): boolean {
    return this.#everything || this.#kinds.has(kind)
  }

  /** Aborted when one of the kinds is no longer watched: what is known of it grows old. */
  lasts(): readonly AbortSignal[] {
    return [...this.#read].map(({ stopped }) => stopped)
  }

  /** The surroundings of an execution whose reads are to be noticed: it shares nothing that others read. */
  context(context: GraphqlContext): GraphqlContext {
    const { settings, scope, signal } = context
    return { signal, settings: { ...settings, clusters: this.#clusters(settings.clusters) }, scope: this.#scope(scope) }
  }

  #scope(scope: Scope): Scope {
    return {
      readableNamespaces: (resource) => {
        this.#add(resource)
        return scope.readableNamespaces(resource)
      },
    }
  }

  #clusters(clusters: readonly Cluster[]): readonly Cluster[] {
    return clusters.map(({ name, discovery, informers, feed, watches }) => ({ name, discovery, feed, watches, dedicated: noDedicated, informers: this.#informers(informers) }))
  }

  #informers(informers: Informers): Informers {
    return {
      all: () => {
        this.#everything = true
        return informers.all()
      },
      get: (kind) => {
        this.#add(kind)
        return this.#handOut(informers.get(kind))
      },
      ensure: (resource, ...more) => {
        this.#add(resource)
        return this.#handOut(informers.ensure(resource, ...more))
      },
      succeed: (informer, resource) => informers.succeed(informer, resource),
      stop: (kind) => informers.stop(kind),
    }
  }

  #handOut<Handed extends Informer | undefined>(informer: Handed): Handed {
    if (informer !== undefined) this.#read.add(informer)
    return informer
  }

  #add(kind: GroupVersionKind): void {
    this.#kinds.add(formatKind(kind))
  }
}

/** Changes of dedicated caches are told to nobody: a result would grow old unnoticed. */
const noDedicated: Dedicated = {
  all: () => [],
  open: () => {
    throw new WatchqlError('INVALID_ARGUMENT', 'A live query follows whole kinds; ask without `dedicated`.')
  },
}
