import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it } from 'vitest'
import { parseSearch, searchRank } from '../../src/model/search.ts'
import { eventually, openApiServer, openGateway, openPlayground } from '../support/gateway.ts'

const list = `query ($kinds: [KindInput!]!, $search: String, $namespace: String, $orderBy: [PathOrder!], $first: Int, $after: String) {
  objects(kinds: $kinds, search: $search, namespace: $namespace, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    nodes { kind metadata { name namespace } raw }
    groups(by: ["kind"]) { keys count }
    pageInfo { hasNextPage endCursor }
  }
}`
const pod = [{ kind: 'Pod' }]

describe('a search', () => {
  it('finds over several kinds what reading every object finds, typos and all, best first', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    const kinds = [{ kind: 'Pod' }, { kind: 'Service' }, { group: 'apps', kind: 'Deployment' }]
    const everything = (await data(list, { kinds, first: 1000 })).objects.nodes
    for (const search of ['cart', 'chekout', 'shop cart', 'kubernetes.io', 'prom', 'nothing-like-it', 'api paymnets']) {
      const words = parseSearch(search)
      const expected = everything
        .map((node: any) => ({ node, rank: searchRank(words, node.raw) })) // oxlint-disable-line typescript/no-explicit-any
        .filter(({ rank }: { rank?: number }) => rank !== undefined)
        // Equal ranks stay in the order of an unordered list.
        .toSorted((a: { rank: number }, b: { rank: number }) => a.rank - b.rank)
        .map(({ node }: { node: unknown }) => node)
      const { objects } = await data(list, { kinds, search, first: 1000 })
      expect(objects.nodes, search).toEqual(expected)
      expect(objects.totalCount).toBe(expected.length)
      expect(objects.groups.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(expected.length)
      expect(expected.length > 0, search).toBe(search !== 'nothing-like-it')
    }
  })

  it('is paged by rank, and with orderBy only says what is listed', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    const whole = (await data(list, { kinds: pod, search: 'cart', first: 1000 })).objects
    const paged: unknown[] = []
    let after: string | null = null
    do {
      const { objects } = await data(list, { kinds: pod, search: 'cart', first: 2, after })
      paged.push(...objects.nodes)
      after = objects.pageInfo.hasNextPage ? objects.pageInfo.endCursor : null
    } while (after !== null)
    expect(paged.length).toBeGreaterThan(2)
    expect(paged).toEqual(whole.nodes)
    const ordered = (await data(list, { kinds: pod, search: 'cart', orderBy: [{ path: 'metadata.uid' }], first: 1000 })).objects.nodes
    expect(ordered.map(({ raw }: { raw: { metadata: { uid: string } } }) => raw.metadata.uid)).toEqual(whole.nodes.map(({ raw }: { raw: { metadata: { uid: string } } }) => raw.metadata.uid).toSorted())
  })

  it('of a kind of many objects follows what is written, and holds beside every other filter', async () => {
    const { make, url, store } = await openApiServer()
    // Enough for an index.
    for (let i = 0; i < 1000; i += 1) make('configmaps', { metadata: { name: `filler-${i}` } })
    const names = (answer: any) => answer.objects.nodes.map((node: any) => node.metadata.name) // oxlint-disable-line typescript/no-explicit-any
    make('configmaps', { metadata: { name: 'checkout' } })
    make('configmaps', { metadata: { name: 'other', labels: { app: 'checkout' } } })
    const { data } = await openGateway({ url })
    const ask = async (more: object = {}) => names(await data(list, { kinds: [{ kind: 'ConfigMap' }], search: 'chekout', ...more }))
    expect(await ask()).toEqual(['checkout', 'other'])
    expect(await ask({ namespace: 'elsewhere' })).toEqual([])
    make('configmaps', { metadata: { name: 'checkout-2' } })
    expect(await eventually(ask, (found) => found.length === 3)).toEqual(['checkout', 'checkout-2', 'other'])
    store.delete(store.resource('configmaps'), 'shop', 'checkout')
    await eventually(ask, (found) => found.join() === 'checkout-2,other')
  })

  it('of blanks holds for everything, and one that is too long is refused', async () => {
    const { server } = await openPlayground()
    const { data, query } = await openGateway(server)
    expect((await data(list, { kinds: pod, search: ' ' })).objects.totalCount).toBe((await data(list, { kinds: pod })).objects.totalCount)
    expect((await query(list, { kinds: pod, search: 'x'.repeat(257) })).errors?.[0]?.extensions.code).toBe('INVALID_ARGUMENT')
  })

  it('of a subscription says which objects enter and leave it', async () => {
    const { make, url, store } = await openApiServer()
    make('configmaps', { metadata: { name: 'one', labels: { app: 'checkout' } } })
    const gateway = await openGateway({ url })
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    const events = client.iterate<any>({ query: 'subscription { objects(kinds: [{ kind: "ConfigMap" }], search: "chekout", initial: true) { type reason object { metadata { name } } } }' }) // oxlint-disable-line typescript/no-explicit-any
    const next = async () => {
      const { type, reason, object } = (await events.next()).value.data.objects
      return [type, reason, object?.metadata.name]
    }
    expect([await next(), await next()]).toEqual([['ADDED', 'INITIAL', 'one'], ['SYNCED', null, undefined]])
    make('configmaps', { metadata: { name: 'unlike' } })
    make('configmaps', { metadata: { name: 'checkout' } })
    expect(await next()).toEqual(['ADDED', null, 'checkout'])
    store.update(store.resource('configmaps'), 'shop', 'one', { metadata: { name: 'one', labels: {} } })
    expect(await next()).toEqual(['DELETED', 'LEFT_FILTER', 'one'])
    await client.dispose()
  })
})
