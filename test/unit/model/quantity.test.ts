import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareQuantities, parseQuantity, quantityToNumber, type Quantity } from '../../../src/model/quantity.ts'

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
})
