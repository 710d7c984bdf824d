import { describe, expect, it } from 'vitest'
import { renderPayload, type Delivery } from '../../../src/delivery/payload.ts'

const delivery: Delivery = {
  sink: 's',
  event: 'id-1',
  lane: 'u',
  type: 'MODIFIED',
  reason: null,
  coalesced: 2,
  attempts: 0,
  cluster: 'c',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  uid: 'u',
  resourceVersion: '7',
  sequence: 12,
  finalStateUnknown: false,
  observedAt: 0,
  object: '{"spec":{"replicas":2}}',
  oldObject: '{"spec":{"replicas":1}}',
}
const dataOf = (payload: Parameters<typeof renderPayload>[2], changes: Partial<Delivery> = {}) => JSON.parse(renderPayload({ ...delivery, ...changes }, 'cloudevents', payload).body).data // oxlint-disable-line typescript/no-unsafe-return

describe('payloads', () => {
  it('hold the object, only which it is, its state before, or what changed', () => {
    const about = { type: 'MODIFIED', cluster: 'c', group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '7', coalesced: 2 }
    const object = { spec: { replicas: 2 } }
    expect(dataOf('full')).toEqual({ ...about, object })
    expect(dataOf('thin')).toEqual(about)
    expect(dataOf('oldAndNew')).toEqual({ ...about, object, oldObject: { spec: { replicas: 1 } } })
    expect(dataOf('patch')).toEqual({ ...about, patch: [{ op: 'replace', path: '/spec/replicas', value: 2 }] })
    expect(dataOf('patch', { type: 'ADDED' })).toMatchObject({ object })
  })

  it('tell what came under a name that every object inherits', () => {
    const data = (members: string) => `{"data":{${members}}}`
    expect(dataOf('patch', { oldObject: data(''), object: data('"constructor":"a","__proto__":"b"') })).toMatchObject({ patch: [{ op: 'add', path: '/data/constructor', value: 'a' }, { op: 'add', path: '/data/__proto__', value: 'b' }] })
  })

  it('are an envelope of CloudEvents', () => {
    const { data: _data, ...envelope } = JSON.parse(renderPayload(delivery, 'cloudevents', 'full').body)
    expect(envelope).toEqual({ specversion: '1.0', id: 'id-1', source: '/clusters/c', type: 'watchql.object.modified', subject: 'apps/v1/Deployment/shop/web', time: '1970-01-01T00:00:00.000Z', sequence: '0000000000000012', datacontenttype: 'application/json' })
  })
})
