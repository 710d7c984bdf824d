import { setTimeout as sleep } from 'node:timers/promises'
import type { Semaphore } from '../base/semaphore.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { RequestFailed, failureOfError, type Failure } from '../kubernetes/failure.ts'
import type { KubeObject } from '../model/object.ts'
import { apiVersionOf, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Replacement, StoreWriter } from '../store/store-writer.ts'
import { collectionRequest } from './collection-request.ts'
import { readListPage } from './list-pages.ts'
import { toCached } from './transforms.ts'
import { readWatch, type WatchHandler } from './watch-events.ts'
import { startWatcher, stepWatcher, type Step, type WatcherEffect, type WatcherInput, type WatcherPolicy, type WatcherState } from './watcher.ts'

export interface ReflectorSettings {
  readonly policy: WatcherPolicy
  /** Items per page of a list. */
  readonly pageSize: number
  readonly watchTimeoutSeconds: number
  readonly watchIdleTimeoutMs: number
  /** The largest object that is taken in; a larger one breaks the list or watch that carries it. */
  readonly maxObjectBytes: number
}

export type Condition = { readonly condition: 'LIVE' } | { readonly condition: 'BROKEN' | 'FORBIDDEN' | 'GONE'; readonly failure: Failure }

export interface ReflectorOptions {
  readonly client: KubernetesClient
  readonly resource: Resource
  readonly options: WatchOptions
  readonly writer: StoreWriter
  readonly settings: ReflectorSettings
  /** Bounds how many lists run at once over all kinds. */
  readonly lists: Semaphore
  readonly onCondition: (condition: Condition) => void
  /** How many objects the list under way will have, where the server says so. */
  readonly onExpected: (objects: number) => void
  readonly onProgress: (resourceVersion: string) => void
  /** The first complete list is in the store. */
  readonly onListed: () => void
}

/** How long a streamed list may say nothing before it is given up. */
const streamSilenceMs = 10_000

type ActiveEffect = Extract<WatcherEffect, { do: 'list' | 'stream' | 'watch' | 'wait' }>

/** Keeps one store equal to one collection of the API server: performs what the watcher machine decides. */
export class Reflector {
  readonly #options: ReflectorOptions
  #state: WatcherState
  #next: ActiveEffect
  #replacement: Replacement | undefined
  #listed = 0
  #hurry = new AbortController()

  constructor(options: ReflectorOptions) {
    this.#options = options
    const first = startWatcher(options.settings.policy)
    this.#state = first.state
    this.#next = first.effects[0] as ActiveEffect
  }

  /** Runs until aborted; never rejects for anything that the server or the network does. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const input = await this.#perform(this.#next, signal)
      if (signal.aborted) return
      this.#next = this.#enter(stepWatcher(this.#options.settings.policy, this.#state, input)) ?? this.#next
    }
  }

  /** Ends the watch or the wait that it is in, so that the server is asked now. A list goes on. */
  recheck(): void {
    this.#hurry.abort()
    this.#hurry = new AbortController()
  }

  #enter(step: Step): ActiveEffect | undefined {
    this.#state = step.state
    let active: ActiveEffect | undefined
    for (const effect of step.effects) {
      switch (effect.do) {
        case 'commitList':
          this.#replacement?.commit()
          this.#replacement = undefined
          this.#options.onProgress(effect.resourceVersion)
          this.#options.onListed()
          break
        case 'clear':
          this.#options.writer.clear()
          break
        case 'report':
          this.#options.onCondition(effect)
          break
        case 'list':
        case 'stream':
        case 'watch':
        case 'wait':
          active = effect
      }
    }
    return active
  }

  async #perform(effect: ActiveEffect, signal: AbortSignal): Promise<WatcherInput> {
    switch (effect.do) {
      case 'list':
        return this.#list(effect, signal)
      case 'stream':
        return this.#stream(signal)
      case 'watch':
        return this.#watch(effect.resourceVersion, signal)
      case 'wait':
        await sleep(effect.ms, undefined, { signal: AbortSignal.any([signal, this.#hurry.signal]), ref: false }).catch(() => undefined)
        return { type: 'elapsed' }
    }
  }

  async #list(effect: ActiveEffect & { do: 'list' }, signal: AbortSignal): Promise<WatcherInput> {
    const { client, resource, options, settings, lists, writer, onExpected } = this.#options
    if (effect.continue === undefined) {
      this.#replacement = writer.replace()
      this.#listed = 0
    }
    const replacement = this.#replacement as Replacement
    let release: (() => void) | undefined
    try {
      release = await lists.acquire(signal)
      const page = {
        collection: collectionRequest(resource, options),
        maxItemBytes: settings.maxObjectBytes,
        signal,
        ...(effect.paged ? { limit: settings.pageSize } : {}),
        ...(effect.continue === undefined ? {} : { continue: effect.continue }),
      }
      const { metadata } = await readListPage(client, page, (item, bytes) => {
        replacement.put(this.#cached(item), bytes)
        this.#listed += 1
      })
      if (metadata?.resourceVersion === undefined) throw new RequestFailed({ kind: 'BAD_ANSWER', message: 'the list has no metadata.resourceVersion' })
      if (metadata.continue !== undefined && metadata.remainingItemCount !== undefined) onExpected(this.#listed + metadata.remainingItemCount)
      return { type: 'page', resourceVersion: metadata.resourceVersion, continue: metadata.continue }
    } catch (error) {
      return { type: 'listFailed', failure: failureOfError(error) }
    } finally {
      release?.()
    }
  }

  /** A watch that begins with everything there is, as one list. */
  async #stream(signal: AbortSignal): Promise<WatcherInput> {
    const { lists, writer } = this.#options
    let replacement: Replacement | undefined = writer.replace()
    this.#replacement = replacement
    const release = await lists.acquire(signal).catch(() => undefined)
    if (release === undefined) return { type: 'elapsed' }
    // A server that does not know of streamed lists may take the watch for an ordinary one, which never says that it is complete.
    const givingUp = new AbortController()
    let taken = 0
    let takenBefore = -1
    const look = setInterval(() => {
      if (taken === takenBefore) givingUp.abort(new RequestFailed({ kind: 'REJECTED', message: 'a streamed list did not come to its end' }))
      takenBefore = taken
    }, streamSilenceMs)
    look.unref()
    const hurry = this.#hurry.signal
    try {
      const input = await this.#follow(undefined, AbortSignal.any([signal, givingUp.signal]), {
        onPut: (object, bytes) => {
          taken += 1
          ;(replacement ?? writer).put(object, bytes)
        },
        onRemove: (object) => (replacement ?? writer).remove(object),
        onInitialEnd: (resourceVersion) => {
          replacement = undefined
          clearInterval(look)
          release()
          this.#enter(stepWatcher(this.#options.settings.policy, this.#state, { type: 'streamed', resourceVersion }))
        },
      })
      // That we broke it off ourselves says nothing of the server.
      return replacement !== undefined && hurry.aborted ? { type: 'watchEnded', lastedMs: 0, failure: { kind: 'EXPIRED', message: 'the list is begun anew' } } : input
    } finally {
      clearInterval(look)
      release()
    }
  }

  #watch(resourceVersion: string, signal: AbortSignal): Promise<WatcherInput> {
    const { writer } = this.#options
    return this.#follow(resourceVersion, signal, { onPut: (object, bytes) => writer.put(object, bytes), onRemove: (object) => writer.remove(object) })
  }

  async #follow(resourceVersion: string | undefined, signal: AbortSignal, handler: Pick<WatchHandler, 'onPut' | 'onRemove' | 'onInitialEnd'>): Promise<WatcherInput> {
    const { client, resource, options, settings, onProgress } = this.#options
    const startedAt = performance.now()
    const hurry = this.#hurry.signal
    const request = {
      collection: collectionRequest(resource, options),
      resourceVersion,
      // Spread, so that the watches of one start do not end together for ever after.
      timeoutSeconds: Math.round(settings.watchTimeoutSeconds * (1 + settings.policy.backoff.random())),
      idleTimeoutMs: settings.watchIdleTimeoutMs,
      maxEventBytes: settings.maxObjectBytes,
      signal: AbortSignal.any([signal, hurry]),
    }
    let failure: Failure | undefined
    try {
      await readWatch(client, request, {
        ...handler,
        onOpen: () => this.#enter(stepWatcher(settings.policy, this.#state, { type: 'watchOpened' })),
        onPut: (object, bytes) => handler.onPut(this.#cached(object), bytes),
        onRemove: (object) => handler.onRemove(this.#cached(object)),
        onProgress: (version) => {
          this.#enter(stepWatcher(settings.policy, this.#state, { type: 'progressed', resourceVersion: version }))
          onProgress(version)
        },
      })
    } catch (error) {
      if (!hurry.aborted) failure = failureOfError(error)
    }
    const lastedMs = performance.now() - startedAt
    return failure === undefined ? { type: 'watchEnded', lastedMs } : { type: 'watchEnded', lastedMs, failure }
  }

  #cached(object: KubeObject): KubeObject {
    const { resource } = this.#options
    if (typeof object?.metadata?.name !== 'string') throw new RequestFailed({ kind: 'BAD_ANSWER', message: 'an object has no metadata.name' })
    return toCached(object, apiVersionOf(resource), resource.kind)
  }
}
