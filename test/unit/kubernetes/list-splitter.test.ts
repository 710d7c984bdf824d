import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ListSplitter } from '../../../src/kubernetes/list-splitter.ts'
import { cutAt } from '../../support/bytes.ts'

function split(chunks: readonly Uint8Array[], limit = 1_000_000) {
  const splitter = new ListSplitter(limit)
  const items = chunks.flatMap((chunk) => splitter.push(chunk)).map((text) => JSON.parse(text) as unknown)
  return { items, envelope: splitter.end() }
}

describe('list items from bytes', () => {
  const member = fc.tuple(fc.string({ unit: 'binary' }).filter((key) => key !== 'items' && key !== '__proto__'), fc.jsonValue())
  const list = fc.record({
    before: fc.array(member, { maxLength: 3 }),
    items: fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
    after: fc.array(member, { maxLength: 3 }),
    space: fc.constantFrom(0, 2),
    cuts: fc.array(fc.nat(5000)),
  })

  it('gives exactly what JSON.parse gives, in any member order, layout and cut', () => {
    fc.assert(
      fc.property(list, ({ before, items, after, space, cuts }) => {
        const whole = Object.fromEntries([...before, ['items', items], ...after])
        const text = JSON.stringify(whole, null, space)
        const { items: parsed, ...envelope } = JSON.parse(text) as { items: unknown[] }
        expect(split(cutAt(Buffer.from(text), cuts))).toEqual({ items: parsed, envelope })
      }),
    )
  })

  it('takes null for an empty list', () => {
    expect(split([Buffer.from('{"kind":"PodList","items":null,"metadata":{"resourceVersion":"7"}}')])).toEqual({
      items: [],
      envelope: { kind: 'PodList', metadata: { resourceVersion: '7' } },
    })
  })

  it.each([
    ['ends in the middle', '{"items":[{"a":1},'],
    ['ends before it began', ''],
    ['is not an object', '[1]'],
    ['closes an item it never opened', '{"items":[}]}'],
    ['has a member without a name', '{1:2}'],
    ['goes on after its end', '{"items":[]}x'],
    ['is an error page', '<html>'],
  ])('refuses a body that %s', (_, text) => {
    expect(() => split([Buffer.from(text)])).toThrow(expect.objectContaining({ code: 'BAD_SERVER_ANSWER' }))
  })

  it('refuses an item over the limit instead of collecting it', () => {
    const chunks = [Buffer.from('{"items":[{"a":"'), Buffer.alloc(200, 'x'), Buffer.alloc(200, 'x')]
    expect(() => split(chunks, 100)).toThrow(expect.objectContaining({ code: 'BAD_SERVER_ANSWER' }))
  })
})
