import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../src/config/options.ts'
import { parseConfig } from '../../src/config/load.ts'
import { silentLogger } from '../../src/base/logging.ts'
import type { Gateway, GatewayOptions } from '../../src/gateway.ts'
import { formatKind } from '../../src/model/resource.ts'
import { randomFrom, type Random } from '../cluster/workloads/random.ts'
import { Follower } from './follower.ts'
import { History } from './history.ts'
import type { SoakedKind, Target } from './target.ts'

export interface SoakOptions {
  readonly target: Target
  readonly startGateway: (config: Config, options: GatewayOptions) => Promise<Gateway>
  readonly minutes: number
  readonly seed: number
  /** Between two comparisons of everything. Default 60. */
  readonly roundSeconds?: number
  readonly report: (line: string) => void
}

/** What the process holds, with the garbage gone. */
interface Holdings {
  readonly heapMb: number
  readonly resources: Readonly<Record<string, number>>
  readonly connections: number
}

/**
 * Random faults under random churn, in rounds. After each, once nothing is wrong any more:
 * every store equals a fresh list of the server, the feed and a subscriber were told nothing
 * impossible and have arrived at the same, and the process holds no more than before.
 * Resolves to what was wrong.
 */
export async function soak(options: SoakOptions): Promise<readonly string[]> {
  const { target, minutes, seed, roundSeconds = 60, report } = options
  const random = randomFrom(seed)
  const gateway = await options.startGateway(configOf(target), { logger: silentLogger, surroundings: { env: {}, home: '/' } })
  const feed = new History('the feed')
  gateway.clusters[0]?.feed.subscribe(({ type, resource, object }) => {
    const { name, uid = '', resourceVersion = '' } = object.metadata
    feed.take({ type, kind: resource.kind, uid, name, resourceVersion })
  })
  const follower = new Follower(gateway.url, target.kinds)
  const problems: string[] = []
  const faults: Record<string, number> = {}
  const endAt = performance.now() + minutes * 60_000
  let before: Holdings | undefined
  let rounds = 0
  try {
    do {
      const until = Math.min(endAt, performance.now() + roundSeconds * 1000)
      await Promise.all([churn(target, random, until), disturb(target, random, until, faults), loseFollower(follower, random, until)])
      await target.calm()
      const differences = await Promise.all(target.kinds.map((kind) => differenceOf(gateway, target, kind, [feed, follower.history])))
      problems.push(...differences.filter((difference) => difference !== undefined))
      rounds += 1
      const now = await holdings(target)
      report(`round ${rounds}: feed ${JSON.stringify(feed.counts)}, resumed ${follower.resumed}, resets ${follower.resets}, heap ${now.heapMb} MB, connections ${now.connections}`)
      // The first rounds fill caches and compile.
      if (rounds === 2) before = now
      problems.push(...feed.problems.splice(0), ...follower.history.problems.splice(0), ...(before === undefined ? [] : leaks(before, now)))
    } while (performance.now() < endAt && problems.length === 0)
  } finally {
    follower.stop()
    await gateway.stop()
  }
  report(`faults: ${JSON.stringify(faults)}`)
  return problems
}

function configOf(target: Target): Config {
  return parseConfig(JSON.stringify({ listenPort: 0, initialWatchingResources: target.kinds, ...target.config }), 'the soak', { env: {}, home: '/' })
}

async function churn(target: Target, random: Random, until: number): Promise<void> {
  while (performance.now() < until) {
    await target.change(random)
    await sleep(random.below(60))
  }
}

async function disturb(target: Target, random: Random, until: number, faults: Record<string, number>): Promise<void> {
  while (performance.now() < until - 3000) {
    await sleep(500 + random.below(4000))
    const name = await target.disturb(random)
    faults[name] = (faults[name] ?? 0) + 1
  }
}

async function loseFollower(follower: Follower, random: Random, until: number): Promise<void> {
  while (performance.now() < until) {
    await sleep(2000 + random.below(10_000))
    follower.lose()
  }
}

/** Given time, all must come to be the same: nothing changes any more but what controllers do. */
async function differenceOf(gateway: Gateway, target: Target, kind: SoakedKind, histories: readonly History[]): Promise<string | undefined> {
  const deadline = performance.now() + 100_000
  for (;;) {
    const truth = (await target.list(kind)).map(({ metadata }) => `${metadata.uid}@${metadata.resourceVersion}`).toSorted()
    const informer = gateway.clusters[0]?.informers.all().find(({ resource }) => formatKind(resource) === formatKind(kind))
    const views = { store: await storeOf(gateway, kind), feed: histories[0]?.alive(kind.kind) ?? [], subscriber: histories[1]?.alive(kind.kind) ?? [] }
    const wrong = Object.entries(views).find(([, view]) => JSON.stringify(view) !== JSON.stringify(truth))
    const state = informer?.status().state
    if (wrong === undefined && state === 'LIVE') return undefined
    if (performance.now() > deadline)
      return wrong === undefined ? `${formatKind(kind)} is ${state}: ${informer?.status().lastError?.message}` : `${formatKind(kind)}: the ${wrong[0]} (${state}) differs: ${differing(wrong[1], truth)}`
    await sleep(250)
  }
}

async function storeOf(gateway: Gateway, { group, version, kind }: SoakedKind): Promise<string[]> {
  const query = 'query ($kind: KindInput!) { objects(kinds: [$kind], first: 5000) { nodes { metadata { uid resourceVersion } } } }'
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables: { kind: { group, version, kind } } }) })
  const { data } = (await response.json()) as { data?: { objects: { nodes: { metadata: { uid: string; resourceVersion: string } }[] } } }
  return data?.objects.nodes.map(({ metadata }) => `${metadata.uid}@${metadata.resourceVersion}`).toSorted() ?? []
}

function differing(ours: readonly string[], truth: readonly string[]): string {
  const missing = truth.filter((one) => !ours.includes(one))
  const surplus = ours.filter((one) => !truth.includes(one))
  return `missing ${missing.slice(0, 3).join(', ')} (${missing.length}), surplus ${surplus.slice(0, 3).join(', ')} (${surplus.length})`
}

async function holdings(target: Target): Promise<Holdings> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await sleep(100)
  }
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  return { heapMb: Math.round(process.memoryUsage().heapUsed / 2 ** 20), resources, connections: target.connections() }
}

/** Some room is left for what breathes: caches of compiled code, connections about to close. */
function leaks(before: Holdings, now: Holdings): string[] {
  const problems: string[] = []
  if (globalThis.gc !== undefined && now.heapMb > before.heapMb * 1.5 + 30) problems.push(`the heap grew from ${before.heapMb} to ${now.heapMb} MB`)
  if (now.connections > before.connections + 10) problems.push(`connections to the API server grew from ${before.connections} to ${now.connections}`)
  for (const [name, count] of Object.entries(now.resources)) {
    const then = before.resources[name] ?? 0
    if (count > then + 25) problems.push(`${name}: ${then} became ${count}`)
  }
  return problems
}
