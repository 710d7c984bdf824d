import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSeeing } from '../../../src/access/scope.ts'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import type { Json } from '../../../src/model/json.ts'
import { keyOf, type KubeObject } from '../../../src/model/object.ts'
import { value, type Path } from '../../../src/model/predicate.ts'
import type { Entry } from '../../../src/store/entry.ts'
import { FieldIndexes, type IndexPolicy } from '../../../src/store/field-indexes.ts'
import { createStore } from '../../../src/store/store.ts'
import { pods } from '../../support/resources.ts'

const eager: IndexPolicy = { minObjects: 0, asks: 1, max: 2, idleMs: 60_000 }
const app: Path = ['metadata', 'labels', 'app']
const node: Path = ['spec', 'nodeName']
const port: Path = ['spec', 'port']

function pod(name: string, resourceVersion: number, more: { readonly app?: string | undefined; readonly spec?: Json | undefined } = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: String(resourceVersion), ...(more.app === undefined ? {} : { labels: { app: more.app } }) },
    ...(more.spec === undefined ? {} : { spec: more.spec }),
  }
}

function entriesOf(objects: readonly KubeObject[]): Map<string, Entry> {
  return new Map(objects.map((object) => [keyOf(object), { key: keyOf(object), namespace: 'shop', name: object.metadata.name, object, bytes: 0 }]))
}

describe('indexes of the fields that are asked for', () => {
  it('answer what a search would, whatever is written while they are built and after', async () => {
    const write = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      app: fc.option(fc.constantFrom('web', 'db'), { nil: undefined }),
      spec: fc.option(fc.record({ nodeName: fc.constantFrom<Json>('n1', 'n2', 3, null), port: fc.constantFrom<Json>(80, '80', true, [80]) }, { requiredKeys: [] }), { nil: undefined }),
      action: fc.constantFrom('put', 'put', 'remove', 'ask', 'let it build'),
    })
    const questions: readonly [Path, Json][] = [[app, 'web'], [node, 'n1'], [node, 3], [port, 80], [port, '80'], [port, true], [port, [80]]]
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 40 }), fc.shuffledSubarray([...questions]), async (writes, asked) => {
        const store = createStore('test', { resource: pods, publish: () => undefined, freeze: true, indexes: eager })
        const lister = store.lister(allSeeing)
        const truth = new Map<string, KubeObject>()
        const check = () => {
          for (const [path, wanted] of asked) {
            const predicate = value(path, { test: 'in', values: [wanted] })
            const expected = [...truth.values()].filter(compilePredicate(predicate)).map(keyOf).toSorted()
            expect(lister.select(predicate).map(keyOf)).toEqual(expected)
            expect(lister.count(predicate)).toBe(expected.length)
          }
        }
        for (const [i, { name, action, ...more }] of writes.entries()) {
          const object = pod(name, i + 1, more)
          if (action === 'put') {
            truth.set(keyOf(object), object)
            store.writer.put(object)
          } else if (action === 'remove') {
            truth.delete(keyOf(object))
            store.writer.remove(object)
          } else if (action === 'ask') check()
          else await setImmediate()
        }
        check()
      }),
    )
  })

  it('are built when a field was asked for often enough, and given only when they are complete', async () => {
    const indexes = new FieldIndexes(entriesOf([pod('a', 1, { app: 'web' }), pod('b', 1)]), { ...eager, asks: 2 })
    expect(indexes.ask(app)).toBeUndefined()
    await setImmediate()
    expect(indexes.ask(app)).toBeUndefined()
    await setImmediate()
    expect(indexes.ask(app)?.get('web').map(({ name }) => name)).toEqual(['a'])
  })

  it('are not built for a kind that is searched through as fast', async () => {
    const indexes = new FieldIndexes(entriesOf([pod('a', 1)]), { ...eager, minObjects: 2 })
    indexes.ask(app)
    await setImmediate()
    expect(indexes.ask(app)).toBeUndefined()
  })

  it('are at most so many, those of the fields asked for last', async () => {
    const indexes = new FieldIndexes(entriesOf([pod('a', 1)]), eager)
    for (const path of [app, node, app, port]) {
      indexes.ask(path)
      await setImmediate()
    }
    expect([app, port].map((path) => indexes.ask(path) !== undefined)).toEqual([true, true])
    expect(indexes.ask(node)).toBeUndefined()
  })

  it('are dropped when nobody asks for them any more', async () => {
    const entries = entriesOf([pod('a', 1)])
    const indexes = new FieldIndexes(entries, { ...eager, idleMs: 0 })
    indexes.ask(app)
    await setImmediate()
    const [entry] = entries.values()
    for (let i = 0; i < 1024; i += 1) indexes.changed(entry as Entry, pod('a', 1))
    expect(indexes.ask(app)).toBeUndefined()
  })
})
