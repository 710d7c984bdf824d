import { isDeepStrictEqual } from 'node:util'
import { WatchqlError } from '../base/errors.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logging.ts'
import type { Discovery } from '../kubernetes/discovery.ts'
import { apiVersionOf, type GroupKind, type Resource } from '../model/resource.ts'
import type { WantedWatch, WatchOptions } from '../model/watch-options.ts'
import type { Informer, Informers } from './informer.ts'

/** Where the watches that were begun while the service ran are kept for its next start. */
export interface WatchMemory {
  all(): Promise<readonly WantedWatch[]>
  save(watch: WantedWatch): Promise<void>
  forget(kind: GroupKind): Promise<void>
}

/** Forgets everything with the process. */
export const noMemory: WatchMemory = { all: () => Promise.resolve([]), save: () => Promise.resolve(), forget: () => Promise.resolve() }

/** A wanted watch that could not begin yet, and why. */
export interface PendingWatch {
  readonly kind: WantedWatch['kind']
  readonly origin: 'CONFIG' | 'API'
  readonly reason: string
}

export interface WantedWatchesOptions {
  readonly discovery: Discovery
  readonly informers: Informers
  readonly declared: readonly WantedWatch[]
  readonly memory: WatchMemory
  /** How often it is looked for what other processes keep there; undefined where there are none. */
  readonly refreshMs?: number
  readonly clock: Clock
  /** How kinds were served in earlier runs. One that is not served any more is asked for all the same: only its own refusals say that its objects are gone. */
  readonly formerly: readonly Resource[]
  readonly logger: Logger
}

/**
 * The watches that are to run: those that the configuration declares and those that were begun
 * by the API, now or before the last restart. Each begins as soon as the cluster serves its
 * kind: at once where it can, and after a change of what is served for the rest.
 */
export class WantedWatches {
  readonly #options: WantedWatchesOptions
  #declared: readonly WantedWatch[]
  /** Those that have not begun, with why not. */
  readonly #waiting = new Map<WantedWatch, { readonly origin: PendingWatch['origin']; reason?: string }>()
  /** Counts what was begun and ended here, when it starts and when it is done. */
  #changes = 0
  #unsubscribe: (() => void) | undefined
  #cancelRefresh: (() => void) | undefined

  constructor(options: WantedWatchesOptions) {
    this.#options = options
    this.#declared = options.declared
  }

  begin(): void {
    for (const watch of this.#declared) this.#waiting.set(watch, { origin: 'CONFIG' })
    this.#unsubscribe = this.#options.discovery.onChange(() => this.#try())
    this.#try()
    void this.#restore()
    this.#planRefresh()
  }

  close(): void {
    this.#unsubscribe?.()
    this.#cancelRefresh?.()
  }

  pending(): readonly PendingWatch[] {
    return [...this.#waiting].map(([{ kind }, { origin, reason }]) => ({ kind, origin, reason: reason ?? 'The API server has not told yet what it serves.' }))
  }

  /** Begins a watch and keeps it for the next start. Rejects with WATCH_CONFLICT, WATCH_LIMIT or DATABASE_FAILED; then it does not run either. */
  async start(resource: Resource, options: WatchOptions, pinned: boolean): Promise<Informer> {
    const { informers, memory } = this.#options
    const before = informers.get(resource)?.origin
    const informer = informers.ensure(resource, 'API', options, pinned)
    // What the configuration declares is kept there.
    if (before === 'CONFIG') return informer
    const { group, kind, version } = resource
    this.#changes += 1
    try {
      await memory.save({ kind: { group, kind, ...(pinned ? { version } : {}) }, options })
    } catch (error) {
      if (before === undefined) await informers.stop(resource)
      throw error
    } finally {
      this.#changes += 1
    }
    return informer
  }

  /** Ends a watch for good. False when there was none. Rejects with DATABASE_FAILED; then it goes on. */
  async stop(kind: Resource): Promise<boolean> {
    this.#changes += 1
    try {
      await this.#options.memory.forget(kind)
      return await this.#options.informers.stop(kind)
    } finally {
      this.#changes += 1
    }
  }

  /** Takes up another declaration: what is new begins, what is gone ends, what is otherwise limited begins anew. */
  async declare(declared: readonly WantedWatch[]): Promise<void> {
    const gone = this.#declared.filter((old) => !declared.some((watch) => isDeepStrictEqual(watch, old)))
    const fresh = declared.filter((watch) => !this.#declared.some((old) => isDeepStrictEqual(watch, old)))
    this.#declared = declared
    for (const watch of gone) {
      if (this.#waiting.delete(watch)) continue
      const informer = this.#options.informers.all().find(({ origin, resource }) => origin === 'CONFIG' && isOf(resource, watch.kind))
      if (informer !== undefined) await this.#options.informers.stop(informer.resource)
    }
    for (const watch of fresh) this.#waiting.set(watch, { origin: 'CONFIG' })
    this.#try()
  }

  #planRefresh(): void {
    const { refreshMs, clock, logger } = this.#options
    if (refreshMs === undefined) return
    this.#cancelRefresh = clock.after(refreshMs, () => {
      void this.#refresh()
        .catch((error: unknown) => logger.log('warn', 'the watches that other replicas began cannot be read', { error }))
        .finally(() => this.#planRefresh())
    })
  }

  /** Begins what others began, and ends what they ended. */
  async #refresh(): Promise<void> {
    const { memory, informers } = this.#options
    const before = this.#changes
    const saved = await memory.all()
    // What was read may be older than what was done here meanwhile; the next time tells.
    if (this.#changes !== before || before % 2 === 1) return
    const isKept = (watch: WantedWatch) => saved.some((other) => isDeepStrictEqual(other, watch))
    for (const [watch, { origin }] of this.#waiting) if (origin === 'API' && !isKept(watch)) this.#waiting.delete(watch)
    for (const { origin, resource, options } of informers.all()) {
      if (origin === 'API' && !saved.some(({ kind, options: kept }) => isOf(resource, kind) && isDeepStrictEqual(kept, options))) await informers.stop(resource)
    }
    for (const watch of saved) {
      const runs = informers.all().some(({ origin, resource }) => origin !== 'DEMAND' && isOf(resource, watch.kind))
      if (!runs && ![...this.#waiting.keys()].some((other) => isDeepStrictEqual(other, watch))) this.#waiting.set(watch, { origin: 'API' })
    }
    this.#try()
  }

  async #restore(): Promise<void> {
    const { memory, logger } = this.#options
    try {
      for (const watch of await memory.all()) this.#waiting.set(watch, { origin: 'API' })
      this.#try()
    } catch (error) {
      logger.log('error', 'the watches of the last run cannot be read', { error })
    }
  }

  #try(): void {
    const { discovery, informers, formerly } = this.#options
    if (discovery.resources().length === 0) return
    for (const [watch, state] of this.#waiting) {
      const resource = discovery.find(watch.kind) ?? formerly.find((known) => isOf(known, watch.kind))
      if (resource === undefined) {
        this.#refuse(watch, `The cluster does not serve ${name(watch.kind)}; the watch begins when it does.`)
        continue
      }
      try {
        informers.ensure(resource, state.origin, watch.options, watch.kind.version !== undefined)
        this.#waiting.delete(watch)
      } catch (error) {
        if (!(error instanceof WatchqlError)) throw error
        this.#refuse(watch, error.message)
      }
    }
  }

  #refuse(watch: WantedWatch, reason: string): void {
    const state = this.#waiting.get(watch)
    if (state === undefined || state.reason === reason) return
    state.reason = reason
    this.#options.logger.log('warn', 'a watch that is wanted cannot begin yet', { kind: name(watch.kind), reason })
  }
}

function isOf(resource: Resource, { group, kind, version }: WantedWatch['kind']): boolean {
  return resource.group === group && resource.kind === kind && (version === undefined || resource.version === version)
}

function name({ group, version, kind }: WantedWatch['kind']): string {
  return version === undefined ? `${kind}${group === '' ? '' : `.${group}`}` : `${apiVersionOf({ group, version })}/${kind}`
}
