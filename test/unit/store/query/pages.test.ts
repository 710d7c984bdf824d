import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareOrderKeys, orderKey, type OrderTerm } from '../../../../src/model/order.ts'
import { parsePath, readPath } from '../../../../src/model/path.ts'
import { cutDefaultOrder, cutInOrder, keysOf } from '../../../../src/store/query/ordered-rows.ts'
import { cutPage, type PageArguments } from '../../../../src/store/query/page.ts'
import { identityOf, type Row } from '../../../../src/store/query/rows.ts'
import { json } from '../../model/predicates.ts'
import { nameOf, openKinds, rowsOf } from './kinds.ts'

const limits = { defaultSize: 5, maxSize: 1000 }
const by = (path: string, descending = false): OrderTerm => ({ path: parsePath(path), descending })
const orders: readonly (readonly OrderTerm[])[] = [[], [by('v')], [by('v', true)], [by('v.a'), by('v', true)], [by('w', true), by('v')]]
const order = fc.constantFrom(...orders)

/** The slow way: sort everything. */
function sorted(rows: readonly Row[], terms: readonly OrderTerm[]): readonly Row[] {
  return rows.toSorted((a, b) => {
    for (const { path, descending } of terms) {
      const compared = compareOrderKeys(orderKey(readPath(a.object, path)), orderKey(readPath(b.object, path)), descending)
      if (compared !== 0) return compared
    }
    return placeOf(a) < placeOf(b) ? -1 : 1
  })
}

const placeOf = ({ object: { kind, metadata } }: Row) => [kind, metadata.namespace ?? '', metadata.name].join('\0')

describe('a page', () => {
  const value = fc.oneof(fc.constantFrom(0, 1, 2, 'a', 'b'), json)

  it('is what would be cut out of a list sorted as a whole, from either end', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), order, fc.nat(12), fc.boolean(), (values, terms, size, fromEnd) => {
        const rows = rowsOf(values)
        const expected = sorted(rows, terms)
        const page = cutPage(rows, terms, fromEnd ? { last: size } : { first: size }, limits)
        expect(page.rows.map(nameOf)).toEqual((fromEnd ? expected.slice(Math.max(0, expected.length - size)) : expected.slice(0, size)).map(nameOf))
        expect([page.hasPreviousPage, page.hasNextPage]).toEqual(fromEnd ? [size < expected.length, false] : [false, size < expected.length])
      }),
      { numRuns: 200 },
    )
  })

  it('between two cursors has what stands between them, and says whether there is more on either side', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), order, fc.nat(), fc.nat(), fc.nat(8), fc.boolean(), (values, terms, x, y, size, fromEnd) => {
        const rows = rowsOf(values)
        const expected = sorted(rows, terms)
        const { cursorOf } = cutPage(rows, terms, {}, limits)
        const [from, to] = [x % rows.length, y % rows.length]
        const bounds = { after: cursorOf(expected[from] as Row), before: cursorOf(expected[to] as Row) }
        const page = cutPage(rows, terms, fromEnd ? { last: size, ...bounds } : { first: size, ...bounds }, limits)
        const between = expected.slice(from + 1, Math.max(to, from + 1))
        expect(page.rows.map(nameOf)).toEqual((fromEnd ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size)).map(nameOf))
        expect(page.hasPreviousPage).toBe(true)
        expect(page.hasNextPage).toBe(to > from || from + 1 < expected.length)
      }),
      { numRuns: 200 },
    )
  })

  it('in the default order is the same whether looked up or sorted out', () => {
    const place = fc.option(fc.nat(20), { nil: undefined })
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 30 }), place, place, fc.nat(30), fc.boolean(), (count, after, before, size, fromEnd) => {
        const rows = rowsOf(Array.from({ length: count }, () => 1))
        const placeAt = (index: number | undefined) => (index === undefined ? undefined : { keys: keysOf(rows[index] as Row, []), identity: identityOf(rows[index] as Row) })
        const cut = { after: placeAt(after), before: placeAt(before), size, fromEnd }
        const [looked, selected] = [cutDefaultOrder(rows, cut), cutInOrder(rows, [], cut)]
        expect({ ...selected, rows: selected.rows.map(nameOf) }).toEqual({ ...looked, rows: looked.rows.map(nameOf) })
      }),
      { numRuns: 200 },
    )
  })
})

describe('pages one after another', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  const change = fc.record({
    action: fc.constantFrom('put' as const, 'put' as const, 'remove' as const),
    kind: fc.constantFrom('Pod' as const, 'Node' as const),
    name,
    namespace: fc.constantFrom('one', 'two', 'two-x'),
    v: fc.constantFrom(null, 0, 1, 2, 'x', 'y', [1]),
  })
  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

  it.each(['forwards', 'backwards'])('%s show every object that did not change meanwhile exactly once, whatever else comes, goes or moves', (direction) => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12 }), order, fc.integer({ min: 1, max: 5 }), (before, between, terms, size) => {
        const kinds = openKinds()
        const touched = new Set<string>()
        const apply = ({ action, kind, name: base, namespace, v }: Change) => {
          const at = kind === 'Pod' ? namespace : undefined
          touched.add(`${kind} ${at ?? ''}/${base}`)
          if (action === 'put') kinds.put(kind, base, at, { v })
          else kinds.remove(kind, base, at)
        }
        before.forEach(apply)
        touched.clear()
        const atFirst = sorted(kinds.rows(), terms).map(nameOf)

        const shown: string[] = []
        let cursor: string | undefined
        for (let i = 0; ; i += 1) {
          if (i > 500) throw new Error('the pages never end')
          const page = cutPage(kinds.rows(), terms, direction === 'forwards' ? { first: size, after: cursor ?? null } : { last: size, before: cursor ?? null }, limits)
          if (direction === 'forwards') shown.push(...page.rows.map(nameOf))
          else shown.unshift(...page.rows.map(nameOf))
          const edge = direction === 'forwards' ? page.rows.at(-1) : page.rows[0]
          if (!(direction === 'forwards' ? page.hasNextPage : page.hasPreviousPage) || edge === undefined) break
          cursor = page.cursorOf(edge)
          between[i]?.forEach(apply)
        }
        expect(shown.filter((each) => !touched.has(each))).toEqual(atFirst.filter((each) => !touched.has(each)))
      }),
      { numRuns: 300 },
    )
  })

  it('go on behind a cursor whose object is gone', () => {
    const kinds = openKinds()
    for (const each of ['a', 'b', 'c']) kinds.put('Pod', each, 'shop', { v: 1 })
    const terms = [by('v')]
    const page = cutPage(kinds.rows(), terms, { first: 2 }, limits)
    const cursor = page.cursorOf(page.rows[1] as Row)
    kinds.remove('Pod', 'b', 'shop')
    expect(cutPage(kinds.rows(), terms, { first: 2, after: cursor }, limits).rows.map(nameOf)).toEqual(['Pod shop/c'])
    expect(cutPage(kinds.rows(), terms, { last: 2, before: cursor }, limits).rows.map(nameOf)).toEqual(['Pod shop/a'])
  })
})

describe('a page is refused', () => {
  const rows = rowsOf([1, 2, 3])
  const cursor = (terms: readonly OrderTerm[]) => cutPage(rows, terms, {}, limits).cursorOf(rows[0] as Row)
  const forged = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const [version, fingerprint, keys, identity] = JSON.parse(Buffer.from(cursor([by('v')]), 'base64url').toString()) as unknown[]

  it.each<[string, PageArguments, string]>([
    ['for both ends at once', { first: 1, last: 1 }, 'INVALID_ARGUMENT'],
    ['for a negative size', { first: -1 }, 'INVALID_ARGUMENT'],
    ['for a negative size from the end', { last: -1 }, 'INVALID_ARGUMENT'],
    ['for a size above the limit', { first: 1001 }, 'INVALID_ARGUMENT'],
    ['for a cursor that is none', { after: 'nonsense' }, 'INVALID_CURSOR'],
    ['for a cursor of another order', { after: cursor([by('v', true)]) }, 'INVALID_CURSOR'],
    ['for a cursor of the default order', { before: cursor([]) }, 'INVALID_CURSOR'],
    ['for a cursor with keys that are none', { after: forged([version, fingerprint, [{ a: 1 }], identity]) }, 'INVALID_CURSOR'],
    ['for a cursor with too many keys', { after: forged([version, fingerprint, [1, 2], identity]) }, 'INVALID_CURSOR'],
    ['for a cursor without an object', { after: forged([version, fingerprint, keys, ['test', '', 1]]) }, 'INVALID_CURSOR'],
    ['for a cursor of another version', { after: forged(['p0', fingerprint, keys, identity]) }, 'INVALID_CURSOR'],
    ['for a cursor of another shape', { after: forged({ p1: 1 }) }, 'INVALID_CURSOR'],
  ])('%s', (_why, page, code) => {
    expect(() => cutPage(rows, [by('v')], page, limits)).toThrow(expect.objectContaining({ code }))
  })

  it('but not for a size of none, and without one it has the default size', () => {
    expect(cutPage(rows, [by('v')], { first: 0 }, limits)).toMatchObject({ rows: [], hasPreviousPage: false, hasNextPage: true })
    expect(cutPage(rowsOf(Array.from({ length: 9 }, () => 1)), [], { first: null, after: '' }, limits).rows).toHaveLength(5)
  })
})

it('cursors stay small, whatever a list is ordered by', () => {
  const long = rowsOf([`${'x'.repeat(255)}\u{1f600}${'y'.repeat(100_000)}`, { deep: 'z'.repeat(100_000) }, 'x'])
  const terms = [by('v')]
  const page = cutPage(long, terms, {}, limits)
  expect(page.rows.map(nameOf)).toEqual(['Pod shop/p0002', 'Pod shop/p0000', 'Pod shop/p0001'])
  for (const [i, row] of page.rows.entries()) {
    const cursor = page.cursorOf(row)
    expect(cursor.length).toBeLessThan(1000)
    expect(cutPage(long, terms, { after: cursor }, limits).rows).toEqual(page.rows.slice(i + 1))
  }
})
