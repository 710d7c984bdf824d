import type { Delivery } from './payload.ts'

/** An event of an object that is nowhere, by which a receiver can be tried. */
export function testDelivery(sink: string, now: number): Delivery {
  const object = { apiVersion: 'watchql.io/v1', kind: 'Test', metadata: { name: 'test', uid: 'test', resourceVersion: '1' } }
  return {
    sink,
    event: `test-${now.toString(36)}`,
    lane: 'test',
    type: 'ADDED',
    reason: 'TEST',
    coalesced: 0,
    attempts: 0,
    cluster: 'test',
    group: 'watchql.io',
    version: 'v1',
    kind: 'Test',
    namespace: '',
    name: 'test',
    uid: 'test',
    resourceVersion: '1',
    sequence: 0,
    finalStateUnknown: false,
    observedAt: now,
    object: JSON.stringify(object),
    oldObject: null,
  }
}
