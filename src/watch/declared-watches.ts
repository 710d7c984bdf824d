import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import type { Discovery } from '../kubernetes/discovery.ts'
import { apiVersionOf, type GroupKind } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Informers } from './informer.ts'

/** A watch that the operator declared. Without a version the served one is taken. */
export interface DeclaredWatch {
  readonly kind: GroupKind & { readonly version?: string }
  readonly options: WatchOptions
}

/** A declared watch that could not begin yet, and why. */
export interface PendingWatch {
  readonly kind: DeclaredWatch['kind']
  readonly reason: string
}

/**
 * Begins the declared watches as soon as the cluster serves their kinds: at the start where it
 * can, and after each change of what is served for the rest (a CRD that is installed later).
 */
export class DeclaredWatches {
  readonly #discovery: Discovery
  readonly #informers: Informers
  readonly #logger: Logger
  readonly #waiting: Set<DeclaredWatch>
  readonly #reasons = new Map<DeclaredWatch, string>()
  #unsubscribe: (() => void) | undefined

  constructor(options: { readonly discovery: Discovery; readonly informers: Informers; readonly declared: readonly DeclaredWatch[]; readonly logger: Logger }) {
    this.#discovery = options.discovery
    this.#informers = options.informers
    this.#logger = options.logger
    this.#waiting = new Set(options.declared)
  }

  start(): void {
    this.#unsubscribe = this.#discovery.onChange(() => this.#begin())
    this.#begin()
  }

  stop(): void {
    this.#unsubscribe?.()
  }

  pending(): readonly PendingWatch[] {
    return [...this.#waiting].map((watch) => ({
      kind: watch.kind,
      reason: this.#reasons.get(watch) ?? 'The API server has not told yet what it serves.',
    }))
  }

  #begin(): void {
    if (this.#discovery.resources().length === 0) return
    for (const watch of this.#waiting) {
      const resource = this.#discovery.find(watch.kind)
      if (resource === undefined) {
        this.#refuse(watch, `The cluster does not serve ${name(watch.kind)}; the watch begins when it does.`)
        continue
      }
      try {
        this.#informers.ensure(resource, 'CONFIG', watch.options, watch.kind.version !== undefined)
        this.#waiting.delete(watch)
      } catch (error) {
        if (!(error instanceof WatchqlError)) throw error
        this.#refuse(watch, error.message)
      }
    }
  }

  #refuse(watch: DeclaredWatch, reason: string): void {
    if (this.#reasons.get(watch) === reason) return
    this.#reasons.set(watch, reason)
    this.#logger.log('warn', 'a declared watch cannot begin yet', { kind: name(watch.kind), reason })
  }
}

function name({ group, version, kind }: DeclaredWatch['kind']): string {
  return version === undefined ? `${kind}${group === '' ? '' : `.${group}`}` : `${apiVersionOf({ group, version })}/${kind}`
}
