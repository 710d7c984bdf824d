import type { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { Outbox, type Attempt, type OutboxTables } from '../../../src/delivery/outbox.ts'
import type { Database } from '../../../src/database/database.ts'
import type { TestDatabase } from '../../support/databases.ts'

/** What an outbox promises, whatever database it has. */
export function outboxContract(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`an outbox in ${name}`, () => {
    const openOutbox = async (database?: Database) => {
      const opened = database ?? (await (await makeDatabase()).open())
      const tables = opened.tables as unknown as Kysely<OutboxTables>
      const outbox = new Outbox({ tables, shared: opened.shared, keepDelivered: 2, keepDead: 2 })
      let sequence = 0
      /** Adds deliveries as `lane TYPE`, each with an event of its own. */
      const add = async (texts: readonly string[], crowded: readonly string[] = []) => {
        const made = texts.map((text) => {
          const [lane = '', type = 'MODIFIED', kind = 'Pod'] = text.split(' ')
          sequence += 1
          return { kind, delivery: { sink: 's', event: `${kind === 'Pod' ? 'k' : kind}-${String(sequence).padStart(4, '0')}`, lane, type, reason: null } }
        })
        await tables.transaction().execute(async (transaction) => {
          for (const { kind, delivery: { event, lane, type } } of made)
            await transaction
              .insertInto('journal_events')
              .values({ id: event, cluster: 'c', group: '', version: 'v1', kind, namespace: '', name: lane, uid: lane, resource_version: '1', sequence, type, reason: null, final_state_unknown: 0, observed_at: 1, body: JSON.stringify({ event }), old_body: JSON.stringify({ before: event }) })
              .execute()
          await outbox.add(made.map(({ delivery }) => delivery), 100, new Set(crowded), transaction)
        })
        return made.map(({ delivery }) => delivery.event)
      }
      const end = (event: string, lane: string, more: Partial<Attempt> = {}) => outbox.saved({ sink: 's', event, lane, state: 'DELIVERED', attempts: 1, at: 200, durationMs: 1, status: 204, error: null, ...more })
      const events = async () => (await tables.selectFrom('journal_events').select('id').orderBy('id').execute()).map(({ id }) => id)
      const claim = async (now = 1000, held: readonly string[] = []) => (await outbox.claim('s', now, 10, new Set(held))).toSorted()
      return { outbox, tables, add, end, events, claim }
    }

    it('gives the deliveries of an object out in order, one after the other was accepted', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [first = '', second = '', other = ''] = await add(['a', 'a', 'b'])
      expect(await claim()).toEqual(['a', 'b'])
      expect(await outbox.first('s', 'a')).toMatchObject({ event: first, object: JSON.stringify({ event: first }), attempts: 0 })
      expect((await outbox.first('s', 'b'))?.event).toBe(other)
      await end(first, 'a')
      expect((await outbox.first('s', 'a'))?.event).toBe(second)
      await end(second, 'a')
      expect(await outbox.first('s', 'a')).toBeUndefined()
      await outbox.release('s', 'b')
      expect(await claim()).toEqual(['b'])
    })

    it('holds back only the object whose delivery failed, until it is due', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [failed = ''] = await add(['a', 'a', 'b'])
      expect(await claim()).toEqual(['a', 'b'])
      await end(failed, 'a', { state: 'PENDING', attempts: 1, status: 500, error: 'no', dueAt: 5000 })
      for (const lane of ['a', 'b']) await outbox.release('s', lane)
      expect(await claim(4999)).toEqual(['b'])
      await outbox.release('s', 'b')
      expect(await outbox.nextDue('s', 4999)).toBe(5000)
      expect(await claim(5000)).toEqual(['a', 'b'])
      expect(await outbox.first('s', 'a')).toMatchObject({ event: failed, attempts: 1 })
    })

    it('gives no lane out twice', async () => {
      const { add, claim } = await openOutbox()
      await add(['a'])
      expect(await claim()).toEqual(['a'])
      expect(await claim(1000, ['a'])).toEqual([])
    })

    it('loses no delivery that comes while the last one of its object is accepted', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [first = ''] = await add(['a'])
      await claim()
      const [, [second]] = await Promise.all([end(first, 'a'), add(['a'])])
      await outbox.release('s', 'a')
      expect(await claim()).toEqual(['a'])
      expect((await outbox.first('s', 'a'))?.event).toBe(second)
    })

    it('leaves out states in between when it is crowded, and says so; never what is new, the first, the last or an end', async () => {
      const { outbox, tables, add, events } = await openOutbox()
      const ids = await add(['a ADDED', 'a', 'a', 'a', 'a DELETED', 'b', 'b', 'b', 'b'], ['s'])
      const left = await tables.selectFrom('deliveries').select(['event', 'coalesced', 'base']).orderBy('event').execute()
      expect(left).toEqual([
        { event: ids[0], coalesced: 0, base: '' },
        { event: ids[4], coalesced: 3, base: '' },
        { event: ids[5], coalesced: 0, base: '' },
        { event: ids[8], coalesced: 2, base: ids[6] },
      ])
      expect((await outbox.counts('s')).pending).toBe(4)
      // The old state of what was left out first is still needed, that of the others not.
      expect(await events()).toEqual([ids[0], ids[4], ids[5], ids[6], ids[8]])
      await outbox.saved({ sink: 's', event: ids[5] ?? '', lane: 'b', state: 'DELIVERED', attempts: 1, at: 1, durationMs: 1, status: 200, error: null })
      expect(await outbox.first('s', 'b')).toMatchObject({ event: ids[8], oldObject: JSON.stringify({ before: ids[6] }), coalesced: 2 })
    })

    it('leaves alone what was tried already, is tried, or is sent again: an id never comes with other bytes', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [sent = '', again = '', underWay = ''] = await add(['a', 'a', 'a', 'a'])
      for (const event of [sent, again]) await end(event, 'a')
      expect((await outbox.first('s', 'a'))?.event).toBe(underWay)
      await outbox.redeliver('s', { events: [sent, again] }, 300, 10)
      const [, last = ''] = await add(['a', 'a'], ['s'])
      expect(await outbox.counts('s')).toMatchObject({ pending: 4 })
      // It was under way when the others were put back.
      await end(underWay, 'a')
      const rest: unknown[] = []
      for (let first = await outbox.first('s', 'a'); first !== undefined; first = await outbox.first('s', 'a')) {
        rest.push([first.event, first.coalesced])
        expect(await claim()).toEqual(['a'])
        await end(first.event, 'a')
      }
      expect(rest).toEqual([[sent, 0], [again, 0], [last, 2]])
    })

    it('keeps the last state in each of the groups that an object is served in', async () => {
      const { tables, add } = await openOutbox()
      const ids = await add(['a MODIFIED x', 'a MODIFIED x', 'a MODIFIED y', 'a MODIFIED y'], ['s'])
      expect((await tables.selectFrom('deliveries').select(['event', 'coalesced']).orderBy('event').execute()).map(({ event, coalesced }) => [event, coalesced])).toEqual(ids.map((id) => [id, 0]))
    })

    it('keeps no old state for an end that followed what was left out', async () => {
      const { add, events } = await openOutbox()
      const [first] = await add(['a', 'a', 'a', 'a'], ['s'])
      const [end] = await add(['a DELETED'], ['s'])
      expect(await events()).toEqual([first, end])
    })

    it('counts a delivery off once, however often its outcome is told', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [first = '', second] = await add(['a', 'a'])
      await end(first, 'a')
      await end(first, 'a')
      expect(await outbox.counts('s')).toMatchObject({ pending: 1, delivered: 1 })
      expect(await claim()).toEqual(['a'])
      expect((await outbox.first('s', 'a'))?.event).toBe(second)
    })

    it('remembers so many finished deliveries, and events as long as one tells of them', async () => {
      const { outbox, add, end, events } = await openOutbox()
      const ids = await add(['a', 'b', 'c', 'd', 'e', 'f'])
      for (const [i, lane] of ['a', 'b', 'c', 'd', 'e'].entries()) await end(ids[i] ?? '', lane, { at: i })
      expect(await outbox.prune('s')).toBe(3)
      expect(await outbox.counts('s')).toEqual({ pending: 1, dead: 0, delivered: 2 })
      expect(await events()).toEqual(ids.slice(3))
    })

    it('sends again what is asked for: some events, those of a time, the dead ones', async () => {
      const { outbox, add, end, claim } = await openOutbox()
      const [a = '', b = '', c = ''] = await add(['a', 'b', 'c'])
      await end(a, 'a', { at: 10 })
      await end(b, 'b', { at: 20, state: 'DEAD', error: 'no' })
      await end(c, 'c', { at: 30 })
      expect(await claim()).toEqual([])
      expect(await outbox.redeliver('s', { state: 'DEAD' }, 100, 10)).toBe(1)
      expect(await claim()).toEqual(['b'])
      expect(await outbox.redeliver('s', { since: 25 }, 100, 10)).toBe(1)
      expect(await outbox.redeliver('s', { events: [a] }, 100, 10)).toBe(1)
      expect(await claim(1000, ['b'])).toEqual(['a', 'c'])
      expect((await outbox.first('s', 'b'))?.attempts).toBe(0)
    })

    it('forgets a sink with everything that was due to it', async () => {
      const { outbox, add, events, claim } = await openOutbox()
      await add(['a', 'b'])
      await outbox.clear('s')
      expect([await events(), await claim()]).toEqual([[], []])
    })
  })
}
