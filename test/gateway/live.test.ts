import { createClient, type ExecutionResult } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jsonPatch } from '../../src/playground/api-server/writes/json-patch.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

type Result = ExecutionResult<any, any> // oxlint-disable-line typescript/no-explicit-any -- of every shape

async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }, { kind: 'Service' }], ...config } })
  const resource = server.registry.resources().find(({ plural }) => plural === 'pods')
  return {
    ...gateway,
    make: server.make,
    remove: (name: string) => server.store.delete(resource as never, 'shop', name),
    label: (name: string, labels: Record<string, string>) => {
      const object = server.store.get(resource as never, 'shop', name)
      const { resourceVersion: _any, ...metadata } = object.metadata
      server.store.update(resource as never, 'shop', name, { ...object, metadata: { ...metadata, labels } })
    },
    live: (query: string) => {
      const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
      onTestFinished(() => void client.dispose())
      const results = client.iterate({ query })
      return { next: async () => (await results.next()).value as Result, ended: async () => (await results.next()).done === true }
    },
  }
}

const pod = (name: string) => ({ metadata: { name } })
const names = (result: Result): string[] => result.data.live.objects.nodes.map((node: { metadata: { name: string } }) => node.metadata.name)
const podNames = 'objects(kinds: [{ kind: "Pod" }]) { nodes { metadata { name } } }'

describe('a live query', () => {
  it('tells its result, and again when a change alters it', async () => {
    const { make, remove, live } = await open()
    make('pods', pod('a'))
    const { next } = live(`subscription { live { ${podNames} } }`)
    expect(names(await next())).toEqual(['a'])
    make('pods', pod('b'))
    expect(names(await next())).toEqual(['a', 'b'])
    remove('a')
    expect(names(await next())).toEqual(['b'])
  })

  it('says nothing of changes that do not alter it, nor of kinds that it did not read', async () => {
    const { make, label, live } = await open()
    make('pods', pod('a'))
    const { next } = live(`subscription { live(throttleMs: 0) { ${podNames} } }`)
    expect(names(await next())).toEqual(['a'])
    label('a', { tier: 'web' })
    make('services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
    make('pods', pod('b'))
    expect(names(await next())).toEqual(['a', 'b'])
  })

  it('waits between two results, and then tells the newest', async () => {
    const { make, live } = await open()
    const { next } = live(`subscription { live(throttleMs: 300) { ${podNames} } }`)
    expect(names(await next())).toEqual([])
    for (const name of ['a', 'b', 'c']) make('pods', pod(name))
    expect(names(await next())).toEqual(['a', 'b', 'c'])
  })

  it('of mode PATCH tells the first result, then what leads to the next', async () => {
    const { make, remove, live } = await open()
    make('pods', pod('a'))
    const { next } = live(`subscription { live(mode: PATCH) { ${podNames} } }`)
    const first = await next()
    expect(first).toMatchObject({ data: { live: { objects: { nodes: [{ metadata: { name: 'a' } }] } } }, extensions: { revision: 1 } })
    make('pods', pod('b'))
    const second = await next()
    expect(second).toEqual({ extensions: { revision: 2, patch: [{ op: 'add', path: '/live/objects/nodes/1', value: { metadata: { name: 'b' } } }] } })
    remove('a')
    const third = await next()
    const folded = [second, third].reduce((data, { extensions }) => jsonPatch(data, extensions.patch), first.data as unknown)
    expect(names({ data: folded })).toEqual(['b'])
    expect(third).toMatchObject({ extensions: { revision: 3 } })
  })

  it('tells errors as results, and goes on when they are over', async () => {
    const { live, data } = await open({ initialWatchingResources: [], watch: { onDemand: false } })
    const { next } = live(`subscription { live(throttleMs: 0) { objects(kinds: [{ kind: "Namespace" }]) { totalCount partial { code } } } }`)
    expect((await next()).data.live.objects).toEqual({ totalCount: 0, partial: [{ code: 'KIND_NOT_WATCHED' }] })
    await data('mutation { startWatch(kind: { kind: "Namespace" }) { state } }')
    let latest = (await next()).data.live.objects
    while (latest.totalCount === 0) latest = (await next()).data.live.objects
    expect(latest).toEqual({ totalCount: 1, partial: [] })
  })

  it('ends when a kind that it reads is no longer watched', async () => {
    const { live, data } = await open({ initialWatchingResources: [] })
    const { next, ended } = live(`subscription { live { ${podNames} } }`)
    await next()
    await data('mutation { stopWatch(kind: { kind: "Pod" }) }')
    expect(await ended()).toBe(true)
  })

  it.each([
    ['too deep', { queryDepth: 4 }, `subscription { live { ${podNames} } }`, 'QUERY_TOO_DEEP'],
    ['too much', { queryCost: 1000 }, 'subscription { live { objects(kinds: [{ kind: "Pod" }], first: 1000) { nodes { metadata { name } } } } }', 'QUERY_TOO_COMPLEX'],
    ['too rare', {}, 'subscription { live(throttleMs: -1) { __typename } }', 'INVALID_ARGUMENT'],
  ])('that asks for something %s is refused', async (_, limits, query, code) => {
    const { live } = await open({ limits })
    const refused = await live(query).next().then(({ errors }) => errors, (errors: unknown) => errors)
    expect(refused).toMatchObject([{ extensions: { code } }])
  })

  it('leaves nothing running behind', async () => {
    const { url } = await open()
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    const results = client.iterate({ query: `subscription { live { ${podNames} } }` })
    await results.next()
    await client.dispose()
    await eventually(async () => /^watchql_subscriptions (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1], (count) => count === '0')
  })
})
