import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

const labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  none: {},
  empty: { tier: '' },
  gold: { tier: 'gold', size: '5', 'example.com/team': 'red' },
  silver: { tier: 'silver', size: '20', 'example.com/team': 'blue' },
  small: { size: 'small' },
}

const labelCases: readonly (readonly [string, readonly string[]])[] = [
  ['tier', ['empty', 'gold', 'silver']],
  ['!tier', ['none', 'small']],
  ['tier=gold', ['gold']],
  ['tier==gold', ['gold']],
  ['tier=', ['empty']],
  ['tier!=gold', ['empty', 'none', 'silver', 'small']],
  ['tier in (gold,silver)', ['gold', 'silver']],
  ['tier in (gold, )', ['empty', 'gold']],
  ['tier notin (gold,silver)', ['empty', 'none', 'small']],
  ['size>5', ['silver']],
  ['size>4,size<21', ['gold', 'silver']],
  ['size<6', ['gold']],
  ['tier,size notin (5)', ['empty', 'silver']],
  ['example.com/team=red', ['gold']],
  [' tier = gold , size = 5 ', ['gold']],
  ['tier=gold,tier=silver', []],
]

export function selectors(fixture: () => Fixture): void {
  describe('selectors', () => {
    const select = async (plural: string, query: Readonly<Record<string, string>>): Promise<string[]> =>
      (await fixture().client.get(fixture().path(plural), query)).items.map(({ metadata }: Document) => metadata.name).sort()

    describe('by label', () => {
      beforeAll(() => Promise.all(Object.entries(labels).map(([name, own]) => fixture().client.create(fixture().path('serviceaccounts'), { metadata: { name, labels: { selected: 'yes', ...own } } }))))

      it.for(labelCases)('%s finds %j', async ([selector, names]) => {
        expect(await select('serviceaccounts', { labelSelector: `selected=yes,${selector}` })).toEqual(names)
      })
    })

    describe('by field', () => {
      let prefix: string
      beforeAll(async () => {
        prefix = fixture().name('fields')
        await fixture().pod(`${prefix}-a`, { nodeName: `${prefix}-node`, restartPolicy: 'Never' })
        await fixture().pod(`${prefix}-b`, { restartPolicy: 'OnFailure' })
        await fixture().client.patch(`${fixture().path('pods')}/${prefix}-b/status`, { status: { phase: 'Failed' } })
      })
      const cases: readonly (readonly [string, readonly string[]])[] = [
        ['metadata.name=PREFIX-a', ['a']],
        ['metadata.name!=PREFIX-a,spec.schedulerName=none,metadata.namespace=NAMESPACE', ['b']],
        ['spec.nodeName=PREFIX-node', ['a']],
        ['spec.nodeName=,metadata.name=PREFIX-b', ['b']],
        ['spec.restartPolicy==Never', ['a']],
        ['status.phase=Failed', ['b']],
        ['status.phase!=Failed,spec.restartPolicy=Never', ['a']],
        ['metadata.namespace=other', []],
        ['spec.nodeName=PREFIX\\,node', []],
      ]
      it.for(cases)('%s finds %j', async ([selector, names]) => {
        const fieldSelector = selector.replaceAll('PREFIX', prefix).replaceAll('NAMESPACE', fixture().namespace)
        const found = (await select('pods', { fieldSelector })).filter((name) => name.startsWith(prefix))
        expect(found).toEqual(names.map((name) => `${prefix}-${name}`))
      })

      it('narrows by label and field together', async () => {
        await fixture().client.patch(`${fixture().path('pods')}/${prefix}-a`, { metadata: { labels: { both: prefix } } })
        expect(await select('pods', { labelSelector: `both=${prefix}`, fieldSelector: 'spec.restartPolicy=Never' })).toEqual([`${prefix}-a`])
        expect(await select('pods', { labelSelector: `both=${prefix}`, fieldSelector: 'spec.restartPolicy=OnFailure' })).toEqual([])
      })

      it('finds the events of an object', async () => {
        const { namespace } = fixture()
        const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace, name: `${prefix}-a` }
        await fixture().client.create(fixture().path('events'), { metadata: { name: `${prefix}-event` }, involvedObject, reason: 'Pulled', type: 'Normal', source: { component: 'kubelet' }, message: 'pulled' })
        expect(await select('events', { fieldSelector: `involvedObject.name=${prefix}-a,involvedObject.kind=Pod,reason=Pulled` })).toEqual([`${prefix}-event`])
        expect(await select('events', { fieldSelector: `involvedObject.name=${prefix}-a,source=kubelet` })).toEqual([`${prefix}-event`])
        expect(await select('events', { fieldSelector: `involvedObject.name=${prefix}-a,type=Warning` })).toEqual([])
      })

      it('finds secrets by type', async () => {
        await fixture().client.create(fixture().path('secrets'), { metadata: { name: `${prefix}-secret` }, type: 'example.com/own', stringData: {} })
        expect(await select('secrets', { fieldSelector: 'type=example.com/own' })).toEqual([`${prefix}-secret`])
      })
    })
  })
}
