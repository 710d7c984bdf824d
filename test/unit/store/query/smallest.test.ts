import fc from 'fast-check'
import { expect, it } from 'vitest'
import { smallest } from '../../../../src/store/query/smallest.ts'

it('finds the smallest of many in order, as sorting them all would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 300 }), fc.integer({ min: -1, max: 320 }), (numbers, size) => {
      expect(smallest(numbers, size, (a, b) => a - b)).toEqual(numbers.toSorted((a, b) => a - b).slice(0, Math.max(0, size)))
    }),
    { numRuns: 500 },
  )
})

it('compares most of many items once when few are wanted', () => {
  let comparisons = 0
  const numbers = Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003)
  expect(smallest(numbers, 3, (a, b) => ((comparisons += 1), a - b))).toEqual([0, 1, 2])
  expect(comparisons).toBeLessThan(101_000)
})
