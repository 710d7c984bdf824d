import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api.ts'
import { ApiError } from './api.ts'
import type { Manifest } from './manifest.ts'
import { configMap } from './workloads/application.ts'
import { gizmo } from './workloads/custom-resources.ts'
import { deployment } from './workloads/pods.ts'
import { randomFrom } from './workloads/random.ts'

export type Step =
  | { readonly action: 'create' | 'delete'; readonly object: Manifest }
  | { readonly action: 'patch' | 'scale'; readonly object: Manifest; readonly patch: object }

export type ChurnCounts = Record<Step['action'], number>

export interface ChurnOptions {
  /** The same seed gives the same steps on the same names (in clusters that have the definition of Gizmo, or that lack it). */
  readonly seed: number
  readonly ms: number
  /** Time between the starts of two steps. Default 20 ms. */
  readonly everyMs?: number
  /** Where it happens; must exist. Default `default`. */
  readonly namespace?: string
  /** Ends it early. */
  readonly signal?: AbortSignal
}

/**
 * Creates, patches, scales and deletes ConfigMaps and Deployments, and Gizmos once their
 * definition is there, one step after the other. An API server that is away is waited for,
 * and the step repeated: at the end every step has taken effect exactly as planned.
 */
export async function churn(api: Api, options: ChurnOptions): Promise<ChurnCounts> {
  const { seed, ms, everyMs = 20, namespace = 'default', signal } = options
  const withGizmos = await api.get('/apis/lab.example.com/v1').then(
    () => true,
    () => false,
  )
  const counts: ChurnCounts = { create: 0, delete: 0, patch: 0, scale: 0 }
  const started = performance.now()
  let number = 0
  for (const step of churnSteps({ seed, count: Math.floor(ms / everyMs), namespace, withGizmos })) {
    await sleep(Math.max(0, started + number++ * everyMs - performance.now()))
    if (signal?.aborted === true) break
    await takeEffect(api, step, signal)
    counts[step.action]++
  }
  return counts
}

/** What a churn will do. */
export function* churnSteps(plan: { seed: number; count: number; namespace: string; withGizmos: boolean }): Generator<Step> {
  const random = randomFrom(plan.seed)
  const alive: Manifest[] = []
  for (let number = 0; number < plan.count; number++) {
    const roll = random.below(100)
    if (alive.length < 5 || (roll < 25 && alive.length < 50)) {
      const object = create(`churn-${plan.seed}-${number}`, plan, random.below(plan.withGizmos ? 3 : 2), number)
      alive.push(object)
      yield { action: 'create', object }
      continue
    }
    const object = random.pick(alive)
    if (roll < 45) {
      alive.splice(alive.indexOf(object), 1)
      yield { action: 'delete', object }
    } else if (object.kind === 'Deployment' && roll < 75) {
      yield { action: 'scale', object, patch: { spec: { replicas: random.below(5) } } }
    } else {
      yield { action: 'patch', object, patch: { metadata: { labels: { round: String(number) }, annotations: { 'example.com/touched': String(number) } } } }
    }
  }
}

function create(name: string, { namespace }: { namespace: string }, kind: number, number: number): Manifest {
  if (kind === 0) return configMap(namespace, name, { number: String(number) })
  if (kind === 1) return deployment({ namespace, name, image: 'registry.example.com/churn:1.0', replicas: 1 + (number % 3) })
  return gizmo(namespace, name, number)
}

async function takeEffect(api: Api, step: Step, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    try {
      return await send(api, step)
    } catch (error) {
      // A step whose answer was lost may have been carried out: then its repetition says so.
      if (error instanceof ApiError) {
        if ((step.action === 'create' && error.status === 409) || (step.action === 'delete' && error.status === 404)) return
        if (error.status < 500 && error.status !== 429) throw error
      }
      if (signal?.aborted === true) return
      await sleep(100)
    }
  }
}

async function send(api: Api, step: Step): Promise<void> {
  switch (step.action) {
    case 'create':
      await api.create(step.object)
      break
    case 'delete':
      await api.delete(step.object)
      break
    case 'patch':
      await api.patch(step.object, step.patch)
      break
    case 'scale':
      await api.patch(step.object, step.patch, '/scale')
      break
  }
}
