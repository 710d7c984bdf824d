import { describe, expect, it } from 'vitest'
import { allSeeing, type Scope } from '../../../src/access/scope.ts'
import type { KubeObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { relationsWith } from '../../../src/relations/configured.ts'
import { Follower } from '../../../src/relations/follow.ts'
import { createStore } from '../../../src/store/store.ts'

const resource = (kind: string, plural: string, namespaced: boolean, group = ''): Resource => ({ group, version: 'v1', kind, plural, namespaced, preferred: true, verbs: ['list', 'watch'] }) as unknown as Resource
const resources = [resource('Pod', 'pods', true), resource('Node', 'nodes', false), resource('Service', 'services', true), resource('ConfigMap', 'configmaps', true), resource('Link', 'links', true, 'example.com')]

/** Links join objects of any namespaces. */
const relations = relationsWith([{ name: 'targets', from: { group: 'example.com', kind: 'Link' }, to: { group: '', kind: 'ConfigMap' }, inverse: 'links', many: true, via: { by: 'reference', path: 'spec.targets[*]' } }])

function open(objects: readonly (Partial<KubeObject> & { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> } })[], scope: Scope) {
  const stores = new Map(resources.map((one) => [one.kind, createStore('test', { resource: one, publish: () => undefined })]))
  for (const [index, object] of objects.entries())
    stores.get(object.kind)?.writer.put({ apiVersion: 'v1', ...object, metadata: { uid: `uid-${index}`, resourceVersion: String(index + 1), ...object.metadata } })
  const listers = new Map([...stores].map(([kind, store]) => [kind, store.lister(scope)]))
  const follower = new Follower(relations, ({ kind }) => {
    const lister = listers.get(kind)
    return lister === undefined ? { status: 'NOT_WATCHED' } : { lister, complete: true }
  })
  /** What a relation of an object leads to, as one sees it who sees all of the first object. */
  return async (kind: string, namespace: string | undefined, name: string, relation: string) => {
    const lister = stores.get(kind)?.lister(allSeeing)
    const object = lister?.get(namespace, name)
    const end = lister && relations.find(lister.resource, relation)
    if (lister === undefined || object === undefined || end === undefined) throw new Error(`No ${kind} ${name}, or no ${relation}.`)
    const row = { lister, object }
    await follower.prepare(end, row)
    return { all: follower.all(end, row).map(({ object: { metadata } }) => `${metadata.namespace ?? ''}/${metadata.name}`), each: follower.each(end, row).map(({ status }) => status), one: follower.one(end, row)?.status }
  }
}

const within = (...namespaces: string[]): Scope => ({ readableNamespaces: () => new Set(namespaces) })

describe('one who may read some namespaces only', () => {
  const objects = [
    { kind: 'Node', metadata: { name: 'n1' } },
    { kind: 'Pod', metadata: { name: 'a', namespace: 'mine', labels: { app: 'web' } }, spec: { nodeName: 'n1' } },
    { kind: 'Pod', metadata: { name: 'b', namespace: 'theirs', labels: { app: 'web' } }, spec: { nodeName: 'n1' } },
    { kind: 'Service', metadata: { name: 'web', namespace: 'theirs' }, spec: { selector: { app: 'web' } } },
    { kind: 'ConfigMap', metadata: { name: 'here', namespace: 'mine' } },
    { kind: 'ConfigMap', metadata: { name: 'there', namespace: 'theirs' } },
    { kind: 'Link', metadata: { name: 'link', namespace: 'mine' }, spec: { targets: ['here', 'nowhere', { name: 'there', namespace: 'theirs' }, { name: 'nowhere', namespace: 'theirs' }] } },
    { kind: 'Link', metadata: { name: 'other', namespace: 'theirs' }, spec: { targets: [{ name: 'here', namespace: 'mine' }] } },
  ]

  it('is not told whether what is referred to elsewhere is there', async () => {
    const follow = open(objects, within('mine'))
    expect(await follow('Pod', 'mine', 'a', 'node')).toMatchObject({ one: 'FORBIDDEN' })
    expect(await follow('Link', 'mine', 'link', 'targets')).toMatchObject({ all: ['mine/here'], each: ['FOUND', 'MISSING', 'FORBIDDEN', 'FORBIDDEN'] })
  })

  it('finds from the other end only what lies there, whichever index it comes from', async () => {
    const follow = open(objects, within('mine'))
    expect((await follow('Node', undefined, 'n1', 'pods')).all).toEqual(['mine/a'])
    expect((await follow('Service', 'theirs', 'web', 'pods')).all).toEqual([])
    expect((await follow('ConfigMap', 'mine', 'here', 'links')).all).toEqual(['mine/link'])
  })

  it('is told all that another one is who may read everything', async () => {
    const follow = open(objects, allSeeing)
    expect((await follow('Node', undefined, 'n1', 'pods')).all).toEqual(['mine/a', 'theirs/b'])
    expect((await follow('Service', 'theirs', 'web', 'pods')).all).toEqual(['theirs/b'])
    expect((await follow('ConfigMap', 'mine', 'here', 'links')).all).toEqual(['mine/link', 'theirs/other'])
    expect(await follow('Link', 'mine', 'link', 'targets')).toMatchObject({ all: ['mine/here', 'theirs/there'], each: ['FOUND', 'MISSING', 'FOUND', 'MISSING'] })
  })
})
