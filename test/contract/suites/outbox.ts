import type { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { largeBytes } from '../../../src/delivery/fitting.ts'
import { Outbox } from '../../../src/delivery/outbox.ts'
import type { Attempt, Claim } from '../../../src/delivery/outcomes.ts'
import type { OutboxTables } from '../../../src/delivery/outbox-tables.ts'
import { OutboxUpkeep } from '../../../src/delivery/outbox-upkeep.ts'
import type { Database } from '../../../src/database/database.ts'
import { Writes } from '../../../src/database/writes.ts'
import type { TestDatabase } from '../../support/databases.ts'

const minute = 60_000

/** An outbox, and what tests do with it and its tables. */
export function outboxOf(database: Database) {
  const tables = database.tables as unknown as Kysely<OutboxTables>
  const { shared } = database
  const outbox = new Outbox({ tables, relaxed: database.relaxed, shared, clock: systemClock })
  const upkeep = new OutboxUpkeep({ tables, relaxed: database.relaxed, shared, keepDelivered: 2, keepDead: 2 })
  let sequence = 0
  /** Adds deliveries as `lane TYPE kind`, each with an event of its own, whose objects have a text. */
  const add = async (texts: readonly string[], crowded: readonly string[] = [], text?: string) => {
    const made = texts.map((line) => {
      const [lane = '', type = 'MODIFIED', kind = 'Pod'] = line.split(' ')
      sequence += 1
      return { kind, delivery: { sink: 's', event: `${kind === 'Pod' ? 'k' : kind}-${String(sequence).padStart(4, '0')}`, lane, type, reason: null } }
    })
    await tables.transaction().execute(async (transaction) => {
      for (const { kind, delivery: { event, lane, type } } of made)
        await transaction
          .insertInto('journal_events')
          .values({ id: event, cluster: 'c', group: '', version: 'v1', kind, namespace: '', name: lane, uid: lane, resource_version: '1', sequence, type, reason: null, final_state_unknown: 0, observed_at: 1, body: JSON.stringify({ event, text }), old_body: JSON.stringify({ before: event }) })
          .execute()
      const writes = new Writes(transaction, shared)
      await outbox.add(made.map(({ delivery }) => delivery), 100, new Set(crowded), writes)
      await writes.flush()
    })
    return made.map(({ delivery }) => delivery.event)
  }
  const attemptOf = ({ delivery: { event, lane } }: Claim, more: Partial<Attempt> = {}): Attempt => ({ sink: 's', event, lane, state: 'DELIVERED', attempts: 1, at: 200, durationMs: 1, status: 204, error: null, ...more })
  return {
    outbox,
    upkeep,
    tables,
    add,
    attemptOf,
    end: (claim: Claim, more: Partial<Attempt> = {}) => outbox.saved(claim, attemptOf(claim, more)),
    events: async () => (await tables.selectFrom('journal_events').select('id').orderBy('id').execute()).map(({ id }) => id),
    claims: async (now = 1000, held: readonly string[] = [], holdMs = minute) => new Map((await outbox.claim('s', now, 10, new Set(held), holdMs)).claims.map((claim) => [claim.delivery.lane, claim])),
  }
}

export function one(claims: ReadonlyMap<string, Claim>, lane: string): Claim {
  const claim = claims.get(lane)
  if (claim === undefined) throw new Error(`${lane} was not claimed, but ${[...claims.keys()].join(', ')}.`)
  return claim
}

/** What an outbox promises, whatever database it has. */
export function outboxContract(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  const open = async () => outboxOf(await (await makeDatabase()).open())
  const lanesOf = (claims: ReadonlyMap<string, Claim>) => [...claims.keys()].toSorted()

  describe(`an outbox in ${name}`, () => {
    it('gives the deliveries of an object out in order, one after the other was accepted', async () => {
      const { outbox, add, end, claims } = await open()
      const [first, second, other] = await add(['a', 'a', 'b'])
      const claimed = await claims()
      expect(lanesOf(claimed)).toEqual(['a', 'b'])
      expect(one(claimed, 'a').delivery).toMatchObject({ event: first, attempts: 0 })
      expect(await outbox.read(one(claimed, 'a'))).toMatchObject({ event: first, object: JSON.stringify({ event: first }), oldObject: JSON.stringify({ before: first }) })
      expect(one(claimed, 'b').delivery.event).toBe(other)
      expect(await end(one(claimed, 'a'))).toBe(true)
      const next = await outbox.next(one(claimed, 'a'))
      expect(next?.delivery.event).toBe(second)
      expect(await end(next as Claim)).toBe(false)
      expect(await outbox.next(one(claimed, 'a'))).toBeUndefined()
      await outbox.release(one(claimed, 'b'))
      expect(lanesOf(await claims())).toEqual(['b'])
    })

    it('holds back only the object whose delivery failed, until it is due', async () => {
      const { outbox, add, end, claims } = await open()
      const [failed] = await add(['a', 'a', 'b'])
      const claimed = await claims()
      expect(await end(one(claimed, 'a'), { state: 'PENDING', attempts: 1, status: 500, error: 'no\0', dueAt: 5000 })).toBe(false)
      await outbox.release(one(claimed, 'b'))
      const before = await claims(4999)
      expect(lanesOf(before)).toEqual(['b'])
      await outbox.release(one(before, 'b'))
      expect(await outbox.nextDue('s', 4999)).toBe(5000)
      const after = await claims(5000)
      expect(lanesOf(after)).toEqual(['a', 'b'])
      expect(one(after, 'a').delivery).toMatchObject({ event: failed, attempts: 1 })
    })

    it('gives no lane out twice', async () => {
      const { add, claims } = await open()
      await add(['a'])
      expect(lanesOf(await claims())).toEqual(['a'])
      expect(lanesOf(await claims(1000, ['a']))).toEqual([])
    })

    it('loses no delivery that comes while the last one of its object is accepted', async () => {
      const { outbox, add, end, claims } = await open()
      await add(['a'])
      const claimed = one(await claims(), 'a')
      const [hasMore, [second]] = await Promise.all([end(claimed), add(['a'])])
      const next = hasMore ? await outbox.next(claimed) : (await claims()).get('a')
      expect(next?.delivery.event).toBe(second)
    })

    it('counts an outcome once, though it is saved again since nobody knew that it was', async () => {
      const { upkeep, add, end, claims } = await open()
      await add(['a', 'a', 'a'])
      const claimed = one(await claims(), 'a')
      expect(await end(claimed)).toBe(true)
      expect(await end(claimed)).toBe(true)
      expect(await upkeep.counts('s')).toMatchObject({ pending: 2, delivered: 1 })
    })

    it('forgets a lane that has nothing, and never one that has', async () => {
      const { tables, add, claims } = await open()
      await add(['a', 'b'])
      await tables.deleteFrom('deliveries').where('lane', '=', 'a').execute()
      expect(lanesOf(await claims())).toEqual(['b'])
      expect((await tables.selectFrom('lanes').select('lane').execute()).map(({ lane }) => lane)).toEqual(['b'])
    })

    it('leaves out states in between when it is crowded, and says so; never what is new, the first, the last or an end', async () => {
      const { outbox, upkeep, tables, add, end, events, claims } = await open()
      const ids = await add(['a ADDED', 'a', 'a', 'a', 'a DELETED', 'b', 'b', 'b', 'b'], ['s'])
      const left = await tables.selectFrom('deliveries').select(['event', 'coalesced', 'base']).orderBy('event').execute()
      expect(left).toEqual([
        { event: ids[0], coalesced: 0, base: '' },
        { event: ids[4], coalesced: 3, base: '' },
        { event: ids[5], coalesced: 0, base: '' },
        { event: ids[8], coalesced: 2, base: ids[6] },
      ])
      expect((await upkeep.counts('s')).pending).toBe(4)
      // The old state of what was left out first is still needed, that of the others not.
      expect(await events()).toEqual([ids[0], ids[4], ids[5], ids[6], ids[8]])
      const claimed = one(await claims(), 'b')
      expect(await end(claimed)).toBe(true)
      expect(await outbox.read((await outbox.next(claimed)) as Claim)).toMatchObject({ event: ids[8], oldObject: JSON.stringify({ before: ids[6] }), coalesced: 2 })
    })

    it('gives large objects out when they are asked for, the same as others', async () => {
      const { outbox, tables, add, end, claims } = await open()
      const text = 'x'.repeat(largeBytes)
      const ids = await add(['a', 'a', 'a', 'a'], ['s'], text)
      const [small = ''] = await add(['b'])
      const claimed = await claims()
      expect([...claimed.values()].map(({ delivery, objects }) => [delivery.event, objects?.object])).toEqual([[ids[0], undefined], [small, JSON.stringify({ event: small })]])
      expect(one(claimed, 'a').bytes).toBe(JSON.stringify({ event: ids[0], text }).length + JSON.stringify({ before: ids[0] }).length)
      expect(await outbox.read(one(claimed, 'a'))).toEqual({ ...one(claimed, 'a').delivery, object: JSON.stringify({ event: ids[0], text }), oldObject: JSON.stringify({ before: ids[0] }) })
      await end(one(claimed, 'a'))
      const last = (await outbox.next(one(claimed, 'a'))) as Claim
      expect(last.objects).toBeUndefined()
      expect(await outbox.read(last)).toMatchObject({ event: ids[3], object: JSON.stringify({ event: ids[3], text }), oldObject: JSON.stringify({ before: ids[1] }), coalesced: 2 })
      await tables.deleteFrom('journal_events').where('id', '=', ids[3] ?? '').execute()
      expect(await outbox.read(last)).toBeUndefined()
    })

    it('changes nothing that was sent before, or may be on its way, however crowded it is', async () => {
      const { upkeep, tables, add, end, claims, events } = await open()
      const [first = ''] = await add(['a'])
      await end(one(await claims(), 'a'))
      const [second = '', third = '', fourth = ''] = await add(['a', 'a', 'a'])
      // On its way, when the one before is asked for again.
      await claims()
      await upkeep.redeliver('s', { events: [first] }, 100, 10)
      const more = await add(['a', 'a', 'a'], ['s'])
      const left = await tables.selectFrom('deliveries').select(['event', 'coalesced']).orderBy('event').execute()
      expect(left).toEqual([{ event: first, coalesced: 0 }, { event: second, coalesced: 0 }, { event: more[2], coalesced: 4 }])
      expect(await events()).toEqual([first, second, third, more[2]])
      expect(fourth).not.toBe('')
    })

    it('keeps the last state in each of the groups that an object is served in', async () => {
      const { tables, add } = await open()
      const ids = await add(['a MODIFIED x', 'a MODIFIED x', 'a MODIFIED y', 'a MODIFIED y'], ['s'])
      expect((await tables.selectFrom('deliveries').select(['event', 'coalesced']).orderBy('event').execute()).map(({ event, coalesced }) => [event, coalesced])).toEqual(ids.map((id) => [id, 0]))
    })

    it('keeps no old state for an end that followed what was left out', async () => {
      const { add, events } = await open()
      const [first] = await add(['a', 'a', 'a', 'a'], ['s'])
      const [end] = await add(['a DELETED'], ['s'])
      expect(await events()).toEqual([first, end])
    })

    it('remembers so many finished deliveries, and events as long as one tells of them', async () => {
      const { upkeep, add, end, events, claims } = await open()
      const ids = await add(['a', 'b', 'c', 'd', 'e', 'f'])
      const claimed = await claims()
      for (const [i, lane] of ['a', 'b', 'c', 'd', 'e'].entries()) await end(one(claimed, lane), { at: i })
      expect(await upkeep.prune('s')).toBe(3)
      expect(await upkeep.counts('s')).toEqual({ pending: 1, dead: 0, delivered: 2 })
      expect(await events()).toEqual(ids.slice(3))
    })

    it('sends again what is asked for: some events, those of a time, the dead ones', async () => {
      const { upkeep, add, end, claims } = await open()
      const [a = ''] = await add(['a', 'b', 'c'])
      const claimed = await claims()
      await end(one(claimed, 'a'), { at: 10 })
      await end(one(claimed, 'b'), { at: 20, state: 'DEAD', error: 'no' })
      await end(one(claimed, 'c'), { at: 30 })
      expect(lanesOf(await claims())).toEqual([])
      expect(await upkeep.redeliver('s', { state: 'DEAD' }, 100, 10)).toBe(1)
      const again = await claims()
      expect(lanesOf(again)).toEqual(['b'])
      expect(one(again, 'b').delivery.attempts).toBe(0)
      expect(await upkeep.redeliver('s', { since: 25 }, 100, 10)).toBe(1)
      expect(await upkeep.redeliver('s', { events: [a] }, 100, 10)).toBe(1)
      expect(lanesOf(await claims(1000, ['b']))).toEqual(['a', 'c'])
    })

    it('forgets a sink with everything that was due to it', async () => {
      const { upkeep, add, events, claims } = await open()
      await add(['a', 'b'])
      await upkeep.clear('s')
      expect([await events(), lanesOf(await claims())]).toEqual([[], []])
    })
  })
}
