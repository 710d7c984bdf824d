import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import { matchText, parseSearch, place, quality, rankOf, searchRank, type SearchWord } from '../../../src/model/search.ts'
import { json } from './predicates.ts'

const word = (text: string) => parseSearch(text)[0] as SearchWord
const rank = (search: string, metadata: object) => searchRank(parseSearch(search), { metadata: { name: 'x', ...metadata } })

describe('a word', () => {
  it.each<[string, string, keyof typeof quality]>([
    ['cart', 'cart', 'whole'],
    ['CART', 'cart', 'whole'],
    ['cart', 'cart-7d9f', 'beginning'],
    ['car', 'cart', 'beginning'],
    ['cart-7d', 'cart-7d9f', 'beginning'],
    ['7d9f', 'cart-7d9f', 'part'],
    ['name', 'app.kubernetes.io/name', 'part'],
    ['art', 'cart-artful', 'part'],
    ['art', 'cart', 'inside'],
    ['paymnets', 'payments-api', 'typo'],
    ['paymets', 'payments-api', 'typo'],
    ['paymments', 'payments-api', 'typo'],
    ['paxments', 'payments-api', 'typo'],
    ['chekout', 'shop-checkout', 'typo'],
    ['paymn', 'payments', 'typo'],
    ['chekoutservce', 'checkoutservice', 'typo'],
    ['chekotservce', 'checkoutservice', 'none'],
    ['ayments', 'xpayments', 'inside'],
    ['bayments', 'payments', 'none'],
    ['crat', 'cart', 'none'],
    ['cart', '', 'none'],
  ])('%s matches %j: %s', (text, found, expected) => {
    expect(matchText(word(text), found)).toBe(quality[expected])
  })

  it('is found with as many typos as its length allows, whatever they are, where a part begins with its first letter', () => {
    const letter = fc.constantFrom('a', 'b', 'c', '-')
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 11 })
    const slip = fc.record({ at: fc.nat(11), cut: fc.nat(2), letters: fc.string({ unit: letter, maxLength: 2 }) })
    const slipped = fc.tuple(text, fc.array(slip, { maxLength: 3 }), fc.string({ unit: letter, maxLength: 3 })).map(([typed, slips, before]) => ({
      typed,
      found: before + slips.reduce((made, { at, cut, letters }) => made.slice(0, at) + letters + made.slice(at + cut), typed),
    }))
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(slipped, ({ typed, found }) => {
        const expected = found.includes(typed) || [...found.matchAll(/(?<![a-z])[a-z]/g)].some(({ index }) => found[index] === typed[0] && typosAtLeast(typed.slice(1), found.slice(index + 1)) <= word(typed).typos)
        seen[`${expected}`] += 1
        expect(matchText(word(typed), found) !== quality.none).toBe(expected)
      }),
      { numRuns: 5000 },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(300)
  })

  it('may have a typo from five letters on, and two from nine on', () => {
    expect(['cart', 'carts', 'checkout', 'checkouts'].map((text) => word(text).typos)).toEqual([0, 1, 1, 2])
  })
})

describe('an object', () => {
  it('is found by its name, its namespace, and keys and values of its labels and annotations', () => {
    const metadata = { namespace: 'shop', labels: { tier: 'front' }, annotations: { note: 'Ask Ada' } }
    expect(['x', 'shop', 'tier', 'front', 'note', 'ada'].map((text) => rank(text, metadata))).toEqual([
      rankOf(quality.whole, place.name),
      rankOf(quality.whole, place.namespace),
      rankOf(quality.whole, place.label),
      rankOf(quality.whole, place.label),
      rankOf(quality.whole, place.annotation),
      rankOf(quality.part, place.annotation),
    ])
    expect(rank('back', metadata)).toBeUndefined()
  })

  it('ranks first by how well, then by where it was found, by the best that there is', () => {
    const ranks = [{ name: 'web' }, { namespace: 'web' }, { labels: { web: '' } }, { annotations: { a: 'web' } }, { name: 'web-1', annotations: { a: 'webhook' } }, { labels: { a: 'web-1' } }, { name: 'my-web' }, { name: 'cobweb' }].map((metadata) => rank('web', metadata))
    expect(ranks).not.toContain(undefined)
    expect(ranks).toEqual([...new Set(ranks)].toSorted((a, b) => Number(a) - Number(b)))
  })

  it('must have all words, in any order and anywhere', () => {
    const metadata = { name: 'cart-1', namespace: 'shop' }
    expect(rank('shop cart', metadata)).toBe(rank('  Cart\tSHOP ', metadata))
    expect(rank('shop cart bank', metadata)).toBeUndefined()
  })

  it('is not searched where a text is longer than 256 characters', () => {
    expect(rank('needle', { annotations: { a: `${'x '.repeat(125)}needle` } })).toBeDefined()
    expect(rank('needle', { annotations: { a: `${'x '.repeat(126)}needle` } })).toBeUndefined()
  })

  it('may be of any shape', () => {
    fc.assert(fc.property(fc.oneof(json, json.map((metadata) => ({ metadata })), json.map((labels) => ({ metadata: { labels } }))), (value) => void compilePredicate({ op: 'search', words: parseSearch('a') })(value)))
  })
})

describe('a search', () => {
  it('of blanks has no words', () => {
    expect(parseSearch('  ')).toEqual([])
  })

  it.each([['a'.repeat(257)], [Array.from({ length: 11 }, (_, i) => `w${i}`).join(' ')]])('may not be too long: %s', (text) => {
    expect(() => parseSearch(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})

/** The least number of typos with which a text begins with a word: by trying every beginning. */
function typosAtLeast(text: string, found: string): number {
  const row = (i: number, j: number): number => {
    const key = i * 100 + j
    let least = known.get(key)
    if (least === undefined) {
      if (i === 0 || j === 0) least = i + j
      else {
        least = Math.min(row(i - 1, j) + 1, row(i, j - 1) + 1, row(i - 1, j - 1) + (text[i - 1] === found[j - 1] ? 0 : 1))
        if (i > 1 && j > 1 && text[i - 1] === found[j - 2] && text[i - 2] === found[j - 1]) least = Math.min(least, row(i - 2, j - 2) + 1)
      }
      known.set(key, least)
    }
    return least
  }
  const known = new Map<number, number>()
  return Math.min(...Array.from({ length: found.length + 1 }, (_, j) => row(text.length, j)))
}
