import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { TestDatabase } from '../../support/databases.ts'
import { Reader, pod, recordedCluster } from '../../support/recorded-cluster.ts'
import { eventually } from '../../support/gateway.ts'

/** What a journal promises, whatever database it has. */
export function journalContract(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`a journal in ${name}`, () => {
    it('records what there is as initial, and then each change in order, with the state before', async () => {
      const { writer, list, reader, settle } = recordedCluster(await (await makeDatabase()).open())
      writer.put(pod('a'))
      list()
      await settle()
      writer.put(pod('b', { image: '1' }))
      writer.put(pod('b', { image: '2' }))
      writer.remove(pod('b', { image: '3' }))
      await settle()
      expect(reader.told).toEqual(['ADDED a INITIAL', 'ADDED b', 'MODIFIED b', 'DELETED b'])
      expect(reader.events.map(({ object, oldObject }) => [oldObject?.['spec'], object['spec']])).toEqual([[undefined, {}], [undefined, { image: '1' }], [{ image: '1' }, { image: '2' }], [{ image: '2' }, { image: '3' }]])
    })

    it('finds after a restart what was created, changed, deleted and replaced meanwhile', async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      for (const name of ['changed', 'deleted', 'replaced', 'same']) first.writer.put(pod(name, { was: name }))
      const same = first.store.lister({ readableNamespaces: () => 'all' }).get('shop', 'same')
      first.list()
      await first.settle()
      await first.journal.stop()

      const second = recordedCluster(await database.open())
      second.writer.put(pod('changed', { is: 'new' }))
      second.writer.put(pod('created'))
      second.writer.put(pod('replaced', {}, 'another-uid'))
      if (same !== undefined) second.writer.put(structuredClone(same))
      second.list()
      await second.settle()
      expect(second.reader.told.toSorted()).toEqual(['ADDED created', 'ADDED replaced', 'DELETED deleted unseen', 'DELETED replaced unseen', 'MODIFIED changed'])
      expect(second.reader.told.indexOf('DELETED replaced unseen')).toBeLessThan(second.reader.told.indexOf('ADDED replaced'))
      expect(second.reader.events.find(({ type, object }) => type === 'DELETED' && object.metadata.name === 'deleted')?.object['spec']).toEqual({ was: 'deleted' })
      expect(second.reader.events.find(({ type }) => type === 'MODIFIED')?.oldObject?.['spec']).toEqual({ was: 'changed' })
      const sequences = [...first.reader.events, ...second.reader.events].map(({ sequence }) => sequence)
      expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b))
    })

    it('keeps objects as they are, whatever is in them and however much', { timeout: 20_000 }, async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      const texts = ['"\\" \\u0041 {}[],:\'$1;--', '\0 \u0001 \ud800 \ud83d\ude00 \u2028', ...Array.from({ length: 5 }, (_, i) => `${i}"\n`.repeat(500_000))]
      for (const [i, text] of texts.entries()) first.writer.put(pod(`p${i}`, { text }))
      first.list()
      await first.settle()
      await first.journal.stop()

      const second = recordedCluster(await database.open())
      second.list()
      await second.settle()
      expect(second.reader.told).toEqual(texts.map((_, i) => `DELETED p${i} unseen`))
      expect(second.reader.events.map(({ object }) => (object['spec'] as { readonly text: string }).text)).toEqual(texts)
    })

    it('takes a kind that cannot be listed or is forbidden as it was', async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      first.writer.put(pod('a'))
      first.list()
      await first.settle()
      await first.journal.stop()

      const second = recordedCluster(await database.open())
      for (const state of ['SYNCING', 'FORBIDDEN', 'STALE', 'REFUSED'] as const) {
        second.says(state, false)
        second.journal.readersChanged()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      expect(second.reader.told).toEqual([])
      second.writer.put(pod('a', { is: 'new' }))
      second.list()
      await second.settle()
      expect(second.reader.told).toEqual(['MODIFIED a'])
    })

    it('takes the objects of a kind that is gone as deleted, once, and what comes when it is back as new', async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      first.writer.put(pod('a', { was: 'a' }))
      first.list()
      await first.settle()
      await first.journal.stop()

      const second = recordedCluster(await database.open())
      second.says('GONE', false)
      await second.settle()
      expect(second.reader.told).toEqual(['DELETED a unseen'])
      expect(second.reader.events[0]?.object['spec']).toEqual({ was: 'a' })
      second.journal.readersChanged()
      second.writer.put(pod('a', {}, 'another-uid'))
      second.list()
      await second.settle()
      expect(second.reader.told).toEqual(['DELETED a unseen', 'ADDED a'])
    })

    it('waits for a list that is older than what was recorded', async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      first.writer.put(pod('a'))
      first.writer.put(pod('b'))
      first.list()
      await first.settle()
      await first.journal.stop()

      const second = recordedCluster(await database.open())
      second.list()
      second.lags(1)
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(second.reader.told).toEqual([])
      second.writer.put(pod('b'))
      second.list()
      await second.settle()
      expect(second.reader.told).toEqual(['MODIFIED b', 'DELETED a unseen'])
    })

    it('records what comes after a quiet time at once, and what follows soon together', async () => {
      const gatherMs = 700
      const { writer, list, reader, settle } = recordedCluster(await (await makeDatabase()).open(), { options: { gatherMs } })
      list()
      await settle()
      const together: number[] = []
      const take = reader.take.bind(reader)
      reader.take = (offers) => {
        together.push(offers.flatMap(({ events }) => events).length)
        return take(offers)
      }
      const startedAt = performance.now()
      writer.put(pod('a'))
      await eventually(() => reader.told.length, (told) => told === 1)
      expect(performance.now() - startedAt).toBeLessThan(gatherMs)
      for (const name of ['b', 'c', 'd']) {
        await sleep(20)
        writer.put(pod(name))
      }
      await eventually(() => reader.told.length, (told) => told === 4)
      expect(together).toEqual([1, 3])
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(gatherMs)
    })

    it('gives what could not be written the same ids when it is written at last', async () => {
      const { writer, list, reader, settle } = recordedCluster(await (await makeDatabase()).open())
      list()
      await settle()
      const offered: string[][] = []
      const take = reader.take.bind(reader)
      reader.take = (offers) => {
        offered.push(offers.flatMap(({ events }) => events.map(({ id }) => id)))
        return take(offers)
      }
      reader.failure = new Error('disk full')
      writer.put(pod('a'))
      await eventually(() => reader.told, (told) => told.length === 1)
      expect(offered).toEqual([[reader.events[0]?.id], [reader.events[0]?.id]])
    })

    it.each([{ maxWaiting: 10 }, { maxWaitingBytes: 5000 }])('forgets states in between when more wait than it keeps, and never the last one or a deletion (%o)', async (options) => {
      const { writer, list, reader, settle, journal } = recordedCluster(await (await makeDatabase()).open(), { options })
      writer.put(pod('deleted'))
      list()
      await settle()
      expect(journal.behind).toBe(0)
      writer.remove(pod('deleted'))
      for (let i = 0; i < 100; i += 1) writer.put(pod('a', { i: String(i) }), 500)
      expect([journal.waiting, journal.behind]).toEqual([0, 1])
      await settle()
      expect(journal.behind).toBe(0)
      expect(reader.told).toContain('DELETED deleted unseen')
      expect(reader.events.findLast(({ object }) => object.metadata.name === 'a')?.object['spec']).toEqual({ i: '99' })
      expect(reader.events.length).toBeLessThan(50)
    })

    it('tells those who come later what there is, once', async () => {
      const { writer, list, reader, settle, journal } = recordedCluster(await (await makeDatabase()).open())
      for (let i = 0; i < 50; i += 1) writer.put(pod(`p${i}`))
      list()
      await settle()
      reader.fresh = ['new']
      journal.readersChanged()
      await settle()
      expect(reader.standing).toHaveLength(50)
      expect(reader.told).toHaveLength(50)
      journal.readersChanged()
      await settle()
      expect(reader.standing).toHaveLength(50)
    })

    it('says of what a watch no longer reaches that it is no longer watched', async () => {
      const database = await makeDatabase()
      const first = recordedCluster(await database.open())
      first.writer.put(pod('a'))
      first.list()
      await first.settle()
      await first.journal.stop()
      const second = recordedCluster(await database.open(), { watch: { namespace: 'elsewhere' } })
      second.list()
      await second.settle()
      expect(second.reader.told).toEqual(['DELETED a UNWATCHED unseen'])
    })

    it('has no events of a kind that was watched for a while and not recorded', async () => {
      const { writer, list, reader, settle } = recordedCluster(await (await makeDatabase()).open(), { reader: Object.assign(new Reader(), { wants: () => false }) })
      writer.put(pod('a'))
      list()
      await settle()
      writer.put(pod('a'))
      await settle()
      expect(reader.told).toEqual([])
    })
  })
}
