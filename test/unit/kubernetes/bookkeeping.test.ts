import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bookkeeping } from '../../../src/kubernetes/bookkeeping.ts'
import { Scan } from '../../../src/kubernetes/json-scan.ts'
import { ListSplitter } from '../../../src/kubernetes/list-splitter.ts'
import { cutAt } from '../../support/bytes.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const names = ['metadata', 'managedFields', 'annotations', lastApplied, 'name', '"managedFields":[', 'ends in \\', '"']

/** Objects full of the names in question, where they mean something and where they do not. */
const confusing = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(...names), fc.constantFrom(null, 1, true), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 })),
})).value
const metadata = fc
  .tuple(fc.array(confusing, { maxLength: 2 }), fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...names)), fc.dictionary(fc.constantFrom('name', 'labels', 'metadata'), confusing))
  .chain(([managedFields, annotations, others]) => fc.shuffledSubarray(Object.entries({ ...others, managedFields, annotations })))
  .map((members) => Object.fromEntries(members))
const object = fc
  .tuple(metadata, fc.dictionary(fc.constantFrom('kind', 'spec', 'managedFields', 'annotations'), confusing))
  .chain(([metadata, others]) => fc.shuffledSubarray(Object.entries({ ...others, metadata })))
  .map((members) => Object.fromEntries(members))

interface Parsed {
  readonly metadata?: { readonly annotations?: Record<string, string>; readonly managedFields?: unknown }
}

function withoutBookkeeping(object: Parsed): unknown {
  if (object.metadata === undefined) return object
  const { managedFields: _managedFields, annotations, ...rest } = object.metadata
  const { [lastApplied]: _lastApplied, ...kept } = annotations ?? {}
  return { ...object, metadata: annotations === undefined ? rest : { ...rest, annotations: kept } }
}

describe('bookkeeping cut out of bytes', () => {
  it('is exactly metadata.managedFields and the last-applied annotation, in list items however they are cut', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1 }), fc.array(fc.nat(2000)), (objects, cuts) => {
        const splitter = new ListSplitter(1_000_000)
        const items = cutAt(Buffer.from(JSON.stringify({ items: objects })), cuts).flatMap((chunk) => splitter.push(Buffer.from(chunk)))
        expect(items.map((text) => JSON.parse(text) as unknown)).toEqual((JSON.parse(JSON.stringify(objects)) as Parsed[]).map(withoutBookkeeping))
      }),
      { numRuns: 500 },
    )
  })

  it('is found in watch events without looking further than their metadata', () => {
    const bookkeeping = new Bookkeeping({ depth: 2, stopAfterMetadata: true })
    const event = { type: 'MODIFIED', object: { metadata: { name: 'a', managedFields: [{ manager: 'x' }] }, spec: { managedFields: [1] } } }
    const line = Buffer.from(JSON.stringify(event))
    const end = new Scan(bookkeeping).run(line, 0)
    expect(end).toBe(line.indexOf(',"spec"'))
    expect(JSON.parse(bookkeeping.text(line, 0, line.length))).toEqual({ ...event, object: { ...event.object, metadata: { name: 'a' } } })
  })

  it('stays in where it is written with spaces, for the trimming of parsed objects', () => {
    const splitter = new ListSplitter(1_000_000)
    const item = { metadata: { managedFields: [{ manager: 'x' }] } }
    expect(splitter.push(Buffer.from(`{"items":[${JSON.stringify(item, null, 2)}]}`)).map((text) => JSON.parse(text) as unknown)).toEqual([item])
  })
})
