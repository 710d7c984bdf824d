import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath, parsePath, readPath } from '../../../src/model/path.ts'

describe('paths', () => {
  it.each([
    ['spec.replicas', ['spec', 'replicas']],
    ['$.spec.replicas', ['spec', 'replicas']],
    ['.spec', ['spec']],
    ["metadata.labels['app.kubernetes.io/name']", ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['metadata.labels["a\'b"].x', ['metadata', 'labels', "a'b", 'x']],
    ['spec.containers[0].image', ['spec', 'containers', 0, 'image']],
    ['a[-1]', ['a', -1]],
    ["['a'][2]", ['a', 2]],
    ["['\\u00e9\\n\\'\\\\']", ['é\n\'\\']],
    ['', []],
    ['$', []],
  ])('%s is read', (text, path) => {
    expect(parsePath(text)).toEqual(path)
  })

  it.each([['a..b', 3], ['a.', 3], ['a[', 3], ['a[x]', 3], ["a['b", 3], ["a['b'", 6], ['a[01]', 4], ['a b', 2], ['9', 1], ["a['\\q']", 5], ['a[-0]', 3], ['a[9007199254740992]', 3]])('%s is refused at character %i', (text, position) => {
    expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'INVALID_PATH', details: { path: text, position } }))
  })

  it('come back from their text as they were', () => {
    const segment = fc.oneof(fc.string({ unit: 'binary' }), fc.integer({ min: -100, max: 100 }))
    fc.assert(fc.property(fc.array(segment, { maxLength: 6 }), (path) => { expect(parsePath(formatPath(path))).toEqual(path) }))
  })

  it('lead only to what an object has itself', () => {
    const object = JSON.parse('{"a": [{"b": 1}, {"b": 2}], "n": null, "__proto__": {"own": 1}}') as never
    const read = (text: string) => readPath(object, parsePath(text))
    expect([read('a[1].b'), read('a[-1].b'), read('a[2].b'), read('a.b'), read('a.length'), read('n.x'), read('constructor'), read('n')]).toEqual([2, 2, undefined, undefined, undefined, undefined, undefined, null])
    expect(read('__proto__.own')).toBe(1)
    expect(readPath({}, parsePath('__proto__.toString'))).toBeUndefined()
  })
})
