import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addQuantity, amountOf, compareQuantities, parseQuantity, quantityToNumber, type Quantity } from '../../../src/model/quantity.ts'

describe('quantities', () => {
  it.each([
    ['500m', 0.5],
    ['1Gi', 2 ** 30],
    ['1.5Ki', 1536],
    ['2k', 2000],
    ['-3M', -3e6],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['.5', 0.5],
    ['100n', 1e-7],
    ['+7', 7],
  ])('%s is %d', (text, number) => {
    expect(quantityToNumber(parseQuantity(text) as Quantity)).toBe(number)
  })

  it.each(['', 'x', '1x', '1 Gi', '1Gi ', 'Gi', '1KI', '0x10', '1e', '--1', `1e${'9'.repeat(9)}`, '9'.repeat(100)])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined()
  })

  it('compare exactly where numbers would not', () => {
    const compare = (a: string, b: string) => compareQuantities(parseQuantity(a) as Quantity, parseQuantity(b) as Quantity)
    expect(compare('9007199254740993', '9007199254740992')).toBe(1)
    expect(compare('0.1', '100m')).toBe(0)
    expect(compare('1Ki', '1k')).toBe(1)
    const amounts = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
    fc.assert(fc.property(amounts, amounts, (a, b) => { expect(compare(`${a}m`, `${b}m`)).toBe(a === b ? 0 : a < b ? -1 : 1) }))
  })

  // In units of 10^-15, in which every one of these is whole.
  const suffixes: Readonly<Record<string, bigint>> = { n: 10n ** 6n, u: 10n ** 9n, m: 10n ** 12n, '': 10n ** 15n, k: 10n ** 18n, M: 10n ** 21n, G: 10n ** 24n, T: 10n ** 27n, P: 10n ** 30n, E: 10n ** 33n, Ki: 10n ** 15n << 10n, Mi: 10n ** 15n << 20n, Gi: 10n ** 15n << 30n, Ti: 10n ** 15n << 40n, Pi: 10n ** 15n << 50n, Ei: 10n ** 15n << 60n, e3: 10n ** 18n, 'E-2': 10n ** 13n }
  const amount = fc.record({ whole: fc.bigInt({ min: 0n, max: 10n ** 12n }), fraction: fc.integer({ min: 0, max: 999 }), suffix: fc.constantFrom(...Object.keys(suffixes)), negative: fc.boolean() }).map(({ whole, fraction, suffix, negative }) => ({
    text: `${negative ? '-' : ''}${whole}.${String(fraction).padStart(3, '0')}${suffix}`,
    units: (whole * 1000n + BigInt(fraction)) * ((suffixes[suffix] as bigint) / 1000n) * (negative ? -1n : 1n),
  }))
  const read = (text: string) => parseQuantity(text) as Quantity

  it('of all suffixes compare and add up exactly', () => {
    fc.assert(
      fc.property(amount, amount, fc.nat(1000), (a, b, times) => {
        expect(compareQuantities(read(a.text), read(b.text))).toBe(a.units === b.units ? 0 : a.units < b.units ? -1 : 1)
        const { digits, exponent } = addQuantity(read(a.text), read(b.text), times)
        expect(digits * 10n ** BigInt(exponent + 18)).toBe((a.units + b.units * BigInt(times)) * 1000n)
      }),
      { numRuns: 1000 },
    )
  })

  it('are read from numbers too', () => {
    const numbers = fc.double({ noNaN: true, min: -1e40, max: 1e40 }).filter((number) => Math.abs(number) > 1e-40)
    fc.assert(
      fc.property(numbers, (number) => {
        expect(quantityToNumber(amountOf(number) as Quantity)).toBe(number)
      }),
    )
    expect([amountOf(true), amountOf(null), amountOf(undefined), amountOf(['1']), amountOf('x')]).toEqual([undefined, undefined, undefined, undefined, undefined])
  })
})
