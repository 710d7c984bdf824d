import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../../src/delivery/outcomes.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { one, outboxOf } from './outbox.ts'

/** What an outbox promises that several processes deliver from. */
export function sharedOutboxContract(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  const openTwo = async () => {
    const database = await makeDatabase()
    return [outboxOf(await database.open()), outboxOf(await database.open())] as const
  }

  describe(`an outbox in ${name} that two deliver from`, () => {
    it('gives each lane to one of them', async () => {
      const [one_, two] = await openTwo()
      await one_.add(Array.from({ length: 16 }, (_, i) => `o${i}`))
      const claimed = await Promise.all([one_.claims(), two.claims()])
      const lanes = claimed.flatMap((claims) => [...claims.keys()])
      expect(lanes).toHaveLength(16)
      expect(new Set(lanes).size).toBe(16)
    })

    it('gives a lane to the other when its holder does nothing, who then neither ends its hold nor what it sent', async () => {
      const [stalled, other] = await openTwo()
      await stalled.add(['a', 'a', 'a'])
      const stale = one(await stalled.claims(1000, [], 50), 'a')
      expect([...(await other.claims()).keys()]).toEqual([])
      await sleep(80)
      const fresh = one(await other.claims(), 'a')
      expect(fresh.delivery.event).toBe(stale.delivery.event)
      // What it sent was accepted all the same: it is not sent once more, and the lane stays with its holder.
      expect(await stalled.end(stale)).toBe(false)
      await stalled.outbox.release(stale)
      expect([...(await stalled.claims()).keys()]).toEqual([])
      expect(await other.end(fresh)).toBe(true)
      expect((await other.outbox.next(fresh))?.delivery.event).toBe('k-0002')
      expect(await other.upkeep.counts('s')).toMatchObject({ pending: 2, delivered: 1 })
    })

    it('keeps no lane waiting that its holder does not have in hand, since the answer to its claim was lost or a database forgot that it was let go of', async () => {
      const [forgetful, other] = await openTwo()
      await forgetful.add(['a', 'b', 'c'])
      const known = one(await forgetful.claims(), 'a')
      expect([...(await other.claims()).keys()]).toEqual([])
      const again = await forgetful.claims(1000, ['a'])
      expect([...again.keys()].toSorted()).toEqual(['b', 'c'])
      // What it has in hand is as it was.
      await forgetful.outbox.release(known)
      expect([...(await other.claims()).keys()]).toEqual(['a'])
      await forgetful.outbox.release(one(again, 'b'))
      expect([...(await other.claims(1000, ['a'])).keys()]).toEqual(['b'])
    })

    it('keeps no lane waiting that one has emptied and the other filled, before the first knew that it had', async () => {
      const [emptying, filling] = await openTwo()
      await emptying.add(['a'])
      await emptying.end(one(await emptying.claims(), 'a'))
      await filling.add(['b MODIFIED Node', 'a MODIFIED Node'])
      expect([...(await emptying.claims(1000, ['a'])).keys()]).toEqual(['b'])
      expect([...(await filling.claims()).keys()]).toEqual(['a'])
    })

    it('keeps a failure of one who lost its lane from delaying the other', async () => {
      const [stalled, other] = await openTwo()
      await stalled.add(['a'])
      const stale = one(await stalled.claims(1000, [], 50), 'a')
      await sleep(80)
      const fresh = one(await other.claims(), 'a')
      await stalled.end(stale, { state: 'PENDING', dueAt: 1e12 })
      await other.outbox.release(fresh)
      expect([...(await other.claims()).keys()]).toEqual(['a'])
    })

    it('comes through what both write to the same lanes at once, and counts right', async () => {
      const [one_, two] = await openTwo()
      const names = Array.from({ length: 10 }, (_, i) => `o${i}`)
      const work = async ({ claims, end, outbox }: ReturnType<typeof outboxOf>) => {
        let delivered = 0
        for (let idle = 0; idle < 20; ) {
          const claimed = [...(await claims()).values()]
          idle = claimed.length === 0 ? idle + 1 : 0
          await Promise.all(
            claimed.map(async (claim) => {
              for (let held: Claim | undefined = claim; held !== undefined; ) {
                const hasMore = await end(held)
                delivered += 1
                held = hasMore ? await outbox.next(held) : undefined
              }
            }),
          )
          if (claimed.length === 0) await sleep(10)
        }
        return delivered
      }
      const adding = async () => {
        for (let i = 0; i < 20; i += 1) await one_.add([...names].sort(() => (i % 2 === 0 ? 1 : -1)))
      }
      const [first, second] = await Promise.all([work(one_), work(two), adding()])
      expect(first + second).toBe(200)
      expect(await one_.upkeep.counts('s')).toMatchObject({ pending: 0, delivered: 200 })
      expect(await one_.tables.selectFrom('lanes').selectAll().execute()).toEqual([])
    })

    it('takes more lanes at once than one statement does, while the other ends deliveries of the same', { timeout: 60_000 }, async () => {
      const [recording, sending] = await openTwo()
      const names = Array.from({ length: 1100 }, (_, i) => `o${i}`)
      const rounds = 4
      let recorded = false
      const record = async () => {
        for (let round = 0; round < rounds; round += 1) await recording.add(names.toSorted(() => Math.random() - 0.5))
        recorded = true
      }
      const send = async () => {
        let sent = 0
        for (let wasLast = false; !wasLast; ) {
          wasLast = recorded
          const { claims } = await sending.outbox.claim('s', 1000, 300, new Set(), 60_000)
          const more = await Promise.all(claims.map((claim) => sending.end(claim)))
          await Promise.all(claims.filter((_, at) => more[at]).map((claim) => sending.outbox.release(claim)))
          sent += claims.length
          if (claims.length > 0) wasLast = false
        }
        return sent
      }
      const [sent] = await Promise.all([send(), record()])
      expect(sent).toBe(names.length * rounds)
      expect(await recording.upkeep.counts('s')).toMatchObject({ pending: 0, delivered: names.length * rounds })
    })

    it('leaves no event behind when both forget its last deliveries at once', async () => {
      const [one_, two] = await openTwo()
      for (let round = 0; round < 20; round += 1) {
        const events = await one_.add(['a', 'b', 'c'])
        await one_.tables.insertInto('deliveries').columns(['sink', 'event', 'lane', 'type', 'base', 'coalesced', 'state', 'attempts']).expression((rows) => rows.selectFrom('deliveries').select([(eb) => eb.val('t').as('sink'), 'event', 'lane', 'type', 'base', 'coalesced', 'state', 'attempts']).where('event', 'in', events)).execute()
        await Promise.all([one_.upkeep.clear('s'), two.upkeep.clear('t')])
      }
      expect(await one_.events()).toEqual([])
    })
  })
}
