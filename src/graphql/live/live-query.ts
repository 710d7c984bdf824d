import type { ExecutionResult } from 'graphql'
import { diffJson } from '../../model/json-patch.ts'
import type { Json } from '../../model/json.ts'
import { onceAborted, pause } from '../../base/pause.ts'
import { formatKind } from '../../model/resource.ts'
import type { Cluster } from '../../watch/cluster.ts'
import type { LiveMode } from './live-request.ts'
import type { Payload } from './payload.ts'
import { RecordedReads } from './recorded-reads.ts'

export interface LiveQueryOptions {
  readonly clusters: readonly Cluster[]
  /** Between the beginnings of two executions at least. */
  readonly throttleMs: number
  /** Executes the query, its reads being recorded. */
  readonly execute: (reads: RecordedReads) => Promise<ExecutionResult>
  /** A result as it is sent. */
  readonly write: (result: ExecutionResult) => Payload
}

/** One result, and what leads to it from those before, as far as somebody asked. */
interface Revision {
  readonly result: ExecutionResult
  readonly payload: Payload
  readonly patches: WeakMap<Revision, readonly unknown[]>
}

/** One whose execution takes long rests as long, so that changes without end do not keep everybody else waiting; but not longer than this. */
const maxRestMs = 1000

/**
 * A query that is executed again when an object of a kind that it read has changed, once for all
 * who follow it. Each is told the newest result when it is ready for one; a slow one skips those between.
 */
export class LiveQuery {
  readonly #options: LiveQueryOptions
  readonly #wakes = new Set<() => void>()
  #newest: Revision | undefined
  #ended = false
  #failure: unknown

  constructor(options: LiveQueryOptions) {
    this.#options = options
  }

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#ended
  }

  /** The results for one subscriber. Ends with its signal, or when a kind that was read is no longer watched. */
  async *follow(mode: LiveMode, signal: AbortSignal): AsyncGenerator<Payload, void, void> {
    let wake: () => void = () => undefined
    const own = () => wake()
    signal.addEventListener('abort', own, { once: true })
    this.#wakes.add(own)
    if (this.#wakes.size === 1) void this.#run()
    try {
      let told: Revision | undefined
      for (let revision = 1; !signal.aborted; ) {
        const newest = this.#newest
        if (newest !== undefined && newest !== told) {
          yield mode === 'FULL' ? newest.payload : this.#writePatch(newest, told, revision)
          told = newest
          revision += 1
        } else if (this.#failure !== undefined) throw this.#failure
        else if (this.#ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', own)
      this.#wakes.delete(own)
      if (this.#wakes.size === 0) this.#stop()
    }
  }

  #writePatch(newest: Revision, told: Revision | undefined, revision: number): Payload {
    const { data, ...others } = newest.result
    if (told === undefined) return this.#options.write({ ...newest.result, extensions: { revision } })
    let patch = newest.patches.get(told)
    if (patch === undefined) newest.patches.set(told, (patch = diffJson(told.result.data as Json, data as Json)))
    return this.#options.write({ ...others, extensions: { patch, revision } })
  }

  #stop: () => void = () => undefined

  /** Executes until nobody follows any more. */
  async #run(): Promise<void> {
    const { clusters, throttleMs } = this.#options
    const stopping = new AbortController()
    this.#stop = () => stopping.abort()
    this.#newest = undefined
    let changed = new Set<string>()
    let reads = new RecordedReads()
    let wake: () => void = () => undefined
    const woken = () => new Promise<void>((resolve) => (wake = resolve))
    const unsubscribes = clusters.map(({ feed }) =>
      feed.subscribe(({ resource }) => {
        const kind = formatKind(resource)
        changed.add(kind)
        if (reads.has(kind)) wake()
      }),
    )
    try {
      while (!stopping.signal.aborted) {
        const startedAt = performance.now()
        changed = new Set()
        reads = new RecordedReads()
        const result = await this.#options.execute(reads)
        const workedMs = performance.now() - startedAt
        const notBefore = startedAt + Math.max(throttleMs, workedMs + Math.min(workedMs, maxRestMs))
        if (stopping.signal.aborted) return
        this.#take(result)
        const ends = [stopping.signal, ...reads.lasts()]
        const isOver = () => ends.some(({ aborted }) => aborted)
        const forget = onceAborted(ends, () => wake())
        while (!isOver() && ![...changed].some((kind) => reads.has(kind))) await woken()
        forget()
        await pause(notBefore - performance.now(), ends)
        if (stopping.signal.aborted) return
        if (isOver()) return this.#end()
      }
    } catch (error) {
      // Of one that nobody follows any more: another may run by now.
      if (stopping.signal.aborted) return
      this.#failure = error
      this.#end()
    } finally {
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }

  #end(): void {
    this.#ended = true
    for (const own of this.#wakes) own()
  }

  #take(result: ExecutionResult): void {
    const payload = this.#options.write(result)
    if (payload.text === this.#newest?.payload.text) return
    this.#newest = { result, payload, patches: new WeakMap() }
    for (const own of this.#wakes) own()
  }
}
