import type { Json } from './json.ts'

/** Kubernetes quantities (`500m`, `1Gi`, `1e3`): https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const grammar = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei)|([numkMGTPE]))?$/

const binary: Readonly<Record<string, bigint>> = { Ki: 1n << 10n, Mi: 1n << 20n, Gi: 1n << 30n, Ti: 1n << 40n, Pi: 1n << 50n, Ei: 1n << 60n }
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** The API server accepts no larger ones, and they would be costly here. */
const maxLength = 64
const maxExponent = 64

/** An exact value: `digits * 10^exponent`. */
export interface Quantity {
  readonly digits: bigint
  readonly exponent: number
}

/** The exact value of a quantity's text, or undefined when it is none. */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > maxLength) return undefined
  const parts = grammar.exec(text)
  if (parts === null) return undefined
  const [, sign, number = '', scientific, binarySuffix, decimalSuffix] = parts
  const [whole = '', fraction = ''] = number.split('.')
  const exponent = (scientific === undefined ? 0 : Number(scientific.slice(1))) + (decimalSuffix === undefined ? 0 : (decimal[decimalSuffix] ?? 0)) - fraction.length
  if (Math.abs(exponent) > maxExponent) return undefined
  const factor = binarySuffix === undefined ? 1n : (binary[binarySuffix] ?? 1n)
  return { digits: BigInt(whole + fraction) * factor * (sign === '-' ? -1n : 1n), exponent }
}

/** The amount of a JSON value: a number, or the text of a quantity. */
export function amountOf(value: Json | undefined): Quantity | undefined {
  if (typeof value === 'string') return parseQuantity(value)
  return typeof value === 'number' ? parseQuantity(String(value)) : undefined
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; exact. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const exponent = Math.min(a.exponent, b.exponent)
  const x = digitsAt(a, exponent)
  const y = digitsAt(b, exponent)
  return x === y ? 0 : x < y ? -1 : 1
}

/** `a + b * times`, exactly. */
export function addQuantity(a: Quantity, b: Quantity, times = 1): Quantity {
  const exponent = Math.min(a.exponent, b.exponent)
  return { digits: digitsAt(a, exponent) + digitsAt(b, exponent) * BigInt(times), exponent }
}

/** The nearest number. */
export function quantityToNumber({ digits, exponent }: Quantity): number {
  return Number(`${digits}e${exponent}`)
}

function digitsAt(quantity: Quantity, exponent: number): bigint {
  return quantity.exponent === exponent ? quantity.digits : quantity.digits * 10n ** BigInt(quantity.exponent - exponent)
}
