import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/model/object.ts'
import { quality, searchScore, searchWords } from '../../../src/model/search.ts'

const object = (metadata: Partial<KubeObject['metadata']>): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', ...metadata } })
const finds = (text: string, metadata: Partial<KubeObject['metadata']>) => searchScore(object(metadata), searchWords(text)) > 0

describe('a search', () => {
  it.each<[string, string, number]>([
    ['checkout', 'checkout', 4],
    ['checkout-7d9f', 'checkout', 3],
    ['web-checkout', 'chec', 3],
    ['app.kubernetes.io/name', 'kube', 3],
    ['webcheckout', 'check', 2],
    ['checkout-7d9f', 'chekout', 1],
    ['checkout-7d9f', 'checkuot', 1],
    ['payments', 'paymnt', 1],
    ['kube-scheduler', 'schedular', 1],
    ['checkout', 'cart', 0],
    ['webcheckout', 'ch', 0],
    ['cart', 'crt', 0],
  ])('of %j for %j has the quality %j', (text, word, expected) => {
    expect(quality(text, word)).toBe(expected)
  })

  it('needs every word, wherever it is, whatever its case', () => {
    const metadata = { name: 'checkout-1', namespace: 'shop', labels: { tier: 'Gold' }, annotations: { 'example.com/owner': 'Team Blue' } }
    expect(finds('CHECKOUT gold', metadata)).toBe(true)
    expect(finds('shop blue owner', metadata)).toBe(true)
    expect(finds('checkout silver', metadata)).toBe(false)
  })

  it('ranks by how well before where: name, namespace, label, annotation', () => {
    const score = (metadata: Partial<KubeObject['metadata']>) => searchScore(object(metadata), ['orders'])
    const ranked = [
      { name: 'orders' },
      { namespace: 'orders' },
      { labels: { app: 'orders' } },
      { annotations: { app: 'orders' } },
      { name: 'orders-1' },
      { labels: { app: 'orders-1' } },
      { name: 'preorders' },
      { name: 'oders' },
    ].map(score)
    expect(ranked).toEqual(ranked.toSorted((a, b) => b - a))
    expect(new Set(ranked).size).toBe(ranked.length)
    expect(ranked.at(-1)).toBeGreaterThan(0)
  })

  it('is of so many words at most, and of so long ones', () => {
    expect(() => searchWords('a b c d e f g h i')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(() => searchWords('x'.repeat(65))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(searchWords('  A a\tb ')).toEqual(['a', 'b'])
  })
})
