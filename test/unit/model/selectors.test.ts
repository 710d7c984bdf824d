import fc from 'fast-check'
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
    ['x in (foo,,baz),y,z notin ()', { x: '', y: '' }, true],
    ['x in (foo,,baz),y,z notin ()', { x: '', y: '', z: '' }, false],
    ['notin notin (notin)', { notin: 'in' }, true],
    ['in', { in: '' }, true],
    ['a=in', { a: 'in' }, true],
    ['a in(b)', { a: 'b' }, true],
    ['a\t==\r\nb', { a: 'b' }, true],
    ['\n', {}, true],
    ['a=,b', { a: '', b: 'x' }, true],
    ['n>007', { n: '08' }, true],
    [`n>${'0'.repeat(60)}7`, { n: `${'0'.repeat(60)}8` }, true],
    ['n<9223372036854775807', { n: '9223372036854775806' }, true],
    ['n>5', { n: '9223372036854775808' }, false],
  ])('%j over %j gives %j', (selector, labels, expected) => {
    expect(compilePredicate(parseLabelSelector(selector))(labelled(labels as Record<string, string>))).toBe(expected)
  })

  it('take an object without labels for one that has none', () => {
    expect(compilePredicate(parseLabelSelector('app'))(labelled())).toBe(false)
    expect(compilePredicate(parseLabelSelector('app!=web'))(labelled())).toBe(true)
  })

  it.each(['a b', ',', 'a,', 'a=b=c', '=a', 'a in b', 'a in (b', 'a in (b c)', '!a=b', 'a>x', 'a>-1', 'a>1.5', '-a', 'a/b/c', 'A.B/c', 'a=b/c', `a=${'x'.repeat(64)}`, '"a', '"a"', 'a="b"', 'a "in" (b)', 'a in ("b")', 'a In (b)', 'a===b', 'a=!b', 'a!==b', 'a>=1', 'a>', 'a in', 'a in (', 'a in )', 'a in (b,c', 'a in (=)', 'a b=c', '!', '!!a', 'a,,b', '/a', 'a/', 'é=b', 'a=é', 'a>9223372036854775808', 'a>+5', 'a.=b', 'x'.repeat(64), `${'x'.repeat(254)}/a`])('%j is refused', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }))
  })
})

describe('label selectors, put together at random', () => {
  const key = fc.constantFrom('app', 'tier', 'example.com/app', 'in', 'notin')
  const text = fc.constantFrom('', 'web', 'db', 'in', '5', '10', '007')
  const operator = fc.constantFrom('=', '==', '!=', 'in', 'notin', 'exists', '!', '>', '<')
  const requirements = fc.array(fc.record({ key, operator, values: fc.array(text, { minLength: 1, maxLength: 3 }) }), { minLength: 1, maxLength: 4 })
  const labels = fc.dictionary(key, text)
  const blank = fc.constantFrom('', ' ', '\t ', '\n')

  it('select what their requirements say, blanks or none between their parts', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(requirements, labels, fc.array(blank, { minLength: 3, maxLength: 3 }), (all, object, [a = '', b = '', c = '']) => {
        const written = all.map(({ key: name, operator: op, values }) => {
          const [first = ''] = values
          if (op === 'exists') return `${a}${name}${b}`
          if (op === '!') return `${a}!${b}${name}${c}`
          if (op === 'in' || op === 'notin') return `${a}${name} ${op}${b}(${values.join(`${c},${b}`)}${a})`
          return `${a}${name}${b}${op}${c}${op === '>' || op === '<' ? '7' : first}`
        })
        const expected = all.every(({ key: name, operator: op, values }) => {
          const found = object[name]
          const listed = found !== undefined && (op === 'in' || op === 'notin' ? values : values.slice(0, 1)).includes(found)
          if (op === '!') return found === undefined
          if (op === 'exists') return found !== undefined
          if (op === '>' || op === '<') return found !== undefined && found !== '' && (op === '>' ? Number(found) > 7 : Number(found) < 7)
          return op.startsWith('!') || op === 'notin' ? !listed : listed
        })
        seen[`${expected}`] += 1
        expect(compilePredicate(parseLabelSelector(written.join(',')))(labelled(object)), written.join(',')).toBe(expected)
      }),
      { numRuns: 500 },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(50)
  })

  it('are read or refused, whatever the text, with the place where it went wrong', () => {
    const anything = fc.oneof(fc.string(), fc.array(fc.constantFrom('a', 'in', 'notin', '(', ')', ',', '=', '!', '>', '<', ' ', '5', '"', '/'), { maxLength: 10 }).map((parts) => parts.join('')))
    fc.assert(
      fc.property(anything, (selector) => {
        for (const parse of [parseLabelSelector, parseAnnotationSelector])
          try {
            expect(typeof compilePredicate(parse(selector))(labelled())).toBe('boolean')
          } catch (error) {
            expect(error).toMatchObject({ code: 'INVALID_SELECTOR', details: { selector, position: expect.any(Number) as number } })
          }
      }),
      { numRuns: 1000 },
    )
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
    ['spec.list=', true],
    ['spec!=', false],
    ['status.phase=running', false],
    ['status.phase= Running', false],
    ['spec.n!=03', true],
    ['metadata.labels[\'a.b/c\']=', true],
    ['spec.text=a\\,b\\=c\\\\d', true],
    [',status.phase=Running,', true],
  ])('%j gives %j', (selector, expected) => {
    expect(compilePredicate(parseFieldSelector(selector, pod))(object)).toBe(expected)
  })

  it('find any text that is escaped as kubectl escapes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '=', '\\', '!', ' ', 'é') }), fc.string(), (text, other) => {
        const escaped = text.replace(/[\\,=]/g, '\\$&')
        const holds = compilePredicate(parseFieldSelector(`spec.text=${escaped},metadata.name!=`, pod))
        expect(holds({ metadata: { name: 'x' }, spec: { text } })).toBe(true)
        expect(holds({ metadata: { name: 'x' }, spec: { text: other } })).toBe(other === text)
      }),
    )
  })

  it.each(['a', '=b', 'a=b=c', 'a=\\x', 'a=\\', 'a b=c', 'a..b=c'])('%j is refused', (selector) => {
    expect(() => parseFieldSelector(selector, pod)).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }))
  })

  it.each([
    [{ group: '', kind: 'Node' }, 'spec.unschedulable=false', {}, true],
    [{ group: '', kind: 'Node' }, 'spec.unschedulable=false', { spec: { unschedulable: true } }, false],
    [{ group: '', kind: 'ReplicationController' }, 'status.replicas=0', { status: {} }, true],
    [{ group: 'batch', kind: 'Job' }, 'status.successful=0', {}, true],
    [{ group: 'batch', kind: 'Job' }, 'status.successful=3', { status: { succeeded: 3 } }, true],
    [{ group: '', kind: 'Pod' }, 'spec.host=n1', { spec: { nodeName: 'n1' } }, true],
    [{ group: '', kind: 'Pod' }, 'spec.hostNetwork=true', { spec: { hostNetwork: true } }, true],
    // The server takes this field and knows it of no Pod.
    [{ group: '', kind: 'Pod' }, 'status.podIPs=', { status: { podIPs: [{ ip: '10.0.0.1' }] } }, true],
    [{ group: 'example.com', kind: 'Pod' }, 'spec.hostNetwork=false', {}, false],
  ])('know of %j what the server computes: %s', (kind, selector, fields, expected) => {
    expect(compilePredicate(parseFieldSelector(selector, kind))({ metadata: { name: 'x' }, ...fields })).toBe(expected)
  })

  it("know an event's source under its older and its newer name", () => {
    const holds = compilePredicate(parseFieldSelector('source=kubelet', { group: '', kind: 'Event' }))
    expect([{ source: { component: 'kubelet' } }, { source: {}, reportingComponent: 'kubelet' }, { source: { component: 'x' }, reportingComponent: 'kubelet' }].map((event) => holds(event))).toEqual([true, true, false])
  })
})
