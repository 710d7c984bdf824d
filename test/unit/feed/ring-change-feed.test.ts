import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logging.ts'
import { RingChangeFeed } from '../../../src/feed/ring-change-feed.ts'
import { pods } from '../../support/resources.ts'

const object = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } })
const open = (cluster = 'test') => new RingChangeFeed({ cluster, replaySize: 3, replayBytes: 1000, logger: silentLogger })
const publish = (feed: RingChangeFeed, ...names: string[]) => {
  for (const name of names) feed.publish({ type: 'ADDED', resource: pods, object: object(name), bytes: name === 'large' ? 600 : 10 })
}

describe('the change feed', () => {
  it('replays exactly the changes after a cursor, in order', () => {
    const feed = open()
    const start = feed.head()
    publish(feed, 'a', 'b', 'c')
    expect(feed.since(start)?.map((change) => change.object.metadata.name)).toEqual(['a', 'b', 'c'])
    const [first] = feed.since(start) ?? []
    expect(feed.since(feed.cursorOf(first as never))?.map((change) => change.object.metadata.name)).toEqual(['b', 'c'])
    expect(feed.since(feed.head())).toEqual([])
  })

  it('says so when the ring no longer reaches back', () => {
    const feed = open()
    const start = feed.head()
    publish(feed, 'a', 'b', 'c', 'd')
    expect(feed.since(start)).toBeUndefined()
  })

  it('reaches back less far over large objects, to the newest change in any case', () => {
    const feed = open()
    const heads = [feed.head()]
    const names = ['a', 'large', 'b', 'large', 'c', 'd', 'large', 'large', 'e', 'f', 'g', 'h']
    const reached = names.map((name, at) => {
      publish(feed, name)
      heads.push(feed.head())
      const replays = heads.map((head) => feed.since(head)?.map((change) => change.object.metadata.name))
      replays.forEach((replay, after) => expect(replay ?? names.slice(after, at + 1)).toEqual(names.slice(after, at + 1)))
      return replays.filter((replay) => replay !== undefined).length - 1
    })
    expect(reached).toEqual([1, 2, 3, 2, 3, 3, 3, 1, 2, 3, 3, 3])
    const one = new RingChangeFeed({ cluster: 'test', replaySize: 3, replayBytes: 1, logger: silentLogger })
    const start = one.head()
    publish(one, 'large')
    expect(one.since(start)).toHaveLength(1)
  })

  it('says so when it was told to let go of the past, and goes on from there', () => {
    const feed = open()
    const start = feed.head()
    publish(feed, 'a')
    const middle = feed.head()
    feed.forget()
    publish(feed, 'b')
    expect(feed.since(start)).toBeUndefined()
    expect(feed.since(middle)?.map((change) => change.object.metadata.name)).toEqual(['b'])
  })

  it('takes a cursor from an earlier run for too old, never for a position of its own', () => {
    const earlier = open()
    publish(earlier, 'a')
    const feed = open()
    publish(feed, 'x', 'y')
    expect(feed.since(earlier.head())).toBeUndefined()
  })

  it.each(['', 'nonsense', Buffer.from('["f1",1]').toString('base64url'), Buffer.from('["f1","test","r",-1]').toString('base64url')])(
    'refuses %j as a cursor',
    (text) => {
      expect(() => open().since(text)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
    },
  )

  it('refuses the cursor of another cluster', () => {
    expect(() => open('a').since(open('b').head())).toThrow(/belongs to the cluster "b"/)
  })

  it('gives every reader every change even when one of them fails', () => {
    const feed = open()
    const seen: number[] = []
    feed.subscribe(() => {
      throw new Error('reader defect')
    })
    const leave = feed.subscribe((change) => seen.push(change.sequence))
    publish(feed, 'a', 'b')
    leave()
    publish(feed, 'c')
    expect(seen).toEqual([1, 2])
  })
})
