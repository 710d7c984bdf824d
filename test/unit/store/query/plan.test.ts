import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../../src/model/compile-predicate.ts'
import { parseFieldSelector } from '../../../../src/model/field-selector.ts'
import type { Json } from '../../../../src/model/json.ts'
import { parseLabelSelector } from '../../../../src/model/label-selector.ts'
import { readPath } from '../../../../src/model/path.ts'
import { and, not, or, value, type Path, type Predicate } from '../../../../src/model/predicate.ts'
import { indexHints } from '../../../../src/store/query/plan.ts'

const pod = { group: '', kind: 'Pod' }
const inValues = (path: Path, ...values: (string | null)[]) => value(path, { test: 'in', values })

function readText(object: Json, path: Path): string | undefined {
  const found = readPath(object, path)
  return typeof found === 'string' ? found : undefined
}

describe('the hints for an index', () => {
  it.each<[string, Predicate, object]>([
    ['a namespace and names', and([inValues(['metadata', 'namespace'], 'a', 'b'), inValues(['metadata', 'name'], 'x')]), { namespaces: ['a', 'b'], names: ['x'], values: [] }],
    ['what two conditions on one field leave', and([inValues(['metadata', 'namespace'], 'a', 'b'), inValues(['metadata', 'namespace'], 'b', 'c')]), { namespaces: ['b'], values: [] }],
    ['a uid', inValues(['metadata', 'uid'], 'u'), { uids: ['u'], values: [] }],
    ['labels', parseLabelSelector('app=web,tier in (a,b),!x,y!=z'), { values: [{ path: ['metadata', 'labels', 'app'], texts: ['web'] }, { path: ['metadata', 'labels', 'tier'], texts: ['a', 'b'] }] }],
    ['field selectors', parseFieldSelector('metadata.name=x,metadata.namespace=a', pod), { names: ['x'], namespaces: ['a'], values: [] }],
    ['nothing of a null, which also means missing', inValues(['metadata', 'namespace'], 'a', null), { values: [] }],
    ['nothing of an alternative', or([inValues(['metadata', 'name'], 'x'), inValues(['metadata', 'uid'], 'u')]), { values: [] }],
    ['nothing of a negation', not(inValues(['metadata', 'name'], 'x')), { values: [] }],
    ['nothing of an empty field', parseFieldSelector('metadata.namespace=', pod), { values: [] }],
    ['any other field', value(['spec', 'name'], { test: 'in', values: ['x', 3, true] }), { values: [{ path: ['spec', 'name'], texts: ['x', '3', 'true'] }] }],
    ['nothing of lists and objects', value(['spec', 'ports'], { test: 'in', values: [[80]] }), { values: [] }],
  ])('name %s', (_what, predicate, expected) => {
    const { values, ...sets } = indexHints(predicate)
    const plain = { ...Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, [...set]])), values: values.map(({ path, texts }) => ({ path, texts: [...texts] })) }
    expect(plain).toEqual(expected)
  })

  it('never leave out an object that the predicate holds for', () => {
    const text = fc.constantFrom('', 'a', 'b', 'c')
    const field = fc.constantFrom<Path[]>(['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'uid'], ['metadata', 'labels', 'app'], ['metadata', 'labels', 'x'], ['spec', 'a'])
    const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
      predicate: fc.oneof(
        { maxDepth: 3 },
        fc.tuple(field, fc.array(fc.option(text), { maxLength: 3 })).map(([path, values]) => value(path, { test: 'in', values })),
        fc.tuple(field, text, fc.constantFrom('', 'a')).map(([path, wanted, absent]) => value(path, { test: 'text', value: wanted, absent })),
        fc.array(tie('predicate'), { maxLength: 3 }).map(and),
        fc.array(tie('predicate'), { maxLength: 3 }).map(or),
        tie('predicate').map(not),
      ),
    }))
    const optional = fc.option(text, { nil: undefined })
    const object = fc.record({ name: text, namespace: optional, uid: optional, labels: fc.option(fc.dictionary(fc.constantFrom('app', 'x'), text), { nil: undefined }) })
    let held = 0
    fc.assert(
      fc.property(predicate, object, (random, { name, namespace, uid, labels }) => {
        if (!compilePredicate(random)({ metadata: { name, namespace, uid, labels } })) return
        held += 1
        const hints = indexHints(random)
        const allows = (set: ReadonlySet<string> | undefined, found: string | undefined) => set === undefined || (found !== undefined && set.has(found))
        expect([allows(hints.names, name), allows(hints.namespaces, namespace), allows(hints.uids, uid), ...hints.values.map(({ path, texts }) => allows(texts, readText({ metadata: { name, namespace, uid, labels } }, path)))]).not.toContain(false)
      }),
      { numRuns: 3000 },
    )
    expect(held).toBeGreaterThan(300)
  })
})
