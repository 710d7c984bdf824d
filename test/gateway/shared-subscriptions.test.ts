import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { delay } from '../../src/playground/api-server/faults.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

/** Each object that is looked at is one that the caller must be allowed to read: so it is seen how often something was executed. */
async function open(config: Record<string, unknown> = {}) {
  const asked = { count: 0 }
  class Everywhere extends Set<string> {
    override has(): boolean {
      asked.count += 1
      return true
    }
  }
  const scope = { readableNamespaces: () => new Everywhere() }
  const server = await openApiServer()
  server.make('nodes', { metadata: { name: 'n' } })
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }, { kind: 'Node' }, { kind: 'ConfigMap' }], ...config }, authenticate: () => Promise.resolve({ scope }) })
  return {
    ...gateway,
    server,
    pod: (name: string) => server.make('pods', { metadata: { name }, spec: { nodeName: 'n' } }),
    /** How often it was asked until all of that is done, and nothing more comes of it. */
    asked: async (done: () => Promise<unknown>) => {
      const before = asked.count
      await done()
      for (let now = -1; now !== asked.count; await sleep(100)) now = asked.count
      return asked.count - before
    },
    /** So many who follow the same. */
    crowd: (count: number, query: string, variables: Record<string, unknown> = {}) => Array.from({ length: count }, () => follow(gateway.url, query, variables)),
  }
}

function follow(url: string, query: string, variables: Record<string, unknown>) {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  const told: any[] = [] // oxlint-disable-line typescript/no-explicit-any -- of every shape
  client.subscribe({ query, variables }, { next: ({ data, errors }) => told.push(data ?? errors), error: (error) => told.push(error), complete: () => undefined })
  return { told, hears: (count: number) => eventually(() => told, (so) => so.length >= count) }
}

const everyone = (crowd: readonly { readonly hears: (count: number) => Promise<unknown> }[], count: number) => Promise.all(crowd.map(({ hears }) => hears(count)))
const followed = 'object { metadata { name } relations { one(relation: "node") { status } } }'
const changes = `subscription ($initial: Boolean, $after: String) { objects(kinds: [{ kind: "Pod" }], initial: $initial, after: $after) { type cursor ${followed} } }`

describe('identical subscriptions', () => {
  it('are executed once for each change, whenever each of them came', async () => {
    const { crowd, pod, asked } = await open()
    const [one] = crowd(1, changes, { initial: true })
    await one?.hears(1)
    const alone = await asked(async () => {
      pod('a')
      await one?.hears(2)
    })
    expect(alone).toBeGreaterThan(0)
    const others = crowd(10, changes, { initial: true })
    await everyone(others, 2)
    const all = [...others, ...crowd(10, changes, { initial: true })]
    await everyone(all, 2)
    expect(await asked(async () => (pod('b'), everyone(all, 3)))).toBe(alone)
    expect(new Set(all.map(({ told }) => JSON.stringify(told.at(-1)))).size).toBe(1)
  })

  it('share what they begin with, as long as nothing has changed', async () => {
    const { crowd, pod, asked, data } = await open()
    for (let i = 0; i < 20; i += 1) pod(`p${i}`)
    await eventually(() => data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }'), ({ objects }) => objects.totalCount === 20)
    const beginning = (count: number) => asked(() => everyone(crowd(count, changes, { initial: true }), 21))
    const alone = await beginning(1)
    // Each has its operation to open, and none executes for itself what all are told.
    expect(await beginning(10)).toBeLessThan(alone + 10 * 5)
  })

  it('share what they missed when they resume', async () => {
    const { crowd, pod, asked, data } = await open()
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }]) { cache { cursor } } }')
    for (let i = 0; i < 20; i += 1) pod(`p${i}`)
    await eventually(() => data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }'), (answer) => answer.objects.totalCount === 20)
    const resuming = (count: number) => asked(() => everyone(crowd(count, changes, { after: objects.cache.cursor }), 20))
    expect(await resuming(1)).toBeGreaterThan(20)
    // Each looks at what it missed; what came of it is known.
    expect(await resuming(10)).toBe(10 * 20)
  })

  it('are one also when all of them came before the first list was in', async () => {
    const { crowd, pod, asked, server } = await open({ initialWatchingResources: [{ kind: 'Node' }] })
    server.faults.add({ match: { resource: 'pods' }, action: delay(1000), times: 1 })
    const all = crowd(10, changes, { initial: true })
    await everyone(all, 1)
    const together = await asked(async () => (pod('a'), everyone(all, 2)))
    const another = crowd(1, changes.replace('cursor', ''), { initial: true })
    await everyone(another, 2)
    const both = await asked(async () => (pod('b'), everyone([...all, ...another], 3)))
    expect(both).toBe(2 * together)
  })
})

describe('a live query', () => {
  const live = 'subscription { live(throttleMs: 0) { objects(kinds: [{ kind: "Pod" }]) { nodes { metadata { name } relations { one(relation: "node") { status } } } } } }'

  it('is executed once for all who follow it, and only when something that it read has changed', async () => {
    const { crowd, pod, asked, server } = await open()
    const [one] = crowd(1, live)
    await one?.hears(1)
    const alone = await asked(async () => (pod('a'), one?.hears(2)))
    expect(alone).toBeGreaterThan(0)
    const all = crowd(10, live)
    await everyone(all, 1)
    expect(await asked(async () => (pod('b'), everyone(all, 2)))).toBeLessThan(3 * alone)
    const unread = await asked(async () => {
      server.make('configmaps', { metadata: { name: 'c' }, data: {} })
      await sleep(100)
    })
    expect(unread).toBe(0)
  })
})
