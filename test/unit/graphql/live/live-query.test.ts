import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { silentLogger } from '../../../../src/base/logging.ts'
import { RingChangeFeed } from '../../../../src/feed/ring-change-feed.ts'
import { LiveQuery } from '../../../../src/graphql/live/live-query.ts'
import { Payload } from '../../../../src/graphql/live/payload.ts'
import { allSeeing } from '../../../../src/access/scope.ts'
import type { Cluster } from '../../../../src/watch/cluster.ts'
import { pods } from '../../../support/resources.ts'

it('a live query that takes long rests as long, however much changes meanwhile', async () => {
  const feed = new RingChangeFeed({ cluster: 'test', replaySize: 10, replayBytes: 1e9, logger: silentLogger })
  const workMs = 50
  let executed = 0
  const live = new LiveQuery({
    clusters: [{ feed } as unknown as Cluster],
    throttleMs: 0,
    execute: async (reads) => {
      const { scope } = reads.context({ scope: allSeeing, settings: { clusters: [] } } as never)
      scope.readableNamespaces(pods)
      const until = performance.now() + workMs
      while (performance.now() < until);
      executed += 1
      return Promise.resolve({ data: { executed } })
    },
    write: (result) => new Payload(JSON.stringify(result)),
  })
  const leaving = new AbortController()
  const follow = async () => {
    for await (const _result of live.follow('FULL', leaving.signal));
  }
  const following = follow()
  const changing = setInterval(() => feed.publish({ type: 'ADDED', resource: pods, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, bytes: 0 }), 1)
  await sleep(1000)
  clearInterval(changing)
  leaving.abort()
  await following
  expect(executed).toBeGreaterThan(1)
  expect(executed).toBeLessThanOrEqual(1 + 1000 / (2 * workMs))
})
