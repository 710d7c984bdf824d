import { expect, it } from 'vitest'
import { Fitting } from '../../../src/delivery/fitting.ts'
import type { Delivery } from '../../../src/delivery/payload.ts'

const of = (letters: number) => [{ object: 'x'.repeat(letters), oldObject: null } as unknown as Delivery]

/** Has been told of deliveries of this size often enough to know it. */
function knowing(fitting: Fitting, letters: number): Fitting {
  for (let i = 0; i < 30; i += 1) fitting.took(of(letters))
  return fitting
}

it('a sink with small deliveries has as many lanes in hand as its requests want', () => {
  const fitting = knowing(new Fitting(new Set()), 500)
  expect([fitting.lanes(10, false), fitting.lanes(10, true)]).toEqual([120, 240])
})

it('large ones are fewer, and fewer still the more sinks have some in hand; each may have one', () => {
  const busy = new Set<Fitting>()
  const first = knowing(new Fitting(busy), 2 ** 20 - 1000)
  expect(first.lanes(10, false)).toBe(16)
  const others = Array.from({ length: 99 }, () => new Fitting(busy))
  expect(others[0]?.lanes(10, false)).toBe(4)
  for (const other of others) knowing(other, 2 ** 20 - 1000)
  expect([first, ...others].map((one) => one.lanes(10, false))).toEqual(Array.from({ length: 100 }, () => 1))
  for (const other of others) other.rests()
  expect(first.lanes(10, false)).toBe(16)
})
