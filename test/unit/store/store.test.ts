import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSeeing } from '../../../src/access/scope.ts'
import { everything } from '../../../src/model/predicate.ts'
import { keyOf, type KubeObject } from '../../../src/model/object.ts'
import { parseLabelSelector } from '../../../src/model/label-selector.ts'
import type { KeyIndex } from '../../../src/store/key-indexes.ts'
import { createStore } from '../../../src/store/store.ts'
import type { ChangeDraft } from '../../../src/store/store-writer.ts'
import { pods } from '../../support/resources.ts'

function pod(name: string, resourceVersion: number, more: { uid?: string; namespace?: string; labels?: Record<string, string>; owner?: string } = {}): KubeObject {
  const { uid = `uid-${name}`, namespace = 'shop', labels, owner } = more
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(resourceVersion),
      ...(labels === undefined ? {} : { labels }),
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner }] }),
    },
  }
}

function open() {
  const changes: ChangeDraft[] = []
  const store = createStore('test', { resource: pods, publish: (change) => changes.push(change), freeze: true })
  const lister = store.lister(allSeeing)
  return { store, lister, writer: store.writer, told: () => changes.splice(0).map((change) => `${change.type} ${change.object.metadata.name}@${change.object.metadata.resourceVersion}`) }
}

describe('a revision', () => {
  it('is another one for what a write changed, and the same for everything else', () => {
    const { writer, lister } = open()
    writer.put(pod('a', 1))
    const states = () => [lister.revision(), lister.revision('shop'), lister.revision('lab')] as const
    const [whole, shop, lab] = states()
    writer.put(pod('a', 1))
    expect(states()).toEqual([whole, shop, lab])
    writer.put(pod('b', 2, { namespace: 'lab' }))
    const after = states()
    expect(after[0]).not.toBe(whole)
    expect(after[1]).toBe(shop)
    expect(after[2]).not.toBe(lab)
    writer.remove(pod('b', 3, { namespace: 'lab' }))
    expect(lister.revision()).not.toBe(after[0])
    expect(lister.revision('lab')).toBe(lab)
    writer.put(pod('a', 4))
    expect(lister.revision('shop')).not.toBe(shop)
  })

  it('is another one in another store, after everything was forgotten, and for who may read something else', () => {
    const { store, writer, lister } = open()
    writer.put(pod('a', 1))
    const seen = new Set([lister.revision()])
    const isNew = (revision: string) => !seen.has(revision) && seen.add(revision)
    const readers = [['shop'], ['shop', 'lab']].map((namespaces) => store.lister({ readableNamespaces: () => new Set(namespaces) }))
    for (const reader of readers) expect(isNew(reader.revision())).toBeTruthy()
    expect(new Set(readers.map((reader) => reader.revision('shop'))).size).toBe(1)
    store.discard()
    writer.put(pod('a', 1))
    expect(isNew(lister.revision())).toBeTruthy()
    const other = open()
    other.writer.put(pod('a', 1))
    expect(isNew(other.lister.revision())).toBeTruthy()
  })
})

describe('writing', () => {
  it('publishes what changed, once, with the state before', () => {
    const changes: ChangeDraft[] = []
    const { writer } = createStore('test', { resource: pods, publish: (change) => changes.push(change) })
    const first = pod('a', 1)
    const second = pod('a', 2)
    writer.put(first, 100)
    writer.put(first, 100)
    writer.put(second, 120)
    writer.remove(second)
    expect(changes).toEqual([
      { type: 'ADDED', resource: pods, object: first, bytes: 100 },
      { type: 'MODIFIED', resource: pods, object: second, oldObject: first, bytes: 120 },
      { type: 'DELETED', resource: pods, object: second, oldObject: second, bytes: 120 },
    ])
  })

  it('shows a change in the store before it is published', () => {
    let seen: unknown
    const store = createStore('test', { resource: pods, publish: () => (seen = store.lister(allSeeing).get('shop', 'a')) })
    store.writer.put(pod('a', 1))
    expect(seen).toEqual(pod('a', 1))
  })

  it('ignores repeated and outdated events', () => {
    const { writer, told } = open()
    writer.put(pod('a', 5))
    writer.put(pod('a', 4))
    writer.remove(pod('a', 6))
    writer.remove(pod('a', 6))
    expect(told()).toEqual(['ADDED a@5', 'DELETED a@6'])
  })

  it('tells an object deleted and created again under one name from a changed one', () => {
    const { writer, told } = open()
    writer.put(pod('a', 1, { uid: 'first' }))
    writer.put(pod('a', 9, { uid: 'second' }))
    writer.remove(pod('a', 5, { uid: 'first' }))
    expect(told()).toEqual(['ADDED a@1', 'DELETED a@1', 'ADDED a@9'])
  })

  it('compares a new list with the cache and deletes only what the complete list lacks', () => {
    const { writer, lister, told } = open()
    for (const name of ['a', 'b', 'c']) writer.put(pod(name, 1))
    told()
    const abandoned = writer.replace()
    abandoned.put(pod('a', 1))
    const complete = writer.replace()
    complete.put(pod('b', 7))
    complete.put(pod('d', 8))
    complete.put(pod('c', 1))
    expect(lister.count(everything)).toBe(4)
    complete.commit()
    expect(told()).toEqual(['MODIFIED b@7', 'ADDED d@8', 'DELETED a@1'])
  })

  it('freezes what it stores when told to, so that no reader can corrupt the cache', () => {
    const { writer, lister } = open()
    writer.put(pod('a', 1, { labels: { app: 'x' } }))
    expect(() => {
      const labels = lister.get('shop', 'a')?.metadata.labels as Record<string, string>
      labels['app'] = 'y'
    }).toThrow(TypeError)
  })
})

const byOwner: KeyIndex = { name: 'owner', keysOf: ({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid) ?? [], partOf: ({ metadata }) => metadata.ownerReferences }

describe('reading', () => {
  it('gives only what the scope reaches', () => {
    const { store, writer } = open()
    writer.put(pod('a', 1, { namespace: 'mine', owner: 'o' }))
    writer.put(pod('b', 2, { namespace: 'theirs', owner: 'o' }))
    const scoped = store.lister({ readableNamespaces: () => new Set(['mine']) })
    expect(scoped.select(everything).map(keyOf)).toEqual(['mine/a'])
    expect(scoped.count(everything)).toBe(1)
    expect(scoped.get('theirs', 'b')).toBeUndefined()
    expect(scoped.byUid('uid-b')).toBeUndefined()
    expect(scoped.byKey(byOwner, 'o').map(keyOf)).toEqual(['mine/a'])
  })

  it('answers from its indexes what a scan would, after any writes', () => {
    const write = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'a-b', 'a.b', 'd'),
      namespace: fc.constantFrom('one', 'two', 'one-x'),
      app: fc.option(fc.constantFrom('web', 'db', '')),
      owner: fc.constantFrom('o1', 'o2'),
      action: fc.constantFrom('put', 'put', 'remove', 'read'),
    })
    const selectors = ['app=web', 'app!=web', 'app', '!app', 'app in (web,db)', 'app=']
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
        const { writer, lister } = open()
        const truth = new Map<string, KubeObject>()
        writes.forEach(({ name, namespace, app, owner, action }, i) => {
          const object = pod(name, i + 1, { uid: `${namespace}-${name}`, namespace, owner, ...(app === null ? {} : { labels: { app } }) })
          if (action === 'put') {
            writer.put(object)
            truth.set(keyOf(object), object)
          } else if (action === 'remove') {
            writer.remove(object)
            truth.delete(keyOf(object))
          } else {
            lister.select(parseLabelSelector('app=web'))
            void lister.prepareKeys(byOwner)
          }
        })
        const sorted = [...truth.values()].toSorted((a, b) =>
          order(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || order(a.metadata.name, b.metadata.name),
        )
        expect(lister.select(everything)).toEqual(sorted)
        for (const selector of selectors) {
          const expected = sorted.filter((object) => matches(selector, object.metadata.labels?.['app']))
          expect(lister.select(parseLabelSelector(selector)), selector).toEqual(expected)
          expect(lister.count(parseLabelSelector(selector)), selector).toBe(expected.length)
        }
        expect(lister.byKey(byOwner, 'o1')).toEqual(sorted.filter((object) => object.metadata.ownerReferences?.[0]?.uid === 'o1'))
        for (const object of sorted) expect(lister.byUid(object.metadata.uid ?? '')).toBe(object)
      }),
    )
  })
})

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function matches(selector: string, app: string | undefined): boolean {
  switch (selector) {
    case 'app=web':
      return app === 'web'
    case 'app!=web':
      return app !== 'web'
    case 'app':
      return app !== undefined
    case '!app':
      return app === undefined
    case 'app=':
      return app === ''
    default:
      return app === 'web' || app === 'db'
  }
}
