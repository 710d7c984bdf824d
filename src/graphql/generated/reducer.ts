import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ReducedDocument } from './description.ts'
import type { ReduceJob } from './reduce-job.ts'

/** A thread that nobody needed for so long is ended. */
const idleMs = 10_000
/** More than the largest documents take; beyond it the thread ends, and nothing else. */
const maxHeapMb = 1024

interface Waiting {
  readonly resolve: (reduced: readonly ReducedDocument[]) => void
  readonly reject: (error: Error) => void
}

type Answer = { readonly id: number } & ({ readonly reduced: readonly ReducedDocument[] } | { readonly error: string })

/** Reduces documents in a thread that is there while there is work. One that breaks fails its jobs only. */
export class Reducer {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #jobs = 0

  /** Takes the bytes with it: they are gone here afterwards. Rejects for what cannot be read. */
  run(job: ReduceJob): Promise<readonly ReducedDocument[]> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#start())
    const id = (this.#jobs += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // Views of larger memory would be copied whole.
      const bytes = job.bytes.map((view) => Uint8Array.from(view))
      worker.postMessage({ id, job: { ...job, bytes } }, bytes.map(({ buffer }) => buffer))
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./reduce-worker${extname(import.meta.url)}`, import.meta.url), { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
    worker.unref()
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', (error) => this.#ended(worker, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => this.#ended(worker, new Error('The thread that reads schemas has ended.')))
    return worker
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('reduced' in answer) waiting?.resolve(answer.reduced)
    else waiting?.reject(new Error(answer.error))
    if (this.#waiting.size > 0) return
    this.#idle = setTimeout(() => void this.#worker?.terminate(), idleMs)
    this.#idle.unref()
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
