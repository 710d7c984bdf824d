import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSeeing } from '../../../../src/access/scope.ts'
import { silentLogger } from '../../../../src/base/logging.ts'
import { RingChangeFeed } from '../../../../src/feed/ring-change-feed.ts'
import { ChangeSource, type Following } from '../../../../src/graphql/changes/change-source.ts'
import { FeedOrigin } from '../../../../src/graphql/changes/feed-origin.ts'
import { Payload } from '../../../../src/graphql/live/payload.ts'
import type { ObjectChangeEvent } from '../../../../src/graphql/changes/events.ts'
import { compilePathFilter } from '../../../../src/model/path-filter.ts'
import { createStore } from '../../../../src/store/store.ts'
import { pods } from '../../../support/resources.ts'

function open({ replaySize = 1000, bookmarkEvery = 1000 } = {}) {
  const feed = new RingChangeFeed({ cluster: 'test', replaySize, replayBytes: 1e9, logger: silentLogger })
  const store = createStore('test', { resource: pods, publish: (change) => feed.publish(change), freeze: true })
  const { writer } = store
  const reader = store.lister(allSeeing)
  let version = 0
  const last = new AbortController()
  const running = compilePathFilter({ path: 'phase', eq: 'Running' }, { maxTerms: 10, maxDepth: 10 })
  const source = new ChangeSource(new FeedOrigin({ feed, sources: [{ lister: reader, predicate: running }], bookmarkEvery, last: last.signal }))
  const known = new Map<string, string>()
  return {
    feed,
    last,
    lister: reader,
    running,
    put: (name: string, phase = 'Running') => {
      if (!known.has(name)) known.set(name, `${name}-${version}`)
      writer.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: known.get(name) as string, resourceVersion: String((version += 1)) }, phase })
    },
    remove: (name: string) => {
      const object = reader.get('shop', name)
      known.delete(name)
      if (object !== undefined) writer.remove(object)
    },
    follow: (more: Partial<Following> = {}) => source.follow({ initial: false, throttleMs: 0, maxBacklog: 1000, signal: new AbortController().signal, ...more }),
  }
}

const text = ({ type, reason, row }: ObjectChangeEvent) => [type, row?.object.metadata.name, reason].filter((part) => part).join(' ')

/** What comes until nothing more waits. */
async function drain(events: AsyncGenerator<ObjectChangeEvent, void>, count: number): Promise<string[]> {
  const told: string[] = []
  for (let i = 0; i < count; i += 1) told.push(text((await events.next()).value as ObjectChangeEvent))
  return told
}

/** A subscriber that is there, and has not yet asked for anything. */
async function joined(cluster: ReturnType<typeof open>, more: Partial<Following> = {}) {
  const events = cluster.follow({ initial: true, ...more })
  let event = (await events.next()).value as ObjectChangeEvent
  while (event.type !== 'SYNCED') event = (await events.next()).value as ObjectChangeEvent
  return { events, cursor: event.cursor as string }
}

describe('the changes of a filter', () => {
  it('come one by one while no more wait than may', async () => {
    const cluster = open()
    const { events } = await joined(cluster)
    cluster.put('a')
    cluster.put('a', 'Failed')
    cluster.put('a')
    expect(await drain(events, 3)).toEqual(['ADDED a', 'DELETED a LEFT_FILTER', 'ADDED a ENTERED_FILTER'])
  })

  it('are coalesced per object when more wait', async () => {
    const cluster = open()
    for (const name of ['b', 'c', 'd', 'e']) cluster.put(name)
    const { events } = await joined(cluster, { maxBacklog: 6 })
    cluster.put('new')
    cluster.put('new')
    cluster.put('gone')
    cluster.put('b')
    cluster.put('c')
    cluster.put('d', 'Failed')
    cluster.put('d')
    cluster.remove('gone')
    cluster.remove('b')
    cluster.remove('e')
    cluster.put('e')
    expect(await drain(events, 6)).toEqual(['ADDED new', 'MODIFIED c', 'MODIFIED d', 'DELETED b', 'DELETED e', 'ADDED e'])
  })

  it('begin anew, with a snapshot, when too many objects wait', async () => {
    const cluster = open()
    const { events } = await joined(cluster, { maxBacklog: 2 })
    for (const name of ['a', 'b', 'c']) cluster.put(name)
    expect(await drain(events, 5)).toEqual(['RESET SLOW_CONSUMER', 'ADDED a INITIAL', 'ADDED b INITIAL', 'ADDED c INITIAL', 'SYNCED'])
    cluster.put('a')
    expect(await drain(events, 1)).toEqual(['MODIFIED a'])
  })

  it('come as one per object and period when throttled', async () => {
    const cluster = open()
    const { events } = await joined(cluster, { throttleMs: 40 })
    cluster.put('a')
    cluster.put('a')
    expect(await drain(events, 1)).toEqual(['ADDED a'])
    cluster.put('a')
    cluster.put('b')
    cluster.put('a')
    expect(await drain(events, 2)).toEqual(['ADDED b', 'MODIFIED a'])
  })

  it('are of the wanted types only', async () => {
    const cluster = open()
    cluster.put('a')
    const events = cluster.follow({ initial: true, types: new Set(['DELETED'] as const) })
    expect(await drain(events, 1)).toEqual(['SYNCED'])
    cluster.put('b')
    cluster.put('a')
    cluster.remove('a')
    expect(await drain(events, 1)).toEqual(['DELETED a'])
  })

  it('are told a newer cursor by a BOOKMARK when long none of them happened', async () => {
    const cluster = open({ replaySize: 6, bookmarkEvery: 2 })
    const { events } = await joined(cluster)
    for (let i = 0; i < 4; i += 1) cluster.put('other', `Pending ${i}`)
    expect(await drain(events, 1)).toEqual(['BOOKMARK'])
    const bookmark = (await events.next()).value as ObjectChangeEvent
    for (let i = 0; i < 6; i += 1) cluster.put('other', `Failed ${i}`)
    cluster.put('other')
    expect(cluster.feed.since(bookmark.cursor as string)).toBeUndefined()
    expect(await drain(events, 3)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK'])
    expect(await drain(events, 1)).toEqual(['ADDED other ENTERED_FILTER'])
  })

  it.each([
    ['wanted types happen', 'Running', { types: new Set(['DELETED'] as const) }],
    ['objects change, and they are told in periods', 'Pending', { throttleMs: 1 }],
  ])('are told a newer cursor also when long none of the %s', async (_, phase, how) => {
    const cluster = open({ replaySize: 4, bookmarkEvery: 2 })
    const { events } = await joined(cluster, how)
    for (let i = 0; i < 20; i += 1) {
      cluster.put('other', phase)
      if (i % 2 === 0) continue
      const bookmark = (await events.next()).value as ObjectChangeEvent
      expect(text(bookmark)).toBe('BOOKMARK')
      expect(cluster.feed.since(bookmark.cursor as string)).toEqual([])
    }
  })

  it('fold to the answer of the query, each event following on those before, whoever is slow and wherever one breaks off and resumes', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom('put' as const), fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('Running', 'Failed')) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('remove' as const), fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constant('')) },
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom('read' as const), fc.constantFrom('1', '2', '3', '8'), fc.constant('')) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom('resume' as const), fc.constant(''), fc.constant('')) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 0, 1), fc.constantFrom(10, 40, 1000), fc.infiniteStream(fc.constantFrom('takes', 'waits', 'prepares')), fc.boolean(), fc.constantFrom(3, 1000), async (steps, maxBacklog, throttleMs, replaySize, moods, pushes, bookmarkEvery) => {
        const cluster = open({ replaySize, bookmarkEvery })
        const alive = new Map<string, string>()
        let leaving = new AbortController()
        let isReset = false
        const mistakes: unknown[] = []
        /** Is told without asking, as long as it is in the mood. */
        const push = (): Partial<Following> => {
          const own = leaving.signal
          const eventsOf = new Map<Payload, ObjectChangeEvent>()
          const payloadOf = (event: ObjectChangeEvent) => {
            const payload = new Payload('')
            eventsOf.set(payload, event)
            return moods.next().value === 'prepares' ? Promise.resolve(payload) : payload
          }
          const takeNow = (payload: Payload): boolean => {
            if (own.aborted || moods.next().value === 'waits') return false
            try {
              take(eventsOf.get(payload) as ObjectChangeEvent)
            } catch (error) {
              mistakes.push(error)
            }
            return true
          }
          return pushes ? { push: { payloadOf, outlet: { take: takeNow } } } : {}
        }
        let { events, cursor } = await joined(cluster, { maxBacklog, throttleMs, signal: leaving.signal, ...push() })
        const take = (event: ObjectChangeEvent) => {
          if (event.cursor !== undefined) cursor = event.cursor
          if (event.type === 'RESET') {
            alive.clear()
            isReset = true
          }
          if (event.type === 'SYNCED') isReset = false
          if (event.row === undefined) return
          const { uid = '', resourceVersion = '' } = event.row.object.metadata
          expect(alive.has(uid), text(event)).toBe(event.type !== 'ADDED')
          if (event.type === 'MODIFIED') expect(event.oldRow?.object.metadata.resourceVersion).toBe(alive.get(uid))
          if (event.type === 'DELETED') alive.delete(uid)
          else alive.set(uid, resourceVersion)
        }
        /** As much as there is, and no more than so much. */
        const read = async (count: number, patienceMs = throttleMs + 1) => {
          for (let i = 0; i < count; i += 1) {
            reading ??= events.next()
            const result = await Promise.race([reading, new Promise<'nothing'>((resolve) => setTimeout(() => resolve('nothing'), patienceMs))])
            if (result === 'nothing') return
            reading = undefined
            if (result.done !== true) take(result.value)
          }
        }
        let reading: Promise<IteratorResult<ObjectChangeEvent, void>> | undefined
        for (const [what, name, phase] of steps) {
          if (what === 'put') cluster.put(name, phase)
          else if (what === 'remove') cluster.remove(name)
          else if (what === 'read') await read(Number(name))
          else {
            // What was on its way is lost.
            leaving.abort()
            leaving = new AbortController()
            reading = undefined
            if (isReset) alive.clear()
            events = cluster.follow({ ...(isReset ? { initial: true } : { after: cursor }), maxBacklog, throttleMs, signal: leaving.signal, ...push() })
          }
        }
        await read(1000, 30)
        expect(mistakes).toEqual([])
        const answer = cluster.lister.select(cluster.running).map(({ metadata }) => [metadata.uid, metadata.resourceVersion])
        expect(new Set([...alive].map(String))).toEqual(new Set(answer.map(String)))
        leaving.abort()
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})
