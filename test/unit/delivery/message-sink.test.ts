import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/delivery/payload.ts'
import { MessageSink } from '../../../src/delivery/sinks/message-sink.ts'
import type { Message, MessageSystem, Outcome } from '../../../src/delivery/sinks/message-system.ts'
import { testDelivery } from '../../../src/delivery/test-delivery.ts'

const deliveryOf = (uid: string, more: Partial<Delivery> = {}): Delivery => ({ ...testDelivery('sink', 0), event: `event-${uid}`, uid, ...more })

const { signal } = new AbortController()

/** Holds each batch until it is told what became of it. */
class HeldSystem implements MessageSystem {
  readonly batches: { readonly messages: readonly Message[]; readonly settle: (outcomeOf?: (message: Message) => Outcome) => void }[] = []

  send(messages: readonly Message[]): Promise<readonly Outcome[]> {
    return new Promise((resolve) => this.batches.push({ messages, settle: (outcomeOf = () => ({ is: 'KEPT' })) => resolve(messages.map(outcomeOf)) }))
  }

  close = () => Promise.resolve()
}

const open = (maxBodyBytes = 1_000_000) => {
  const system = new HeldSystem()
  const sink = new MessageSink({ system, destinationOf: ({ kind }) => `watchql.${kind}`, attributePrefix: 'ce_', payload: 'full', maxBodyBytes })
  const batch = async (index: number) => {
    while (system.batches[index] === undefined) await new Promise((resolve) => setImmediate(resolve))
    return system.batches[index]
  }
  return { system, sink, batch }
}

describe('a sink of messages', () => {
  it('sends what comes while others are under way together, one batch after the other', async () => {
    const { system, sink, batch } = open()
    const first = [sink.send(deliveryOf('a'), signal), sink.send(deliveryOf('b'), signal)]
    const { messages, settle } = await batch(0)
    expect(messages.map(({ id, key, destination }) => [id, key, destination])).toEqual([['event-a', 'a', 'watchql.Test'], ['event-b', 'b', 'watchql.Test']])
    const second = [sink.send(deliveryOf('c'), signal), sink.send(deliveryOf('d'), signal)]
    await new Promise((resolve) => setImmediate(resolve))
    expect(system.batches).toHaveLength(1)
    settle()
    expect(await Promise.all(first)).toEqual([{ outcome: 'accepted', status: null, error: null }, { outcome: 'accepted', status: null, error: null }])
    const next = await batch(1)
    expect(next.messages.map(({ key }) => key)).toEqual(['c', 'd'])
    next.settle(({ key }) => (key === 'c' ? { is: 'REFUSED', reason: 'too large' } : { is: 'FAILED', reason: 'away' }))
    expect(await Promise.all(second)).toEqual([{ outcome: 'impossible', status: null, error: 'too large' }, { outcome: 'unreachable', status: null, error: 'away' }])
  })

  it('keeps batches below what brokers take, and sends what is larger alone', async () => {
    const { sink, batch } = open()
    const object = JSON.stringify({ text: 'x'.repeat(300_000) })
    for (const uid of ['a', 'b', 'c']) void sink.send(deliveryOf(uid, { object }), signal)
    for (const [index, keys] of [['a'], ['b'], ['c']].entries()) {
      const { messages, settle } = await batch(index)
      expect(messages.map(({ key }) => key)).toEqual(keys)
      settle()
    }
  })

  it('is told at once what is larger than may be sent', async () => {
    const { sink, system } = open(1000)
    expect(await sink.send(deliveryOf('a', { object: JSON.stringify({ text: 'x'.repeat(2000) }) }), signal)).toMatchObject({ outcome: 'impossible', error: expect.stringContaining('delivery.maxBodyBytes is 1000') as string })
    expect(system.batches).toEqual([])
  })

  it('waits no longer than it is to', async () => {
    const { sink, batch } = open()
    const stopping = new AbortController()
    const sending = sink.send(deliveryOf('a'), stopping.signal)
    await batch(0)
    stopping.abort()
    expect(await sending).toEqual({ outcome: 'unreachable', status: null, error: 'it was broken off' })
  })

  it('sends the attributes of the event as headers and its data as the body', async () => {
    const { sink, batch } = open()
    void sink.send(deliveryOf('a', { type: 'DELETED', reason: null }), signal)
    const { messages: [message] } = await batch(0)
    expect(message?.headers).toMatchObject({ 'content-type': 'application/json', ce_specversion: '1.0', ce_id: 'event-a', ce_source: '/clusters/test', ce_type: 'watchql.object.deleted', ce_subject: 'watchql.io/v1/Test/test', ce_time: '1970-01-01T00:00:00.000Z' })
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ type: 'DELETED', uid: 'a', object: { kind: 'Test' } })
  })
})
