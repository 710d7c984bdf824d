import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Backlog } from '../../../src/journal/backlog.ts'
import { maxBatchBytes } from '../../../src/journal/batch-size.ts'
import type { Followed } from '../../../src/journal/followed.ts'
import type { Change } from '../../../src/model/change.ts'

const batchSize = 5
const limits = { maxWaiting: 20, maxWaitingBytes: 4 * maxBatchBytes, batchSize }
const kind = (phase: Followed['phase'] = 'following') => ({ phase, waiting: [] as Change[] }) as unknown as Followed
const change = (bytes: number, sequence = 0) => ({ sequence, bytes }) as Change

describe('changes that wait', () => {
  it('are taken in their order, some at a time, each once, however large they are', () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: maxBatchBytes / 4, max: maxBatchBytes * 2 }))
    fc.assert(
      fc.property(fc.array(fc.array(sizes, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (perKind) => {
        const backlog = new Backlog(limits)
        const kinds = perKind.map(() => kind())
        perKind.forEach((all, at) => all.forEach((bytes, sequence) => backlog.add(kinds[at] as Followed, change(bytes, sequence))))
        const told = kinds.map(() => [] as number[])
        for (let left = backlog.count; left > 0; left = backlog.count) {
          const batch = backlog.batch(kinds)
          const all = batch.flatMap(({ changes }) => changes)
          expect(all.length).toBeLessThanOrEqual(batchSize)
          if (all.length !== 1) expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maxBatchBytes)
          for (const { followed, changes } of batch) {
            told[kinds.indexOf(followed)]?.push(...changes.map(({ sequence }) => sequence))
            backlog.drop(followed, changes.length)
          }
          expect(backlog.count).toBe(left - all.length)
          expect(all.length).toBeGreaterThan(0)
        }
        expect(told).toEqual(perKind.map((all) => all.map((_, sequence) => sequence)))
        expect(backlog.isFull || backlog.isOver).toBe(false)
      }),
    )
  })

  it('are too many by number or by size; the kind that takes the most is the one to give up', () => {
    const backlog = new Backlog(limits)
    const [many, large, comparing] = [kind(), kind(), kind('comparing')]
    for (let i = 0; i < 10; i += 1) backlog.add(many, change(1))
    expect([backlog.isOver, backlog.largest([large, many, comparing])]).toEqual([false, many])
    backlog.add(large, change(4 * maxBatchBytes))
    expect([backlog.isOver, backlog.largest([many, large, comparing])]).toEqual([true, large])
    backlog.drop(large)
    expect([backlog.isOver, backlog.count]).toEqual([false, 10])
    for (let i = 0; i < 11; i += 1) backlog.add(comparing, change(0))
    expect([backlog.isOver, backlog.largest([many, large, comparing])]).toEqual([true, comparing])
    // What is compared is not recorded meanwhile.
    expect(backlog.batch([comparing, many]).map(({ followed }) => followed)).toEqual([many])
  })
})
