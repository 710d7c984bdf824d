import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../cluster/api.ts'
import { ApiError } from '../cluster/api.ts'
import { objectPath, type Manifest } from '../cluster/manifest.ts'
import { customResourceDefinitions } from '../cluster/workloads/custom-resources.ts'
import { randomFrom, type Random } from '../cluster/workloads/random.ts'
import { builtInMakers, customMakers, nameOfKind } from './kinds.ts'
import type { Ledger } from './ledger.ts'

export interface ChurnOptions {
  readonly api: Api
  readonly ledger: Ledger
  readonly namespace: string
  /** Part of the names, so that two of different seeds do not meet. */
  readonly seed: number
  /** Between the starts of two steps. */
  readonly everyMs: number
  /** Custom resources, whose definitions come and go; otherwise built-in kinds. */
  readonly custom: boolean
}

interface Alive {
  object: Manifest
  uid: string
}

const maxAlive = 40
const hold = { finalizers: ['example.com/hold'] }

/**
 * Creates, changes, deletes and creates again, one step after the other, the same for the same
 * seed, and writes into the ledger which object came and went. A server that is away is waited
 * for, and an answer that was lost is asked for again: what the ledger says did happen.
 */
export class Churn {
  readonly #options: ChurnOptions
  readonly #random: Random
  readonly #alive: Alive[] = []
  #number = 0
  steps = 0

  constructor(options: ChurnOptions) {
    this.#options = options
    this.#random = randomFrom(options.seed)
  }

  /** Goes on from where the last run ended. Between two runs no step is half done. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = performance.now() + this.#options.everyMs
      await this.#step()
      this.steps += 1
      await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined)
    }
  }

  async #step(): Promise<void> {
    const random = this.#random
    const roll = random.below(1000)
    if (this.#options.custom && roll < 4) return this.#reinstall(random.pick(customResourceDefinitions))
    if (this.#alive.length < 8 || (roll < 300 && this.#alive.length < maxAlive)) return this.#create(this.#make())
    const alive = random.pick(this.#alive)
    if (roll < 500) return this.#delete(alive)
    if (roll < 600) {
      // Under the same name, as fast as it goes: only the uid tells the two from each other.
      await this.#delete(alive)
      return this.#create(alive.object)
    }
    await this.#patch(alive)
  }

  #make(): Manifest {
    const random = this.#random
    const name = `soak-${this.#options.seed}-${this.#number++}`
    const object = random.pick(this.#options.custom ? customMakers : builtInMakers)(this.#options.namespace, name, random)
    return random.below(10) === 0 ? { ...object, metadata: { ...object.metadata, ...hold } } : object
  }

  async #create(object: Manifest): Promise<void> {
    const { api, ledger } = this.#options
    const { metadata } = await insist(async () => {
      try {
        return await api.create(object)
      } catch (error) {
        // Ours: nobody else uses the name, and whatever had it before is gone for certain.
        if (error instanceof ApiError && error.status === 409) return api.read(object)
        throw error
      }
    })
    const uid = metadata.uid ?? ''
    ledger.created(nameOfKind(object), describe(object), uid)
    this.#alive.push({ object, uid })
  }

  async #patch({ object }: Alive): Promise<void> {
    const round = String(this.#random.below(1_000_000))
    await insist(() => this.#options.api.patch(object, { metadata: { labels: { round }, annotations: { 'example.com/touched': round } } }))
  }

  async #delete(alive: Alive): Promise<void> {
    const { api, ledger } = this.#options
    const { object, uid } = alive
    this.#alive.splice(this.#alive.indexOf(alive), 1)
    const unlessGone = (work: () => Promise<unknown>) => insist(() => work().catch((error: unknown) => (isGone(error) ? undefined : Promise.reject(error as Error))))
    await unlessGone(() => api.delete(object))
    if (object.metadata['finalizers'] !== undefined) await unlessGone(() => api.patch(object, { metadata: { finalizers: null } }))
    for (;;) {
      const there = (await unlessGone(() => api.read(object))) as Manifest | undefined
      if (there === undefined) break
      await sleep(20)
    }
    ledger.deleted(uid)
  }

  /** The definition goes, all its objects with it; later it is there again. */
  async #reinstall(definition: Manifest): Promise<void> {
    const { api, ledger } = this.#options
    const kind = `lab.example.com/v1/${definition['spec'].names.kind as string}`
    // What a finalizer holds would keep the definition for ever.
    for (const alive of this.#alive.filter(({ object }) => nameOfKind(object) === kind && object.metadata['finalizers'] !== undefined)) await this.#delete(alive)
    await insist(() => api.delete(definition).catch((error: unknown) => (isGone(error) ? undefined : Promise.reject(error as Error))))
    await insist(async () => {
      const there = await api.read(definition).catch((error: unknown) => (isGone(error) ? undefined : Promise.reject(error as Error)))
      if (there !== undefined) throw new ApiError(503, 'it is still going')
    })
    ledger.kindDeleted(kind)
    this.#alive.splice(0, Number.POSITIVE_INFINITY, ...this.#alive.filter(({ object }) => nameOfKind(object) !== kind))
    await sleep(this.#random.below(3000))
    await install(api, definition)
  }
}

/** Resolves when the kind is served. */
export async function install(api: Api, definition: Manifest): Promise<void> {
  await insist(() => api.create(definition).catch((error: unknown) => (error instanceof ApiError && error.status === 409 ? undefined : Promise.reject(error as Error))))
  await insist(async () => {
    const { status } = await api.read(definition)
    const conditions: { type: string; status: string }[] = status?.conditions ?? []
    if (!conditions.some(({ type, status }) => type === 'Established' && status === 'True')) throw new ApiError(503, 'it is not established yet')
  })
}

/** Asks until there is an answer that is one: a server that is away, overloaded or about to serve a kind is given time. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 180_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passing = !(error instanceof ApiError) || error.status >= 500 || error.status === 429 || (error.status === 404 && !isGone(error))
      if (!passing || Date.now() > deadline) throw error
      await sleep(100)
    }
  }
}

/** The object, not the kind: that may only not be served yet. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && error.message.endsWith('" not found')
}

const describe = (object: Manifest): string => `${nameOfKind(object)} ${objectPath(object).split('/').at(-1)}`
