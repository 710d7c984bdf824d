import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSeeing, type Scope } from '../../../src/access/scope.ts'
import { keyOf, type KubeObject } from '../../../src/model/object.ts'
import { and, not, value, type Predicate } from '../../../src/model/predicate.ts'
import { parseSearch, searchRank } from '../../../src/model/search.ts'
import { cutPage } from '../../../src/store/query/page.ts'
import { prepareRows, selectRows } from '../../../src/store/query/rows.ts'
import type { Entry } from '../../../src/store/entry.ts'
import { Search, type SearchPolicy } from '../../../src/store/search/search.ts'
import { SortedEntries } from '../../../src/store/sorted-entries.ts'
import { createStore } from '../../../src/store/store.ts'
import { pods } from '../../support/resources.ts'

const eager: SearchPolicy = { minObjects: 0, idleMs: 60_000, spare: 10_000 }
const searchFor = (text: string): Predicate => ({ op: 'search', words: parseSearch(text) })

const word = fc.constantFrom('cart', 'card', 'checkout', 'chekout', 'shop', 'web', 'web-1', 'checkout-web', 'Ünit')
const map = fc.option(fc.dictionary(word, word, { maxKeys: 2 }), { nil: undefined })
const metadata = fc.record({ name: word, namespace: fc.constantFrom('shop', 'bank'), labels: map, annotations: map })
const query = fc.array(fc.oneof(word, fc.constantFrom('c', 'ch', 'ec', 'out', 'chcekout', 'shpo', 'ü', '-')), { minLength: 1, maxLength: 2 }).map((words) => words.join(' '))

let version = 0
function object({ labels, annotations, ...named }: { name: string; namespace: string; labels?: Record<string, string> | undefined; annotations?: Record<string, string> | undefined }): KubeObject {
  version += 1
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...named, uid: `${named.namespace}-${named.name}`, resourceVersion: String(version), ...(labels && { labels }), ...(annotations && { annotations }) } }
}

function open(search: SearchPolicy = eager) {
  return createStore('test', { resource: pods, publish: () => undefined, freeze: true, search })
}

describe('a search of a store', () => {
  it.each([
    ['with an index', eager],
    ['without one', { ...eager, minObjects: 1000 }],
    ['with one that is dropped again and again', { ...eager, idleMs: -1, spare: -1000 }],
  ])('%s finds and ranks what reading every object would, whatever is written before, meanwhile and after', async (_how, policy) => {
    const action = fc.oneof(
      { weight: 6, arbitrary: metadata.map((given) => ({ does: 'put' as const, given })) },
      { weight: 2, arbitrary: metadata.map((given) => ({ does: 'remove' as const, given })) },
      { weight: 2, arbitrary: query.map((text) => ({ does: 'prepare' as const, text })) },
      { weight: 1, arbitrary: fc.constant({ does: 'give way' as const }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.array(query, { minLength: 1, maxLength: 4 }), async (actions, queries) => {
        const store = open(policy)
        const [everywhere, inShop] = [store.lister(allSeeing), store.lister({ readableNamespaces: () => new Set(['shop']) } satisfies Scope)]
        const truth = new Map<string, KubeObject>()
        const preparing: Promise<void>[] = []
        const check = () => {
          for (const text of queries) {
            const words = parseSearch(text)
            const expected = [...truth.values()].flatMap((stored) => {
              const rank = searchRank(words, stored)
              return rank === undefined ? [] : [{ key: keyOf(stored), rank }]
            })
            const inOrder = expected.toSorted((a, b) => (a.key < b.key ? -1 : 1))
            const byKey = (lister: typeof everywhere, predicate: Predicate) => lister.ranked(predicate).map((found) => ({ key: keyOf(found.object), rank: found.rank }))
            expect(byKey(everywhere, searchFor(text))).toEqual(inOrder)
            expect(byKey(inShop, searchFor(text))).toEqual(inOrder.filter(({ key }) => key.startsWith('shop/')))
            expect(byKey(everywhere, and([searchFor(text), value(['metadata', 'namespace'], { test: 'in', values: ['bank'] })]))).toEqual(inOrder.filter(({ key }) => key.startsWith('bank/')))
            expect(everywhere.select(searchFor(text)).map(keyOf)).toEqual(inOrder.map(({ key }) => key))
            expect(everywhere.count(searchFor(text))).toBe(inOrder.length)
            expect(everywhere.count(not(searchFor(text)))).toBe(truth.size - inOrder.length)
          }
        }
        for (const step of actions) {
          if (step.does === 'put') {
            const stored = object(step.given)
            truth.set(keyOf(stored), structuredClone(stored))
            store.writer.put(stored)
          } else if (step.does === 'remove') {
            const gone = object(step.given)
            truth.delete(keyOf(gone))
            store.writer.remove(gone)
          } else if (step.does === 'prepare') {
            preparing.push(everywhere.prepare(searchFor(step.text)))
            check()
          } else await setImmediate()
        }
        await Promise.all(preparing)
        await Promise.all(queries.map((text) => everywhere.prepare(searchFor(text))))
        check()
      }),
      { numRuns: 200 },
    )
  })

  it('shows page after page by rank, every object that stayed once, while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(metadata, { minLength: 1, maxLength: 30 }), fc.array(metadata, { maxLength: 8 }), query, fc.integer({ min: 1, max: 4 }), async (before, between, text, size) => {
        const store = open()
        for (const given of before) store.writer.put(object(given))
        const touched = new Set(between.map(({ namespace, name }) => `${namespace}/${name}`))
        const sources = [{ lister: store.lister(allSeeing), predicate: searchFor(text) }]
        await prepareRows(sources)
        const limits = { defaultSize: size, maxSize: size }
        const atFirst = selectRows(sources).toSorted((a, b) => Number(a.rank) - Number(b.rank)).map((row) => keyOf(row.object))
        const shown: string[] = []
        let after: string | null = null
        for (;;) {
          const page = cutPage(selectRows(sources), [{ rankOf: text }], { after }, limits)
          shown.push(...page.rows.map((row) => keyOf(row.object)))
          const last = page.rows.at(-1)
          if (!page.hasNextPage || last === undefined) break
          after = page.cursorOf(last)
          const written = between.pop()
          if (written !== undefined) store.writer.put(object(written))
        }
        const stayed = (keys: readonly string[]) => keys.filter((key) => !touched.has(key))
        expect(stayed(shown)).toEqual(stayed(atFirst))
      }),
    )
  })

  it('refuses the cursor of another search', () => {
    const store = open()
    for (const name of ['a-1', 'a-2']) store.writer.put(object({ name, namespace: 'shop' }))
    const rows = selectRows([{ lister: store.lister(allSeeing), predicate: searchFor('a') }])
    const limits = { defaultSize: 1, maxSize: 1 }
    const page = cutPage(rows, [{ rankOf: 'a' }], {}, limits)
    const after = page.cursorOf(page.rows[0] as (typeof rows)[0])
    expect(() => cutPage(rows, [{ rankOf: 'b' }], { after }, limits)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
  })
})

describe('the index of a search', () => {
  const entriesOf = (count: number): Map<string, Entry> =>
    new Map(
      Array.from({ length: count }, (_, i) => {
        const stored = object({ name: `pod-${i}`, namespace: 'shop', labels: { number: `n${i}` } })
        return [keyOf(stored), { key: keyOf(stored), namespace: 'shop', name: stored.metadata.name, object: stored, bytes: 0 }]
      }),
    )
  const words = parseSearch('pod')
  const searchOf = (entries: Map<string, Entry>, policy: SearchPolicy) => {
    const sorted = new SortedEntries()
    for (const entry of entries.values()) sorted.add(entry)
    return new Search(entries, sorted, policy)
  }

  it('is built when it is first needed, letting others go on meanwhile', async () => {
    const search = searchOf(entriesOf(30_000), eager)
    expect(search.find(words)).toBeUndefined()
    let rounds = 0
    const count = setInterval(() => (rounds += 1), 1)
    await search.prepare(words)
    clearInterval(count)
    expect(rounds).toBeGreaterThan(3)
    expect(search.find(words)?.size).toBe(30_000)
  })

  it('is not built for a kind that is read through as fast', async () => {
    const search = searchOf(entriesOf(9), { ...eager, minObjects: 10 })
    await search.prepare(words)
    expect(search.find(words)).toBeUndefined()
  })

  it('is dropped with the first write after nobody asked for some time', async () => {
    const entries = entriesOf(10)
    const search = searchOf(entries, { ...eager, idleMs: -1 })
    await search.prepare(words)
    expect(search.find(words)?.size).toBe(10)
    const [entry] = entries.values()
    search.changed(entry as Entry, (entry as Entry).object)
    expect(search.find(words)).toBeUndefined()
  })

  it('is dropped when most of what it holds is of the past, and built anew when asked again', async () => {
    const entries = entriesOf(10)
    const search = searchOf(entries, { ...eager, spare: 0 })
    await search.prepare(words)
    const [entry] = entries.values() as Iterable<Entry> as [Entry]
    for (let i = 0; i < 100 && search.find(words) !== undefined; i += 1) {
      const before = entry.object
      entry.object = object({ name: 'pod-0', namespace: 'shop', labels: { changed: `c${i}` } })
      search.changed(entry, before)
    }
    expect(search.find(words)).toBeUndefined()
    await search.prepare(words)
    expect(search.find(parseSearch('changed'))?.size).toBe(1)
  })
})
