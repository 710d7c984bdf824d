import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../base/clock.ts'
import type { Heap } from '../base/heap.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import { Semaphore } from '../base/semaphore.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { formatKind, type GroupVersionKind, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import { createStore } from '../store/store.ts'
import type { ChangeDraft } from '../store/store-writer.ts'
import { DedicatedWatches, type DedicatedPolicy } from './dedicated-watches.ts'
import type { Informer, Informers, WatchOrigin } from './informer.ts'
import { KindInformer } from './kind-informer.ts'
import { MemoryGuard } from './memory-guard.ts'
import type { ReflectorSettings } from './reflector.ts'

export interface InformerFactoryOptions {
  readonly cluster: string
  readonly client: KubernetesClient
  readonly publish: (change: ChangeDraft) => void
  /** Lets go of past changes, and with them of the objects in them. */
  readonly forgetChanges: () => void
  readonly settings: ReflectorSettings
  /** Kinds watched at once at most. */
  readonly maxKinds: number
  /** Lists under way at once at most, so that a start does not storm the API server. */
  readonly maxConcurrentLists: number
  readonly heap: Heap
  /** The share of the heap's limit that the process may hold, in percent. With more, a kind is given up. */
  readonly memoryPercent: number
  /** How long a kind that was given up is left alone. */
  readonly refusedRetryMs: number
  readonly dedicated: Omit<DedicatedPolicy, 'refusedRetryMs'>
  readonly clock: Clock
  readonly logger: Logger
  readonly freezeObjects: boolean
}

/** Starts, finds and stops the informers of one cluster: one per watched kind and version. */
export class InformerFactory implements Informers {
  readonly #options: InformerFactoryOptions
  readonly #informers = new Map<string, KindInformer>()
  readonly #lists: Semaphore
  readonly #retiring = new Set<Promise<void>>()
  readonly #memory: MemoryGuard
  /** Their changes are told to nobody: who follows a kind follows all of it. */
  readonly dedicated: DedicatedWatches<KindInformer>
  #closed = false

  constructor(options: InformerFactoryOptions) {
    this.#options = options
    this.#lists = new Semaphore(options.maxConcurrentLists)
    const { dedicated, refusedRetryMs, clock, logger } = options
    const begin = (resource: Resource, part: WatchOptions) => {
      if (this.#closed) throw shuttingDown()
      logger.log('info', 'a dedicated watch begins', { kind: formatKind(resource), part })
      return this.#create(resource, 'DEMAND', part, true, () => undefined)
    }
    this.dedicated = new DedicatedWatches({ policy: { ...dedicated, refusedRetryMs }, clock, begin })
    this.#memory = new MemoryGuard({ heap: options.heap, percent: options.memoryPercent, clock: options.clock, giveUp: (message) => this.#giveUpOne(message) })
  }

  all(): readonly Informer[] {
    return [...this.#informers.values()]
  }

  get(kind: GroupVersionKind): Informer | undefined {
    return this.#informers.get(formatKind(kind))
  }

  ensure(resource: Resource, origin: WatchOrigin, options: WatchOptions = {}, pinned = false): Informer {
    if (this.#closed) throw shuttingDown()
    const key = formatKind(resource)
    const running = this.#informers.get(key)
    const refused = running?.status().state === 'REFUSED'
    // Who names the kind of his own will wants it tried again.
    if (running !== undefined && (!refused || origin === 'DEMAND')) return this.#reuse(running, origin, options)
    if (!refused) this.#check(resource)
    return this.#start(resource, origin, options, pinned)
  }

  succeed(informer: Informer, resource: Resource): void {
    const { origin, options, pinned } = informer
    const old = this.#informers.get(formatKind(informer.resource))
    if (this.#closed || old === undefined || old !== informer) return
    this.#informers.delete(formatKind(informer.resource))
    this.#options.logger.log('info', 'a watch goes on in another version of its kind', { from: formatKind(informer.resource), to: formatKind(resource) })
    const running = this.#informers.get(formatKind(resource))
    const replaced = running?.origin === 'DEMAND' && origin !== 'DEMAND' ? running : undefined
    const successor = running === undefined || replaced !== undefined ? this.#start(resource, origin, options, pinned) : running
    for (const retiring of [old, replaced]) {
      const retired = retiring?.retire(successor).finally(() => this.#retiring.delete(retired as Promise<void>))
      if (retired !== undefined) this.#retiring.add(retired)
    }
  }

  #start(resource: Resource, origin: WatchOrigin, options: WatchOptions, pinned: boolean): KindInformer {
    const informer = this.#create(resource, origin, options, pinned, this.#options.publish)
    this.#informers.set(formatKind(resource), informer)
    return informer
  }

  #create(resource: Resource, origin: WatchOrigin, options: WatchOptions, pinned: boolean, publish: (change: ChangeDraft) => void): KindInformer {
    const { cluster, client, settings, clock, logger, freezeObjects } = this.#options
    return new KindInformer({
      resource,
      options,
      origin,
      pinned,
      store: createStore(cluster, { resource, publish, freeze: freezeObjects }),
      clock,
      logger,
      reflector: { client, settings, lists: this.#lists },
    })
  }

  async stop(kind: GroupVersionKind): Promise<boolean> {
    const key = formatKind(kind)
    const informer = this.#informers.get(key)
    this.#informers.delete(key)
    await informer?.stop()
    return informer !== undefined
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#memory.close()
    await Promise.all([this.dedicated.close(), ...[...this.#informers.values()].map((informer) => informer.stop())])
    await Promise.all(this.#retiring)
  }

  /** First one that is still filling, then one that nobody declared, a dedicated one before others, then the largest. */
  #giveUpOne(message: string): boolean {
    const dedicated = this.dedicated.all()
    const ranks: readonly WatchOrigin[] = ['DEMAND', 'API', 'CONFIG']
    const burden = (informer: KindInformer): readonly number[] => {
      const { state, bytes } = informer.status()
      return [state === 'SYNCING' ? 0 : 1, dedicated.includes(informer) ? -1 : ranks.indexOf(informer.origin), -bytes]
    }
    const [first] = [...dedicated, ...this.#informers.values()]
      .filter((informer) => informer.status().state !== 'REFUSED' && informer.status().bytes > 0)
      .sort((a, b) => compareLists(burden(a), burden(b)))
    if (first === undefined) return false
    first.refuse(message)
    this.#options.forgetChanges()
    if (!dedicated.includes(first)) this.#retryLater(first)
    return true
  }

  #retryLater(refused: KindInformer): void {
    const { clock, refusedRetryMs } = this.#options
    clock.after(refusedRetryMs, () => {
      if (this.#closed || this.#informers.get(formatKind(refused.resource)) !== refused) return
      if (this.#memory.roomy) this.#start(refused.resource, refused.origin, refused.options, refused.pinned)
      else this.#retryLater(refused)
    })
  }

  #reuse(running: KindInformer, origin: WatchOrigin, options: WatchOptions): Informer {
    // A query on demand takes whatever is watched; a declaration means its own options.
    if (origin === 'DEMAND') return running
    if (isDeepStrictEqual(running.options, options)) {
      running.claim(origin)
      return running
    }
    throw new WatchqlError('WATCH_CONFLICT', `${formatKind(running.resource)} is watched already, with other options; stop that watch first.`)
  }

  #check(resource: Resource): void {
    if (!resource.verbs.includes('list') || !resource.verbs.includes('watch'))
      throw new WatchqlError('KIND_NOT_SERVED', `${formatKind(resource)} cannot be watched: the cluster serves it without the verbs list and watch.`)
    if (this.#informers.size >= this.#options.maxKinds)
      throw new WatchqlError('WATCH_LIMIT', `${this.#options.maxKinds} kinds are watched, which is the limit; stop one with stopWatch or raise watch.maxKinds.`)
  }
}

function shuttingDown(): WatchqlError {
  return new WatchqlError('SHUTTING_DOWN', 'The service is shutting down.')
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - (b[i] ?? 0)
  return 0
}
