import { expect, it } from 'vitest'
import { Fitting } from '../../../src/delivery/fitting.ts'

const of = (bytes: number) => [{ objects: { object: '', oldObject: null }, bytes }]

/** Has been told of deliveries of this size often enough to know it. */
function knowing(fitting: Fitting, letters: number): Fitting {
  for (let i = 0; i < 30; i += 1) fitting.took(of(letters))
  return fitting
}

const megabyte = 2 ** 20

it('a sink with small deliveries has as many lanes in hand as its requests want', () => {
  const fitting = knowing(new Fitting(new Set()), 500)
  expect(fitting.lanes(10)).toBe(240)
})

it('ones that are not small are fewer, and fewer still the more sinks have some in hand; each may have one', () => {
  const busy = new Set<Fitting>()
  const size = 65_000
  const first = knowing(new Fitting(busy), size)
  expect(first.lanes(100)).toBe(258)
  const others = Array.from({ length: 399 }, () => new Fitting(busy))
  expect(others[0]?.lanes(100)).toBe(128)
  for (const other of others) knowing(other, size)
  expect([first, ...others].map((one) => one.lanes(100))).toEqual(Array.from({ length: 400 }, () => 1))
  for (const other of others) other.rests()
  expect(first.lanes(100)).toBe(258)
})

it('large ones are not in hand until they are sent; sinks that are busy share how many are at once, and each may send one', () => {
  const busy = new Set<Fitting>()
  const [first, second] = [new Fitting(busy), new Fitting(busy)]
  for (let i = 0; i < 30; i += 1) first.took([{ objects: undefined, bytes: 3 * megabyte }])
  expect(first.lanes(10)).toBe(240)
  expect([first.fits(3 * megabyte, 12 * megabyte), first.fits(3 * megabyte, 14 * megabyte), first.fits(20 * megabyte, 0)]).toEqual([true, false, true])
  second.took(of(1))
  expect([first.fits(3 * megabyte, 5 * megabyte), first.fits(3 * megabyte, 6 * megabyte)]).toEqual([true, false])
  second.rests()
  expect(first.fits(3 * megabyte, 6 * megabyte)).toBe(true)
})
