import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { followWithClientNode, followWithOurs, type Follow } from './support/followers.ts'
import { residentBytes } from './support/memory.ts'
import { mishaps, patienceMs, suffer } from './support/mishaps.ts'
import { startPodServer } from './support/pod-server.ts'

const pods = 100_000
const events = 20_000

export const benchmark: Benchmark = {
  about: `${pods} Pods of 8 KB each and ${events} changes of them in our informer and in @kubernetes/client-node's, and what mishaps do to both: seconds from the last of some changes until all were known (-1: not within ${patienceMs / 1000} s)`,
  rounds: 3,
  start: () => startPodServer({ pods, events, plain: true }),
  sides: { watchql: compare(followWithOurs), clientNode: compare(followWithClientNode) },
  goals: [
    { about: 'mishaps that WatchQL does not recover from', value: ({ watchql }) => Object.entries(watchql ?? {}).filter(([name, value]) => name.endsWith('Seconds') && value < 0).length, atMost: 0 },
    { about: 'deletions that WatchQL misses', value: ({ watchql }) => watchql?.['missedDeletions'] ?? Number.NaN, atMost: 0 },
    { about: 'times that WatchQL empties its cache', value: ({ watchql }) => watchql?.['emptied'] ?? Number.NaN, atMost: 0 },
  ],
}

function compare(follow: Follow): (parameters: Parameters) => Promise<Figures> {
  return async (parameters) => {
    const scale = await measure(follow, parameters)
    const outcomes = await Promise.all(Object.entries(mishaps).map(async ([name, happen]) => [name, await suffer(follow, happen)] as const))
    const sum = (of: (outcome: (typeof outcomes)[number][1]) => number) => outcomes.reduce((total, [, outcome]) => total + of(outcome), 0)
    return {
      ...scale,
      ...Object.fromEntries(outcomes.map(([name, { seconds }]) => [`${name}Seconds`, seconds])),
      missedDeletions: sum(({ missedDeletions }) => missedDeletions),
      emptied: sum(({ emptied }) => Number(emptied)),
      gaveUp: sum(({ gaveUp }) => gaveUp),
    }
  }
}

async function measure(follow: Follow, parameters: Parameters): Promise<Figures> {
  const idle = await residentBytes()
  const startedAt = performance.now()
  const follower = follow(parameters)
  const rate = new Promise<number>((resolve) => {
    let [count, first] = [0, 0]
    follower.onModified(() => {
      if (count === 0) first = performance.now()
      count += 1
      if (count === events) resolve(((events - 1) / (performance.now() - first)) * 1000)
    })
  })
  await follower.synced()
  const syncedMs = performance.now() - startedAt
  const eventsPerSecond = await rate
  if (follower.size() !== pods) throw new Error(`${follower.size()} Pods came in.`)
  const residentMb = ((await residentBytes()) - idle) / 2 ** 20
  await follower.stop()
  return { syncedMs, residentMb, eventsPerSecond }
}
