import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

export function lists(fixture: () => Fixture): void {
  describe('lists', () => {
    let labelSelector: string
    let labels: { readonly list: string }
    const page = (query: Readonly<Record<string, string | number>>): Promise<Document> => fixture().client.get(fixture().path('configmaps'), query)
    const namesOf = ({ items }: Document): string[] => items.map(({ metadata }: Document) => metadata.name)
    const make = (name: string) => fixture().configMap(`${labels.list}-${name}`, { labels })

    beforeAll(async () => {
      labels = { list: fixture().name('list') }
      labelSelector = `list=${labels.list}`
      for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name)
    })

    it('name their kind once, and not in every item', async () => {
      const list = await page({ labelSelector })
      expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } })
      expect(list.items).toHaveLength(5)
      for (const item of list.items) expect(Object.keys(item)).not.toContain('kind')
    })

    it('are as new as the latest write', async () => {
      const { metadata } = await make('newest')
      const list = await page({ labelSelector })
      expect(Number(list.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(metadata.resourceVersion))
      expect(namesOf(list)).toContain(metadata.name)
      await fixture().client.delete(`${fixture().path('configmaps')}/${metadata.name}`)
    })

    it('come in pages that show one moment, whatever is written in between', async () => {
      const first = await page({ labelSelector, limit: 2 })
      expect(namesOf(first)).toEqual([`${labels.list}-a`, `${labels.list}-b`])
      await make('cc')
      await fixture().client.delete(`${fixture().path('configmaps')}/${labels.list}-d`)
      await fixture().client.patch(`${fixture().path('configmaps')}/${labels.list}-e`, { data: { changed: 'yes' } })
      const second = await page({ labelSelector, limit: 2, continue: first.metadata.continue })
      const third = await page({ labelSelector, limit: 2, continue: second.metadata.continue })
      expect([...namesOf(second), ...namesOf(third)]).toEqual(['c', 'd', 'e'].map((name) => `${labels.list}-${name}`))
      expect(third.items[0].data).toBeUndefined()
      expect(third.metadata.continue).toBeUndefined()
      expect([second.metadata.resourceVersion, third.metadata.resourceVersion]).toEqual([first.metadata.resourceVersion, first.metadata.resourceVersion])
      expect(namesOf(await page({ labelSelector }))).toEqual(['a', 'b', 'c', 'cc', 'e'].map((name) => `${labels.list}-${name}`))
    })

    it('say how many remain, but not under a selector', async () => {
      const { items } = await page({})
      const first = await page({ limit: 2 })
      expect(first.metadata.remainingItemCount).toBe(items.length - 2)
      const selected = await page({ limit: 2, labelSelector })
      expect(selected.metadata.continue).not.toBeUndefined()
      expect(selected.metadata.remainingItemCount).toBeUndefined()
    })

    it('take no resourceVersion beside a continue token', async () => {
      const { metadata } = await page({ limit: 1 })
      const { status } = await fixture().client.ask(fixture().path('configmaps'), { query: { limit: 1, continue: metadata.continue, resourceVersion: metadata.resourceVersion } })
      expect(status).toBe(400)
    })

    it('show the past where exactly that is asked for', async () => {
      const { metadata: made } = await make('past')
      await fixture().client.delete(`${fixture().path('configmaps')}/${made.name}`)
      const past = await page({ labelSelector, resourceVersion: made.resourceVersion, resourceVersionMatch: 'Exact' })
      expect(past.metadata.resourceVersion).toBe(made.resourceVersion)
      expect(namesOf(past)).toContain(made.name)
      expect(namesOf(await page({ labelSelector, resourceVersion: made.resourceVersion, resourceVersionMatch: 'NotOlderThan' }))).not.toContain(made.name)
      expect(namesOf(await page({ labelSelector, resourceVersion: 0 })).length).toBeGreaterThan(0)
    })

    it('say that they are behind when asked for the future', async () => {
      const { status, body } = await fixture().client.ask(fixture().path('configmaps'), { query: { resourceVersion: 99_999_999, resourceVersionMatch: 'NotOlderThan' } })
      expect({ status, body }).toMatchObject({ status: 504, body: { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } } })
    })

    it('of a namespace that is not there are empty', async () => {
      expect((await fixture().client.get('/api/v1/namespaces/nope-nope/configmaps')).items).toEqual([])
    })

    it('of all namespaces come in the order of namespace and name', async () => {
      const { items } = await fixture().client.get('/api/v1/configmaps')
      const keys: string[] = items.map(({ metadata }: Document) => `${metadata.namespace}/${metadata.name}`)
      expect(keys).toEqual([...keys].sort())
    })
  })
}
