import { expect, it } from 'vitest'
import { KeptPayloads } from '../../../../src/graphql/live/kept-payloads.ts'
import { Payload } from '../../../../src/graphql/live/payload.ts'

it('payloads are kept up to so many bytes, and those that were asked for the longest ago go first', () => {
  const payloads = new KeptPayloads(10_000)
  const kept = Array.from({ length: 4 }, (_, i) => payloads.keep(new Payload(String(i).repeat(1000))))
  expect(payloads.get(kept[0] as never)?.text).toMatch(/^0+$/)
  payloads.keep(new Payload('x'.repeat(1000)))
  expect(kept.map((one) => payloads.get(one)?.text[0])).toEqual(['0', undefined, '2', '3'])
})
