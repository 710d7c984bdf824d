import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../../src/kubernetes/json-lines.ts'
import { cutAt } from '../../support/bytes.ts'

function split(chunks: readonly Uint8Array[], limit = 1_000_000): string[] {
  const splitter = new LineSplitter(limit)
  return chunks.flatMap((chunk) => splitter.push(chunk)).map((line) => line.toString())
}

describe('watch events from bytes', () => {
  it('gives the same lines however the bytes are cut, even inside a character', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('日本語 🚀 \u2028 \u2029'))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.array(fc.nat(500)), (values, cuts) => {
        const lines = values.map((text) => JSON.stringify({ text }))
        const bytes = Buffer.from(`${lines.join('\n')}\n`)
        expect(split(cutAt(bytes, cuts))).toEqual(Buffer.from(lines.join('\n')).toString().split('\n'))
      }),
    )
  })

  it('drops a last line that was cut off and skips empty ones', () => {
    expect(split([Buffer.from('{"a":1}\n\n{"b":2}\n{"c"')])).toEqual(['{"a":1}', '{"b":2}'])
  })

  it('refuses an endless line instead of collecting it', () => {
    expect(() => split([Buffer.alloc(60, 'x'), Buffer.alloc(60, 'x')], 100)).toThrow(expect.objectContaining({ code: 'BAD_SERVER_ANSWER' }))
  })
})
