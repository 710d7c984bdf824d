import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySelectorQuery, labelMapQuery, labelSelectorQuery } from '../../../src/relations/label-query.ts'

type Labels = Readonly<Record<string, string>>
interface Expression {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

const key = fc.constantFrom('app', 'tier', 'example.com/zone', 'constructor')
const text = fc.constantFrom('web', 'api', '')
const labels: fc.Arbitrary<Labels> = fc.dictionary(key, text)
const selector = fc.record({
  matchLabels: fc.dictionary(key, text, { maxKeys: 2 }),
  matchExpressions: fc.array(fc.record({ key, operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'), values: fc.array(text, { maxLength: 2 }) }), { maxLength: 3 }),
})

const pod = (own: Labels | undefined) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', uid: 'u', resourceVersion: '1', ...(own === undefined ? {} : { labels: own }) } })

/** As the reference of LabelSelector says it. */
function selects({ matchLabels, matchExpressions }: { readonly matchLabels: Labels; readonly matchExpressions: readonly Expression[] }, own: Labels): boolean {
  const meets = ({ key: name, operator, values }: Expression) => {
    const has = Object.hasOwn(own, name)
    if (operator === 'In') return has && values.includes(own[name] ?? '')
    if (operator === 'NotIn') return !has || !values.includes(own[name] ?? '')
    return (operator === 'Exists') === has
  }
  return Object.entries(matchLabels).every(([name, value]) => Object.hasOwn(own, name) && own[name] === value) && matchExpressions.every(meets)
}

describe('a selector of labels', () => {
  it('holds for exactly the objects that it describes, and each of them has what an index begins with', () => {
    fc.assert(
      fc.property(selector, labels, (wanted, own) => {
        const query = labelSelectorQuery(structuredClone(wanted))
        const expected = selects(wanted, own)
        expect(query?.holds(pod(own))).toBe(expected)
        if (expected) for (const { key: name, values } of query?.required ?? []) expect(values).toContain(own[name])
      }),
      { numRuns: 2000 },
    )
  })

  it('selects everything where it is empty, and nothing where there is none', () => {
    expect(labelSelectorQuery({})?.holds(pod(undefined))).toBe(true)
    expect(labelSelectorQuery(undefined)).toBeUndefined()
    expect(labelSelectorQuery('app=web')).toBeUndefined()
  })

  it('holds for nothing with an operator that there is not', () => {
    expect(labelSelectorQuery({ matchExpressions: [{ key: 'app', operator: 'Like', values: ['web'] }] })?.holds(pod({ app: 'web' }))).toBe(false)
  })
})

describe('a map of labels', () => {
  it('selects what has all of them, and nothing where it is empty', () => {
    const query = labelMapQuery({ app: 'web', tier: 'gold' })
    expect(query?.holds(pod({ app: 'web', tier: 'gold', more: 'x' }))).toBe(true)
    expect(query?.holds(pod({ app: 'web' }))).toBe(false)
    expect(labelMapQuery({})).toBeUndefined()
  })

  it('is told from a selector by what stands in it', () => {
    expect(anySelectorQuery({ app: 'web' })?.holds(pod({ app: 'web' }))).toBe(true)
    expect(anySelectorQuery({ matchLabels: { app: 'web' } })?.holds(pod({ app: 'api' }))).toBe(false)
    expect(anySelectorQuery({})?.holds(pod(undefined))).toBe(true)
  })
})
