import { describe, expect, it } from 'vitest'
import type { Heap } from '../../src/base/heap.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

/** A heap of 1,000 bytes, of which so many are in use as the test says. */
class FakeHeap implements Heap {
  readonly limitBytes = 1000
  used = 0
  garbage = 0
  usedBytes = () => this.used + this.garbage
  collect = () => {
    this.garbage = 0
  }
}

const states = '{ watches { kind { kind } state objects bytes lastError { code message } } }'
const stateOf = async (data: (query: string) => Promise<any>, kind: string) => (await data(states)).watches.find((watch: any) => watch.kind.kind === kind) // oxlint-disable-line typescript/no-explicit-any

async function open(config: Record<string, unknown> = {}) {
  const heap = new FakeHeap()
  const server = await openApiServer()
  server.make('pods', { metadata: { name: 'a' } })
  server.make('configmaps', { metadata: { name: 'small' }, data: { text: 'x' } })
  server.make('secrets', { metadata: { name: 'large' }, stringData: { text: 'x'.repeat(1000) } })
  const gateway = await openGateway(server, { heap, config: { initialWatchingResources: [{ kind: 'Pod' }], ...config } })
  await eventually(() => stateOf(gateway.data, 'Pod'), (pod) => pod?.state === 'LIVE')
  await gateway.data('{ objects(kinds: [{ kind: "ConfigMap" }, { kind: "Secret" }]) { totalCount } }')
  return { ...gateway, heap }
}

describe('a process that holds more than it may', () => {
  it('gives up the largest kind that nobody declared, and says so where it is asked for', async () => {
    const { data, heap } = await open()
    heap.used = 701
    const secrets = await eventually(() => stateOf(data, 'Secret'), ({ state }) => state === 'REFUSED')
    heap.used = 500
    expect(secrets).toMatchObject({ objects: 0, bytes: 0, lastError: { code: 'MEMORY_LIMIT', message: expect.stringContaining('watch.memoryPercent') as string } })
    const { objects } = await data('{ objects(kinds: [{ kind: "Secret" }, { kind: "ConfigMap" }, { kind: "Pod" }]) { nodes { metadata { name } } partial { code kind } } }')
    expect(objects).toEqual({ nodes: [{ metadata: { name: 'small' } }, { metadata: { name: 'a' } }], partial: [{ code: 'MEMORY_LIMIT', kind: 'v1/Secret' }] })
  })

  it('gives up one kind after another, the declared last', async () => {
    const { data, heap } = await open()
    heap.used = 900
    const order: string[] = []
    await eventually(
      async () => {
        const refused = (await data(states)).watches.filter(({ state }: { state: string }) => state === 'REFUSED').map((watch: { kind: { kind: string } }) => watch.kind.kind)
        order.push(...refused.filter((kind: string) => !order.includes(kind)))
        return order.length
      },
      (length) => length === 3,
    )
    expect(order).toEqual(['Secret', 'ConfigMap', 'Pod'])
  })

  it('keeps all where it is garbage that fills it', async () => {
    const { data, heap } = await open()
    heap.garbage = 900
    await eventually(() => heap.garbage, (garbage) => garbage === 0)
    expect((await data(states)).watches.map(({ state }: { state: string }) => state)).toEqual(['LIVE', 'LIVE', 'LIVE'])
  })

  it('tries the kind again when there is room, or when it is asked to', async () => {
    const { data, heap } = await open({ watch: { refusedRetryMs: 1000 } })
    const refused = async (kind: string) => {
      heap.used = 900
      await eventually(() => stateOf(data, kind), ({ state }) => state === 'REFUSED')
      heap.used = 600 // not so little that it is tried by itself
    }
    await refused('Secret')
    await data('mutation { startWatch(kind: { kind: "Secret" }) { state } }')
    await eventually(() => stateOf(data, 'Secret'), ({ state, objects }) => state === 'LIVE' && objects === 1)
    await refused('ConfigMap')
    heap.used = 480
    await eventually(() => stateOf(data, 'ConfigMap'), ({ state, objects }) => state === 'LIVE' && objects === 1)
  })
})
