import { describe, expect, it } from 'vitest'
import { brief, type Watching } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

export function watches(fixture: () => Fixture): void {
  describe('watches', () => {
    const path = () => fixture().path('configmaps')
    const mark = (name: string) => ({ labels: { watched: name } })
    const latest = async (): Promise<string> => (await fixture().client.get(path())).metadata.resourceVersion
    const during = async <T>(query: Readonly<Record<string, string | number | boolean>>, use: (watching: Watching) => Promise<T>): Promise<T> => {
      const watching = await fixture().client.watch(path(), query)
      try {
        return await use(watching)
      } finally {
        watching.close()
      }
    }

    it('tell what happened since a resourceVersion, in order, and go on with what happens', async () => {
      const { client, name } = { client: fixture().client, name: fixture().name('seen') }
      const resourceVersion = await latest()
      await fixture().configMap(name, mark(name))
      await client.patch(`${path()}/${name}`, { data: { a: '1' } })
      const events = await during({ resourceVersion, labelSelector: `watched=${name}` }, async (watching) => {
        const missed = await watching.take(2)
        await client.patch(`${path()}/${name}`, { data: { a: '2' } })
        await client.delete(`${path()}/${name}`)
        return [...missed, ...(await watching.take(2))]
      })
      expect(brief(events)).toEqual([`ADDED ${name}`, `MODIFIED ${name}`, `MODIFIED ${name}`, `DELETED ${name}`])
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
      expect(versions).toEqual([...versions].sort((a, b) => a - b))
      expect(new Set(versions).size).toBe(4)
      expect(events.map(({ object }) => object.data?.a)).toEqual([undefined, '1', '2', '2'])
      for (const { object } of events) expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    })

    it('carry no more than metadata where that is asked for, and so do lists', async () => {
      const { client, name } = { client: fixture().client, name: fixture().name('slim') }
      await fixture().configMap(name, { ...mark(name), data: { large: 'x' } })
      const accept = (kind: string) => ({ accept: `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json` })
      const labelSelector = `watched=${name}`
      const { headers, body } = await client.ask(path(), { query: { labelSelector }, headers: accept('PartialObjectMetadataList') })
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: expect.any(String) }, items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name } }] })
      expect(body.items[0].data).toBeUndefined()
      const watching = await client.watch(path(), { labelSelector, resourceVersion: '0' }, accept('PartialObjectMetadata'))
      const [event] = await watching.take(1)
      watching.close()
      expect(event).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata', metadata: { name, labels: mark(name).labels } } })
      expect(event?.object.data).toBeUndefined()
    })

    it.for(['', '0'])('begin with all that is there when the resourceVersion is %j', async (resourceVersion) => {
      const name = fixture().name('there')
      for (const suffix of ['a', 'b']) await fixture().configMap(`${name}-${suffix}`, mark(name))
      const events = await during({ resourceVersion, labelSelector: `watched=${name}` }, async (watching) => {
        const there = await watching.take(2)
        await fixture().configMap(`${name}-c`, mark(name))
        return [...there.sort((a, b) => (a.object.metadata.name < b.object.metadata.name ? -1 : 1)), ...(await watching.take(1))]
      })
      expect(brief(events)).toEqual([`ADDED ${name}-a`, `ADDED ${name}-b`, `ADDED ${name}-c`])
    })

    it('tell an object that enters a selection as added, one that leaves it as deleted with its last state in it', async () => {
      const { client, name } = { client: fixture().client, name: fixture().name('selected') }
      await fixture().configMap(name, { data: { a: '0' } })
      const resourceVersion = await latest()
      await client.patch(`${path()}/${name}`, { metadata: { labels: { watched: name } }, data: { a: '1' } })
      await client.patch(`${path()}/${name}`, { data: { a: '2' } })
      const left = await client.patch(`${path()}/${name}`, { metadata: { labels: { watched: null } }, data: { a: '3' } })
      await client.patch(`${path()}/${name}`, { data: { a: '4' } })
      await client.patch(`${path()}/${name}`, { metadata: { labels: { watched: name } }, data: { a: '5' } })
      const events = await during({ resourceVersion, labelSelector: `watched=${name}` }, (watching) => watching.take(4))
      expect(events.map(({ type, object }) => `${type} ${object.data.a}`)).toEqual(['ADDED 1', 'MODIFIED 2', 'DELETED 2', 'ADDED 5'])
      expect(events[2]?.object.metadata).toMatchObject({ resourceVersion: left.metadata.resourceVersion, labels: { watched: name } })
    })

    it('can be narrowed to one object by its name', async () => {
      const name = fixture().name('only')
      const resourceVersion = await latest()
      await fixture().configMap(`${name}-another`)
      await fixture().configMap(name)
      const events = await during({ resourceVersion, fieldSelector: `metadata.name=${name}` }, (watching) => watching.take(1))
      expect(brief(events)).toEqual([`ADDED ${name}`])
    })

    it('end at their timeout, after a bookmark where that is allowed', async () => {
      const resourceVersion = await latest()
      const events = await during({ resourceVersion, allowWatchBookmarks: true, timeoutSeconds: 4, labelSelector: 'watched=never' }, async (watching) => {
        await fixture().configMap(fixture().name())
        return watching.rest()
      })
      expect(events.map(({ type }) => type)).toContain('BOOKMARK')
      for (const { type, object } of events) {
        expect(type).toBe('BOOKMARK')
        expect(object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' })
        expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
      }
    })

    it('send no bookmarks unasked', async () => {
      expect(await during({ resourceVersion: await latest(), timeoutSeconds: 3, labelSelector: 'watched=never' }, (watching) => watching.rest())).toEqual([])
    })

    it('stream a list: what is there, a bookmark that says so, then what happens', async () => {
      const name = fixture().name('streamed')
      for (const suffix of ['a', 'b']) await fixture().configMap(`${name}-${suffix}`, mark(name))
      const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true, labelSelector: `watched=${name}` }
      const { initial, end, later } = await during(query, async (watching) => {
        const initial = await watching.take(2)
        const end = await watching.next()
        const { metadata } = await fixture().configMap(`${name}-c`, mark(name))
        return { initial, end, later: { event: await watching.next(), metadata } }
      })
      expect(brief(initial).sort()).toEqual([`ADDED ${name}-a`, `ADDED ${name}-b`])
      expect(end).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } })
      const seen = Math.max(...initial.map(({ object }) => Number(object.metadata.resourceVersion)))
      expect(Number(end?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(seen)
      expect(later.event).toMatchObject({ type: 'ADDED', object: { metadata: { name: `${name}-c`, resourceVersion: later.metadata.resourceVersion } } })
    })

    it('stream an empty list', async () => {
      const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true, labelSelector: 'watched=never' }
      expect(await during(query, (watching) => watching.next())).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } })
    })

    it('from before what the server remembers end with an ERROR event of 410', async () => {
      const { group, plural } = await fixture().define('Memory')
      const watching = await fixture().client.watch(fixture().path(plural, `${group}/v1`), { resourceVersion: 1 })
      const events = await watching.rest()
      expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/) } }])
    })

    it('cover all namespaces where no namespace is named', async () => {
      const name = fixture().name('everywhere')
      const resourceVersion = await latest()
      await fixture().configMap(name, mark(name))
      const watching = await fixture().client.watch('/api/v1/configmaps', { resourceVersion, labelSelector: `watched=${name}` })
      expect(brief(await watching.take(1))).toEqual([`ADDED ${name}`])
      watching.close()
    })
  })
}
