import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffJson } from '../../../src/model/json-patch.ts'
import type { Json } from '../../../src/model/json.ts'
import { jsonPatch } from '../../../src/playground/api-server/writes/json-patch.ts'

describe('the difference of two JSON values', () => {
  it.each<[Json, Json, unknown]>([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1, b: 2 }, { a: 3, c: null }, [{ op: 'remove', path: '/b' }, { op: 'replace', path: '/a', value: 3 }, { op: 'add', path: '/c', value: null }]],
    [{ 'a/b~c': 1 }, {}, [{ op: 'remove', path: '/a~1b~0c' }]],
    [['a', 'b', 'c'], ['a', 'c'], [{ op: 'remove', path: '/1' }]],
    [['a', 'c'], ['a', 'b', 'c'], [{ op: 'add', path: '/1', value: 'b' }]],
    [[{ x: 1 }, { y: 1 }], [{ x: 2 }, { y: 1 }], [{ op: 'replace', path: '/0/x', value: 2 }]],
    [1, [1], [{ op: 'replace', path: '', value: [1] }]],
    // Names of what every object inherits, as JSON.parse makes them.
    [{}, JSON.parse('{"__proto__": 0, "constructor": "x"}') as Json, [{ op: 'add', path: '/__proto__', value: 0 }, { op: 'add', path: '/constructor', value: 'x' }]],
    [JSON.parse('{"__proto__": 0, "constructor": "x"}') as Json, {}, [{ op: 'remove', path: '/__proto__' }, { op: 'remove', path: '/constructor' }]],
  ])('from %j to %j is as short as it looks', (before, after, patch) => {
    expect(diffJson(before, after)).toEqual(patch)
  })

  it('leads from any value to any other', () => {
    const json = () => fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
    fc.assert(
      fc.property(json(), json(), (before, after) => {
        // The root as a member: not every reader of patches replaces the whole.
        expect(jsonPatch({ root: before }, diffJson({ root: before }, { root: after }))).toEqual({ root: after })
      }),
    )
  })
})
