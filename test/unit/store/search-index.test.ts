import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSeeing } from '../../../src/access/scope.ts'
import { keyOf, type KubeObject } from '../../../src/model/object.ts'
import { searchScore, searchWords } from '../../../src/model/search.ts'
import { and, value } from '../../../src/model/predicate.ts'
import { createStore } from '../../../src/store/store.ts'
import { pods } from '../../support/resources.ts'

const text = fc.constantFrom('checkout', 'chekout', 'web-checkout-7d9f', 'orders', 'order', 'payments.example.com/kind', 'Gold', 'a', 'straße', '')
const question = fc.array(fc.constantFrom('checkout', 'chekcout', 'chec', 'order', 'ordres', 'kind', 'go', 'a', 'nothing', 'strasse'), { minLength: 1, maxLength: 2 }).map((words) => words.join(' '))

describe('the search index', () => {
  it('finds exactly what looking at every object finds, with the same scores, whatever is written', async () => {
    const write = fc.record({ name: text, namespace: text, labels: fc.dictionary(text, text, { maxKeys: 2 }), annotations: fc.dictionary(text, text, { maxKeys: 1 }), action: fc.constantFrom('put', 'put', 'put', 'remove', 'search', 'wait') })
    let found = 0
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 40 }), fc.array(question, { minLength: 1, maxLength: 3 }), async (writes, questions) => {
        const { writer, lister } = open()
        const truth = new Map<string, KubeObject>()
        const check = async () => {
          for (const words of questions.map(searchWords)) {
            const predicate = { op: 'search', words } as const
            await lister.prepare(predicate)
            const expected = [...truth.values()].filter((object) => searchScore(object, words) > 0)
            found += expected.length
            const selected = lister.select(predicate)
            expect(selected.map(keyOf).toSorted()).toEqual(expected.map(keyOf).toSorted())
            for (const object of selected) expect(lister.score(object, words)).toBe(searchScore(object, words))
            const inOrders = and([predicate, value(['metadata', 'namespace'], { test: 'in', values: ['orders'] })])
            expect(lister.count(inOrders)).toBe(expected.filter(({ metadata }) => metadata.namespace === 'orders').length)
          }
        }
        for (const [i, { action, ...metadata }] of writes.entries()) {
          const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, uid: `${metadata.namespace}/${metadata.name}`, resourceVersion: String(i + 1) } }
          if (action === 'put') {
            truth.set(keyOf(object), object)
            writer.put(structuredClone(object))
          } else if (action === 'remove') {
            truth.delete(keyOf(object))
            writer.remove(object)
          } else if (action === 'search') await check()
          else await setImmediate()
        }
        await check()
      }),
    )
    expect(found).toBeGreaterThan(100)
  })

  it('is built anew when writes have worn it, and loses nothing meanwhile', async () => {
    const { writer, lister } = open()
    const put = (i: number, label: string) => writer.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${i % 50}`, namespace: 'shop', uid: `u${i % 50}`, resourceVersion: String(i), labels: { app: label } } })
    for (let i = 1; i <= 50; i += 1) put(i, 'first')
    await lister.prepare({ op: 'search', words: ['first'] })
    for (let i = 51; i <= 6000; i += 1) {
      put(i, `label-${i % 7}`)
      if (i % 1000 === 0) await setImmediate()
    }
    await setImmediate()
    expect(lister.count({ op: 'search', words: ['first'] })).toBe(0)
    expect([0, 1, 2, 3, 4, 5, 6].reduce((sum, i) => sum + lister.count({ op: 'search', words: [`label-${i}`, 'shop'] }), 0)).toBeGreaterThanOrEqual(50)
  })
})

function open() {
  const store = createStore('test', { resource: pods, publish: () => undefined })
  return { writer: store.writer, lister: store.lister(allSeeing) }
}
