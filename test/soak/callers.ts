import { createClient } from 'graphql-ws'
import { QuietWebSocket } from './quiet-web-socket.ts'
import { pause } from './cluster-target.ts'
import type { Follower } from './follower.ts'
import type { GatewayUnderTest } from './gateway-under-test.ts'
import { followedKinds, kindInput, occasionalKinds, watchedKinds } from './kinds.ts'
import type { Lane } from './target.ts'

/** What those do who use the service: they ask, lose patience, subscribe and leave, start and stop watches. */
export function callers(gateway: GatewayUnderTest, follower: Follower): Lane {
  return {
    name: 'callers',
    pauseMs: [50, 1000],
    faults: [
      { name: 'the follower loses its connection', weight: 1, strike: () => follower.cut() },
      {
        name: 'query',
        weight: 6,
        strike: async (random) => {
          const { errors } = await gateway.query('query ($kind: KindInput!) { objects(kinds: [$kind], first: 50) { totalCount nodes { metadata { name labels } } partial { code } } }', { kind: kindInput(random.pick(watchedKinds)) })
          if (errors !== undefined) throw new Error(`A query was refused: ${JSON.stringify(errors)}`)
        },
      },
      {
        name: 'query and go away',
        weight: 3,
        strike: async (random) => {
          const signal = AbortSignal.timeout(random.below(10))
          await gateway.query('query ($kind: KindInput!) { objects(kinds: [$kind], first: 5000) { nodes { raw } } }', { kind: kindInput(random.pick(watchedKinds)) }, signal).catch(() => undefined)
        },
      },
      {
        name: 'subscribe for a moment',
        weight: 3,
        strike: async (random, signal) => {
          const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: QuietWebSocket, retryAttempts: 0, onNonLazyError: () => undefined })
          const events = client.iterate({ query: 'subscription ($kinds: [KindInput!]!) { objects(kinds: $kinds, initial: true) { type object { raw } } }', variables: { kinds: [kindInput(random.pick(followedKinds))] } })
          const reading = (async () => {
            for await (const event of events) void event
          })().catch(() => undefined)
          await pause(random.below(2000), signal)
          // Politely, or as a machine that loses its power.
          if (random.below(2) === 0) await events.return?.()
          client.terminate()
          await reading
        },
      },
      {
        name: 'watch a kind for a moment',
        weight: 2,
        strike: async (random, signal) => {
          const kind = kindInput(random.pick(occasionalKinds))
          await gateway.query('query ($kind: KindInput!) { objects(kinds: [$kind]) { totalCount } }', { kind })
          await pause(random.below(500), signal)
          await gateway.query('mutation ($kind: KindInput!) { stopWatch(kind: $kind) }', { kind })
        },
      },
    ],
  }
}
