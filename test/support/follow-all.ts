import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { randomFrom, type Random } from '../cluster/workloads/random.ts'
import { eventually, type TestGateway } from './gateway.ts'
import { eventStream, plainSocket, publicSocket } from './live-transports.ts'
import { LiveFollower } from './live-follower.ts'
import { StrictFollower, stateOf } from './strict-follower.ts'

const transports = { plainSocket, publicSocket, eventStream }

/** Something to follow: a field with the arguments that a list of it takes as well. */
export interface Followed {
  readonly field: string
  readonly filter: string
}

/** Strict followers of everything, over every transport, in every mode, and one by a live query; some of them stop reading for a while, all lose their connections. */
export function followAll(gateway: TestGateway, seed: number, followed: readonly Followed[]) {
  const random = randomFrom(seed)
  const followers = followed.flatMap(({ field, filter }, i) =>
    Object.entries(transports).map(([transport, connect]) => {
      const mode = random.pick(['FULL', 'PATCH'] as const)
      const how = {
        throttleMs: random.pick([0, 0, 40, 150]),
        mode,
        changedOnly: mode === 'FULL' && random.below(3) === 0,
        // What is told the most is enough to make a connection full.
        wide: i === 0 || random.below(4) === 0,
      }
      return { name: `${field}(${filter}) over ${transport}, ${JSON.stringify(how)}`, follower: new StrictFollower({ url: gateway.url, connect, field, filter, how }) }
    }),
  )
  const live = followed.map(({ field, filter }) => {
    const [transport, connect] = random.pick(Object.entries(transports))
    const how = { throttleMs: random.pick([0, 100]), mode: random.pick(['FULL', 'PATCH'] as const) }
    return { name: `live ${field}(${filter}) over ${transport}, ${JSON.stringify(how)}`, follower: new LiveFollower({ url: gateway.url, connect, field, filter, how }) }
  })
  const all = [...followers, ...live]
  onTestFinished(() => all.forEach(({ follower }) => follower.stop()))
  return {
    counts: () => followers.map(({ follower }) => follower.counts).reduce((sum, counts) => Object.fromEntries(Object.entries(sum).map(([name, count]) => [name, count + counts[name as keyof typeof counts]])) as typeof counts),
    /** Until the signal says that it is enough. */
    disturb: async (signal: AbortSignal) => {
      const stalled = new Set<unknown>()
      while (!signal.aborted) {
        const { follower } = random.pick(all)
        if (random.below(4) === 0) follower.cut()
        else if (!stalled.has(follower)) {
          stalled.add(follower)
          void stall(follower, random).then(() => stalled.delete(follower))
        }
        await sleep(random.below(60))
      }
    },
    /** Each believes what the query answers, and was told nothing that cannot be. */
    agree: async () => {
      for (const { name, follower } of all) expect(follower.violations, name).toEqual([])
      for (const { name, follower } of all) {
        const compare = async () => {
          const { list } = await gateway.data(follower.listQuery)
          const answer = new Map<string, string>(list.nodes.map((node: Parameters<typeof stateOf>[0]) => [node.metadata.uid, stateOf(node)]))
          const { alive } = follower
          return { name, missing: [...answer].filter(([uid, state]) => alive?.get(uid) !== state), tooMany: [...(alive ?? new Map<string, string>())].filter(([uid]) => !answer.has(uid)), violations: follower.violations }
        }
        await eventually(compare, ({ missing, tooMany, violations }) => violations.length > 0 || missing.length + tooMany.length === 0, 20_000)
        expect(follower.violations, name).toEqual([])
      }
    },
  }
}

async function stall(follower: StrictFollower | LiveFollower, random: Random): Promise<void> {
  follower.pause()
  await sleep(random.below(random.below(3) === 0 ? 5000 : 400))
  follower.resume()
}
