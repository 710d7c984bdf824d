import { describe, expect, it } from 'vitest'
import { matcherOf } from '../../../src/delivery/matcher.ts'
import type { JournalEvent } from '../../../src/journal/event.ts'
import type { KubeObject } from '../../../src/model/object.ts'
import type { SinkFilter } from '../../../src/model/sink.ts'

const limits = { maxTerms: 100, maxDepth: 10 }
const kind = { group: '', version: 'v1', kind: 'Pod' }
const object = (spec: Record<string, string>, namespace = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace, uid: 'u', labels: { app: 'web' } }, spec })
const event = (type: JournalEvent['type'], now: KubeObject, before?: KubeObject): JournalEvent => ({ id: 'e', cluster: 'c', kind, uid: 'u', sequence: 1, type, finalStateUnknown: false, observedAt: 0, object: now, ...(before === undefined ? {} : { oldObject: before }) })
const on = object({ on: 'yes' })
const off = object({ on: 'no' })
const filter: SinkFilter = { where: { path: 'spec.on', eq: 'yes' } }

describe('a filter', () => {
  it.each([
    ['ADDED', on, undefined, { type: 'ADDED' }],
    ['ADDED', off, undefined, undefined],
    ['MODIFIED', on, on, { type: 'MODIFIED' }],
    ['MODIFIED', on, off, { type: 'ADDED', reason: 'MATCHED' }],
    ['MODIFIED', off, on, { type: 'DELETED', reason: 'UNMATCHED' }],
    ['MODIFIED', off, off, undefined],
    ['DELETED', on, on, { type: 'DELETED' }],
    ['DELETED', off, on, { type: 'DELETED' }],
    ['DELETED', on, off, undefined],
  ] as const)('shows one who sees only what matches %s', (type, now, before, told) => {
    expect(matcherOf(filter, 'cloudevents', limits).match(event(type, now, before))).toEqual(told)
  })

  it.each([
    ['MODIFIED', on, off, { type: 'MODIFIED' }],
    ['MODIFIED', off, on, undefined],
    ['DELETED', on, off, { type: 'DELETED' }],
  ] as const)('judges the new state alone in the payload of k8s-generic-watcher: %s', (type, now, before, told) => {
    expect(matcherOf(filter, 'grw', limits).match(event(type, now, before))).toEqual(told)
  })

  it('takes types as the sink is told them', () => {
    const matcher = matcherOf({ ...filter, types: ['DELETED'] }, 'cloudevents', limits)
    const match = (one: JournalEvent) => matcher.match(one)
    expect(match(event('MODIFIED', off, on))).toEqual({ type: 'DELETED', reason: 'UNMATCHED' })
    expect(match(event('MODIFIED', on, on))).toBeUndefined()
  })

  it('tells of changes of some paths alone, and of whatever begins and ends', () => {
    const matcher = matcherOf({ changedPaths: ['spec.on'] }, 'cloudevents', limits)
    const match = (one: JournalEvent) => matcher.match(one)
    expect(match(event('MODIFIED', object({ on: 'yes', other: '1' }), on))).toBeUndefined()
    expect(match(event('MODIFIED', on, off))).toEqual({ type: 'MODIFIED' })
    expect(match(event('DELETED', on, on))).toEqual({ type: 'DELETED' })
  })

  it('needs all of namespaces, labels and kinds', () => {
    const matcher = matcherOf({ kinds: [{ group: '', kind: 'Pod' }], namespaces: ['shop'], labelSelector: 'app in (web)' }, 'cloudevents', limits)
    expect(matcher.match(event('ADDED', on))).toEqual({ type: 'ADDED' })
    expect(matcher.match(event('ADDED', object({}, 'elsewhere')))).toBeUndefined()
    expect([matcher.wants(kind), matcher.wants({ ...kind, kind: 'Node' })]).toEqual([true, false])
    expect(matcherOf({ kinds: [{ group: '', kind: 'Pod', version: 'v2' }] }, 'grw', limits).wants(kind)).toBe(false)
  })

  it('follows no relations', () => {
    expect(() => matcherOf({ where: { relation: 'pods', some: {} } }, 'cloudevents', limits)).toThrow(expect.objectContaining({ code: 'INVALID_FILTER' }))
  })
})
