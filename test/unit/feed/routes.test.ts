import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logging.ts'
import { RingChangeFeed } from '../../../src/feed/ring-change-feed.ts'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import type { Change } from '../../../src/model/change.ts'
import type { Json } from '../../../src/model/json.ts'
import { and, or, value, type Predicate } from '../../../src/model/predicate.ts'
import { formatKind } from '../../../src/model/resource.ts'
import { conditionOf } from '../../../src/store/query/plan.ts'
import { nodes, pods } from '../../support/resources.ts'

const open = () => new RingChangeFeed({ cluster: 'test', replaySize: 3, replayBytes: 1e9, logger: silentLogger })
const label = fc.constantFrom<Json | undefined>('a', 'b', '1', 1, true, 'true', null, undefined, ['a'])
const object = fc.record({ name: fc.constantFrom('x', 'y'), namespace: fc.constantFrom('one', 'two'), part: label, tier: label }).map(({ name, namespace, part, tier }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { ...(part === undefined ? {} : { part }), ...(tier === undefined ? {} : { tier }) } as Record<string, string> },
}))
const term = fc.oneof(
  fc.tuple(fc.constantFrom('part', 'tier'), fc.array(fc.constantFrom<Json>('a', 'b', '1', 1, true, null), { minLength: 1, maxLength: 2 })).map(([name, values]) => value(['metadata', 'labels', name], { test: 'in', values })),
  fc.constantFrom('x', 'one', 'two').map((text) => value(['metadata', text === 'x' ? 'name' : 'namespace'], { test: 'in', values: [text] })),
  fc.constant(value(['metadata', 'labels', 'part'], { test: 'text', value: '1', absent: '' })),
)
const predicate: fc.Arbitrary<Predicate> = fc.oneof(fc.array(term, { maxLength: 3 }).map(and), fc.array(term, { minLength: 1, maxLength: 2 }).map(or))

describe('listeners with interests', () => {
  it('are told every change for which their filter holds before or after it, once, and few others', () => {
    let told = 0
    let all = 0
    fc.assert(
      fc.property(fc.array(predicate, { minLength: 1, maxLength: 20 }), fc.array(fc.tuple(object, object, fc.boolean()), { minLength: 1, maxLength: 20 }), (predicates, states) => {
        const feed = open()
        const heard = predicates.map(() => [] as number[])
        predicates.forEach((one, i) => feed.subscribe(({ sequence }) => heard[i]?.push(sequence), new Map([[formatKind(pods), conditionOf(one)]])))
        const changes: Change[] = []
        feed.subscribe((change) => changes.push(change))
        for (const [before, after, isNew] of states) feed.publish(isNew ? { type: 'ADDED', resource: pods, object: after, bytes: 0 } : { type: 'MODIFIED', resource: pods, object: after, oldObject: before, bytes: 0 })
        predicates.forEach((one, i) => {
          const holds = compilePredicate(one)
          const wanted = changes.filter((change) => holds(change.object) || (change.oldObject !== undefined && holds(change.oldObject)))
          expect(heard[i]).toEqual(expect.arrayContaining(wanted.map(({ sequence }) => sequence)))
          expect(new Set(heard[i]).size).toBe(heard[i]?.length)
          told += heard[i]?.length ?? 0
          all += changes.length
        })
      }),
      { numRuns: 500 },
    )
    expect(told).toBeLessThan(all * 0.8)
  })

  it('are told nothing of other kinds, nor anything once they have left, whoever else stays', () => {
    const feed = open()
    const told: string[] = []
    const interests = new Map([[formatKind(pods), { path: ['metadata', 'name'], texts: new Set(['x']) }]])
    const leave = [1, 2].map((n) => feed.subscribe(() => told.push(`some ${n}`), interests))
    const leaveAll = feed.subscribe(() => told.push('all pods'), new Map([[formatKind(pods), undefined]]))
    const publish = (resource: typeof pods) => feed.publish({ type: 'ADDED', resource, object: { apiVersion: 'v1', kind: resource.kind, metadata: { name: 'x' } }, bytes: 0 })
    publish(nodes)
    expect(told.splice(0)).toEqual([])
    publish(pods)
    expect(told.splice(0)).toEqual(['all pods', 'some 1', 'some 2'])
    leave[0]?.()
    leave[0]?.()
    publish(pods)
    expect(told.splice(0)).toEqual(['all pods', 'some 2'])
    leave[1]?.()
    leaveAll()
    publish(pods)
    expect(told).toEqual([])
  })
})

it('every so many changes, counted from when it came, each is told', () => {
  const feed = open()
  const told: string[] = []
  const publish = () => feed.publish({ type: 'ADDED', resource: pods, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }, bytes: 0 })
  feed.subscribe(({ sequence }) => told.push(`all ${sequence}`))
  publish()
  const leave = feed.every(3, ({ sequence }) => told.push(`third ${sequence}`))
  publish()
  feed.every(3, ({ sequence }) => told.push(`later ${sequence}`))
  for (let i = 0; i < 4; i += 1) publish()
  leave()
  for (let i = 0; i < 3; i += 1) publish()
  expect(told.filter((one) => !one.startsWith('all'))).toEqual(['third 4', 'later 5', 'later 8'])
  expect(told.indexOf('third 4')).toBe(told.indexOf('all 4') + 1)
})
