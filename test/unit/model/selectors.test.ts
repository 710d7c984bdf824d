import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../src/model/compile-predicate.ts'
import { parseFieldSelector } from '../../../src/model/field-selector.ts'
import { parseAnnotationSelector, parseLabelSelector } from '../../../src/model/label-selector.ts'

const labelled = (labels?: Record<string, string>) => ({ metadata: { name: 'x', ...(labels === undefined ? {} : { labels }) } })
const pod = { group: '', kind: 'Pod' }

describe('label selectors', () => {
  it.each([
    ['', {}, true],
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'web' }, true],
    [' app = web , tier', { app: 'web', tier: '' }, true],
    ['app=', { app: '' }, true],
    ['app=', {}, false],
    ['app!=web', {}, true],
    ['app notin (web)', {}, true],
    ['app in (web, db)', { app: 'db' }, true],
    ['app in (,db)', { app: '' }, true],
    ['app in ()', { app: '' }, true],
    ['!app', { app: '' }, false],
    ['! app', {}, true],
    ['n>5', { n: '6' }, true],
    ['n>5', { n: '5' }, false],
    ['n<5', { n: 'x' }, false],
    ['n<5', {}, false],
    ['n>9', { n: '10' }, true],
    ['in in (in)', { in: 'in' }, true],
    ['example.com/a_b.c', { 'example.com/a_b.c': 'x' }, true],
    ['constructor', {}, false],
  ])('%j over %j gives %j', (selector, labels, expected) => {
    expect(compilePredicate(parseLabelSelector(selector))(labelled(labels as Record<string, string>))).toBe(expected)
  })

  it('take an object without labels for one that has none', () => {
    expect(compilePredicate(parseLabelSelector('app'))(labelled())).toBe(false)
    expect(compilePredicate(parseLabelSelector('app!=web'))(labelled())).toBe(true)
  })

  it.each(['a b', ',', 'a,', 'a=b=c', '=a', 'a in b', 'a in (b', 'a in (b c)', '!a=b', 'a>x', 'a>-1', 'a>1.5', '-a', 'a/b/c', 'A.B/c', 'a=b/c', `a=${'x'.repeat(64)}`, '"a', 'a In (b)'])('%j is refused', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }))
  })
})

describe('annotation selectors', () => {
  it('take any value, in quotes where it needs them', () => {
    const object = { metadata: { name: 'x', annotations: { 'a/b': 'x=1, "y" (z)', plain: 'http://a/b?c' } } }
    expect(compilePredicate(parseAnnotationSelector('a/b = "x=1, \\"y\\" (z)"'))(object)).toBe(true)
    expect(compilePredicate(parseAnnotationSelector('plain in (http://a/b?c,other)'))(object)).toBe(true)
    expect(compilePredicate(parseAnnotationSelector('plain="http://a/b"'))(object)).toBe(false)
  })
})

describe('field selectors', () => {
  const object = { metadata: { name: 'x' }, spec: { a: true, n: 3, list: [1], text: 'a,b=c\\d' }, status: { phase: 'Running' } }

  it.each([
    ['', true],
    ['status.phase=Running', true],
    ['status.phase!=Running', false],
    ['metadata.name==x,status.phase=Running', true],
    ['spec.a=true,spec.n=3', true],
    ['spec.none=', true],
    ['spec.none!=x', true],
    ['spec.hostNetwork=false', true],
    ['spec.host=', true],
    ['spec.list=1', false],
    ['spec.text=a\\,b\\=c\\\\d', true],
    [',status.phase=Running,', true],
  ])('%j gives %j', (selector, expected) => {
    expect(compilePredicate(parseFieldSelector(selector, pod))(object)).toBe(expected)
  })

  it.each(['a', '=b', 'a=b=c', 'a=\\x', 'a=\\', 'a b=c', 'a..b=c'])('%j is refused', (selector) => {
    expect(() => parseFieldSelector(selector, pod)).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }))
  })

  it("know an event's source under its older and its newer name", () => {
    const holds = compilePredicate(parseFieldSelector('source=kubelet', { group: '', kind: 'Event' }))
    expect([{ source: { component: 'kubelet' } }, { source: {}, reportingComponent: 'kubelet' }, { source: { component: 'x' }, reportingComponent: 'kubelet' }].map((event) => holds(event))).toEqual([true, true, false])
  })
})
