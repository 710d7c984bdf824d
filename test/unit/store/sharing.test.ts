import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/model/object.ts'
import { Sharing } from '../../../src/store/sharing.ts'

const parse = (value: unknown) => JSON.parse(JSON.stringify(value)) as KubeObject
const pod = (name: string, spec: unknown, owner?: string) => parse({ metadata: { name, ...(owner === undefined ? {} : { ownerReferences: [{ uid: owner }] }) }, spec })

describe('objects that share what is equal', () => {
  it('read exactly as they came, whatever came before', () => {
    const member = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', 'length')
    const value = fc.letrec((tie) => ({ value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 0, 1, '', 'x', 'a text that repeats'), fc.array(tie('value')), fc.dictionary(member, tie('value'))) })).value
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.option(fc.constantFrom('o1', 'o2'))), { minLength: 2 }), (values) => {
        const sharing = new Sharing()
        const texts = values.map(([spec, owner]) => `{"metadata":{"name":"p","ownerReferences":${owner === null ? '[]' : `[{"uid":"${owner}"}]`}},"spec":${JSON.stringify(spec)}}`)
        const shared: KubeObject[] = []
        for (const [i, text] of texts.entries()) shared.push(sharing.share(JSON.parse(text) as KubeObject, i % 3 === 2 ? shared[0] : undefined))
        expect(shared).toEqual(texts.map((text) => JSON.parse(text) as unknown))
        expect(shared.map((object) => Object.getPrototypeOf(object['spec'] ?? {}) === null)).not.toContain(true)
      }),
      { numRuns: 500 },
    )
  })

  it('take over the equal parts of the previous version', () => {
    const sharing = new Sharing()
    const before = sharing.share(pod('a', { containers: [{ image: 'x', ports: [80] }], replicas: 1 }), undefined)
    const after = sharing.share(pod('a', { containers: [{ image: 'x', ports: [80] }], replicas: 2 }), before)
    expect(after['spec']).toEqual({ containers: [{ image: 'x', ports: [80] }], replicas: 2 })
    expect((after['spec'] as { containers: unknown }).containers).toBe((before['spec'] as { containers: unknown }).containers)
  })

  it('take over the equal parts of a sibling of the same owner, even with others in between', () => {
    const sharing = new Sharing()
    const first = sharing.share(pod('a', { image: 'x' }, 'o1'), undefined)
    sharing.share(pod('b', { image: 'y' }, 'o2'), undefined)
    expect(sharing.share(pod('c', { image: 'x' }, 'o1'), undefined)['spec']).toBe(first['spec'])
  })

  it('are taken in at any depth of nesting', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const nested = () => JSON.parse(`{"metadata":{"name":"a"},"spec":${deep}}`) as KubeObject
    const sharing = new Sharing()
    expect(() => sharing.share(nested(), sharing.share(nested(), undefined))).not.toThrow()
  })
})
