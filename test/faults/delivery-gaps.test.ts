import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { continueExpires, expiredEvent, resourceVersionsGoBack } from '../../src/playground/api-server/faults.ts'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { openReceiver, status } from '../support/receiver.ts'

const nothing = (missing: readonly string[]) => missing.length === 0

/** A gateway that delivers config maps and can be started again; `make`, `change` and `remove` act on one of them. */
async function open({ webhook = {}, delivery = {}, watch = {} }: { readonly webhook?: object; readonly delivery?: object; readonly watch?: object } = {}) {
  const server = await openApiServer()
  const receiver = await openReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-gaps-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const config = {
    database: { path: join(folder, 'watchql.db') },
    watch: { streamingLists: false, ...watch },
    delivery: { retryWaitsSeconds: [0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1, 1, 1, 1, 1, 1], timeoutMs: 300, ...delivery, webhooks: [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', ...webhook }] },
  }
  const configMaps = server.store.resource('configmaps')
  const draft = (name: string, value: string) => ({ metadata: { name }, data: { value } })
  return {
    server,
    receiver,
    start: () => openGateway(server, { config }),
    make: (name: string, value = '') => server.store.create(configMaps, 'shop', draft(name, value)),
    change: (name: string, value: string) => server.store.update(configMaps, 'shop', name, draft(name, value)),
    remove: (name: string) => server.store.delete(configMaps, 'shop', name),
    told: receiver.told,
  }
}

describe('an object', () => {
  it('that is replaced by another of its name while the service is down, or between two watches, is DELETED and then ADDED', async () => {
    const { server, receiver, start, make, remove, told } = await open()
    make('a')
    const gateway = await start()
    await eventually(told, (all) => all.length === 1)
    await gateway.stop()
    remove('a')
    const second = make('a')
    await start()
    await eventually(told, (all) => all.join() === 'ADDED a,DELETED a,ADDED a')
    server.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, times: 1, action: expiredEvent })
    server.disturbWatches('configmaps', (exchange) => exchange.cut())
    remove('a')
    const third = make('a')
    await eventually(told, (all) => all.join() === 'ADDED a,DELETED a,ADDED a,DELETED a,ADDED a')
    expect(receiver.received.slice(2).map(({ body }) => body.data.uid)).toEqual([second, second, third].map(({ metadata }) => metadata.uid))
  })

  it('that comes and goes while the receiver is down is told from its beginning to its end', async () => {
    const { receiver, start, make, change, remove, told } = await open()
    const gateway = await start()
    await eventually(() => gateway.data('{ watches { state } }'), ({ watches }) => watches[0]?.state === 'LIVE')
    await sleep(300)
    receiver.replies(status(503))
    make('a')
    await sleep(100)
    change('a', 'x')
    await sleep(100)
    remove('a')
    await eventually(told, (all) => all.length > 1)
    receiver.replies(status(204))
    const before = receiver.received.length
    await eventually(() => told().slice(before), (all) => all.join() === 'ADDED a,MODIFIED a,DELETED a', 10_000)
    expect(receiver.received.at(-1)?.body.data.finalStateUnknown).toBeUndefined()
  })

  it('that is too large to be sent is given up with the reason, and holds nobody up', async () => {
    const { receiver, start, make, remove, told } = await open({ delivery: { maxBodyBytes: 2000 } })
    make('large', 'x'.repeat(5000))
    make('small')
    const gateway = await start()
    await eventually(told, (all) => all.join() === 'ADDED small')
    const { deliveries } = await gateway.data('{ deliveries(sink: "all", state: DEAD) { nodes { name error } } }')
    expect(deliveries.nodes).toEqual([{ name: 'large', error: expect.stringContaining('maxBodyBytes is 2000') as string }])
    expect((await gateway.data('{ webhooks { state dead pending } }')).webhooks).toEqual([{ state: 'ACTIVE', dead: 1, pending: 0 }])
    make('later')
    remove('small')
    await eventually(() => told().toSorted(), (all) => all.join() === 'ADDED later,ADDED small,DELETED small')
    expect(receiver.received).toHaveLength(3)
  })
})

describe('deliveries', () => {
  it('survive an API server that is restored from a backup: what is older now is told as it is', async () => {
    const { server, receiver, start, make, change, told } = await open()
    for (const name of ['a', 'b']) make(name)
    await start()
    await eventually(told, (all) => all.length === 2)
    server.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, times: 3, action: resourceVersionsGoBack(2) })
    server.disturbWatches('configmaps', (exchange) => exchange.cut())
    const last = change('a', 'after')
    await eventually(() => receiver.received.findLast(({ body }) => body.data.name === 'a')?.body.data.object.metadata.resourceVersion, (version) => version === last.metadata.resourceVersion)
    expect(told().filter((one) => one.startsWith('DELETED'))).toEqual([])
    const sequences = receiver.received.map(({ body }) => body.sequence as string)
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  it('miss nothing and delete nothing when each list expires between two pages', async () => {
    const { server, receiver, start } = await open({ watch: { pageSize: 3 } })
    const ledger = keepLedger(server, seeded(7))
    for (let i = 0; i < 40; i += 1) ledger.mutate()
    server.faults.add({ match: { verb: 'list', resource: 'configmaps' }, times: 20, action: continueExpires })
    await start()
    for (let i = 0; i < 100; i += 1) {
      ledger.mutate()
      if (i % 20 === 0) {
        server.compact()
        server.disturbWatches('configmaps', (exchange) => exchange.cut())
      }
      await sleep(5)
    }
    await eventually(() => ledger.missing(receiver.received), nothing, 10_000)
    ledger.check(receiver.received)
  })

  it('that are asked for again during an outage come in their turn, with the bytes that they had, though the backlog is crowded', async () => {
    const { server, receiver, start, make, change } = await open({ webhook: { maxBacklog: 1, payload: 'oldAndNew' } })
    const gateway = await start()
    const versions = make('a')
    for (let i = 0; i < 3; i += 1) {
      await eventually(() => receiver.received.length, (count) => count > i)
      change('a', `before ${i}`)
    }
    await eventually(() => receiver.received.length, (count) => count === 4)
    await eventually(() => gateway.data('{ deliveries(sink: "all", state: DELIVERED) { nodes { event } } }'), ({ deliveries }) => deliveries.nodes.length === 4)
    receiver.replies(status(500))
    for (let i = 0; i < 10; i += 1) change('a', `during ${i}`)
    await eventually(() => receiver.received.length, (count) => count > 4)
    expect((await gateway.data('mutation { redeliver(sink: "all", state: DELIVERED) }')).redeliver).toBe(4)
    for (let i = 10; i < 30; i += 1) {
      change('a', `during ${i}`)
      await sleep(10)
    }
    receiver.replies(status(204))
    await eventually(() => receiver.received.at(-1)?.body.data.object.data.value, (value) => value === 'during 29', 10_000)
    const texts = new Map<string, Set<string>>()
    for (const { headers, text } of receiver.received) texts.set(String(headers['webhook-id']), (texts.get(String(headers['webhook-id'])) ?? new Set()).add(text))
    expect([...texts.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect(receiver.received.at(-1)?.body.data).toMatchObject({ uid: versions.metadata.uid, coalesced: expect.any(Number) as number })
    expect((await gateway.data('{ webhooks { pending dead } }')).webhooks).toEqual([{ pending: 0, dead: 0 }])
    expect(server.store.list(server.store.resource('configmaps'))).toHaveLength(1)
  })
})
