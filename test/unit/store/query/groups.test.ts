import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/model/json.ts'
import { parsePath } from '../../../../src/model/path.ts'
import { extremeOf, groupRows, sumOf } from '../../../../src/store/query/groups.ts'
import { rowsOf } from './kinds.ts'

const v = parsePath('v')

describe('groups', () => {
  it('are the largest first, then by their keys; what is missing is one group with null', () => {
    const rows = rowsOf(['b', 'a', 'b', undefined, null, [1], [1], { x: 1 }, 3, 'c'])
    expect(groupRows(rows, [v], 100).map(({ keys, rows: { length } }) => [keys[0], length])).toEqual([['b', 2], [[1], 2], [null, 2], [3, 1], ['a', 1], ['c', 1], [{ x: 1 }, 1]])
    expect(groupRows(rows, [v], 1).map(({ keys }) => keys)).toEqual([['b']])
    expect(groupRows(rows, [v, parsePath('metadata.namespace')], 1).map(({ keys }) => keys)).toEqual([['b', 'shop']])
    expect(groupRows(rows, [], 9).map(({ keys, rows: { length } }) => [keys, length])).toEqual([[[], 10]])
    expect(groupRows([], [v], 9)).toEqual([])
    expect(() => groupRows(rows, Array.from({ length: 11 }, () => v), 1)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  it('share out all rows, each to one group', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Json[]>('a', 'b', 1, '1', null, true, 'true', []), { maxLength: 40 }), (values) => {
        const groups = groupRows(rowsOf(values), [v], 100)
        expect(groups.reduce((count, { rows }) => count + rows.length, 0)).toBe(values.length)
        for (const { keys, rows } of groups) expect(rows.map(({ object }) => object['v'] ?? null)).toEqual(rows.map(() => keys[0]))
        expect(groups.map(({ keys }) => JSON.stringify(keys)).toSorted()).toEqual([...new Set(values.map((each) => JSON.stringify([each])))].toSorted())
      }),
    )
  })
})

describe('sums', () => {
  it('are exact, and rounded once', () => {
    expect(sumOf(rowsOf(['100m', '200m', '100m', 0.1, 0.2, '1e-1']), v)).toBe(0.8)
    expect(sumOf(rowsOf(['9007199254740993', 1, '-9007199254740992']), v)).toBe(2)
    expect(sumOf(rowsOf(['1Gi', '512Mi', 'plenty', null, true, ['1'], undefined]), v)).toBe(1.5 * 2 ** 30)
    expect(sumOf(rowsOf(['plenty', null]), v)).toBeNull()
    expect(sumOf([], v)).toBeNull()
  })

  it('of millicores are those of their numbers', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1, maxLength: 50 }), (millis) => {
      expect(sumOf(rowsOf(millis.map((each) => `${each}m`)), v)).toBe(millis.reduce((sum, each) => sum + each, 0) / 1000 + 0)
    }))
  })
})

describe('extremes', () => {
  it.each<[Json[], Json, Json]>([
    [['1Gi', '900Mi', '2k'], '2k', '1Gi'],
    [['10', '9', 2], 2, '10'],
    [['b', 'a'], 'a', 'b'],
    [['b', '1Gi', null, 'a', 5], 5, 'b'],
    [['2024-01-02T00:00:00Z', '2024-01-01T00:00:00Z'], '2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'],
    [['9007199254740993', '9007199254740992'], '9007199254740992', '9007199254740993'],
    [[null], null, null],
    [[], null, null],
  ])('of %j are %j and %j', (values, least, greatest) => {
    for (const each of [values, values.toReversed()]) {
      expect(extremeOf(rowsOf(each), v, false)).toEqual(least)
      expect(extremeOf(rowsOf(each), v, true)).toEqual(greatest)
    }
  })
})
