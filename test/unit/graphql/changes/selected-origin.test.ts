import { expect, it } from 'vitest'
import { silentLogger } from '../../../../src/base/logging.ts'
import { RingChangeFeed } from '../../../../src/feed/ring-change-feed.ts'
import { SelectedOrigin } from '../../../../src/graphql/changes/selected-origin.ts'
import { everything } from '../../../../src/model/predicate.ts'
import { pods } from '../../../support/resources.ts'

it('a filter that cannot be selected from the beginning leaves nothing on the feed', () => {
  const feed = new RingChangeFeed({ cluster: 'test', replaySize: 10, replayBytes: 1e9, logger: silentLogger })
  let noticed = 0
  const lister = {
    resource: pods,
    select: () => {
      throw new Error('too much')
    },
  }
  const origin = new SelectedOrigin({ feed, sources: [{ lister: lister as never, predicate: everything }], reads: () => (noticed += 1) < 0, last: new AbortController().signal })
  expect(() => origin.listen({ tell: () => undefined, fail: () => undefined })).toThrow('too much')
  feed.publish({ type: 'ADDED', resource: pods, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, bytes: 0 })
  expect(noticed).toBe(0)
})
