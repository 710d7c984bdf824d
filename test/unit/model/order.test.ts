import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/model/json.ts'
import { compareOrderKeys, isOrderKey, orderKey, type OrderKey } from '../../../src/model/order.ts'
import { json } from './predicates.ts'

const key = fc.oneof(json, fc.string({ maxLength: 600 })).map(orderKey)
const ascending = (a: OrderKey, b: OrderKey) => compareOrderKeys(a, b, false)
const descending = (a: OrderKey, b: OrderKey) => compareOrderKeys(a, b, true)

describe('the order of values', () => {
  it('goes from booleans over numbers and text to lists and objects, and ends with what is missing', () => {
    const inOrder: Json[] = [false, true, -1, 0, 1.5, 10, '', 'B', 'a', 'b', [1], [2], { a: 1 }, null]
    const sorted = inOrder.toReversed().map(orderKey).toSorted(ascending)
    expect(sorted).toEqual(inOrder.map(orderKey))
    expect(inOrder.map(orderKey).toSorted(descending)).toEqual([...inOrder.slice(0, -1).toReversed(), null].map(orderKey))
  })

  it('is total', () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        for (const compare of [ascending, descending]) {
          expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0)
          expect(compare(a, a)).toBe(0)
          if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is the same after a key was written into a cursor, which stays small', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const back = JSON.parse(JSON.stringify(a)) as OrderKey
        expect(isOrderKey(back)).toBe(true)
        expect(ascending(back, a)).toBe(0)
        expect(Math.sign(ascending(back, b))).toBe(Math.sign(ascending(a, b)))
        expect(JSON.stringify(a).length).toBeLessThan(256 * 6 + 4)
      }),
      { numRuns: 1000 },
    )
  })
})
