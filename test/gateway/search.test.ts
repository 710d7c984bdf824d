import { describe, expect, it } from 'vitest'
import { openApiServer, openGateway, openPlayground } from '../support/gateway.ts'

const list = (search: string, more = '') => `{ objects(kinds: [{ kind: "Pod" }, { kind: "Service" }], search: ${JSON.stringify(search)}, first: 100 ${more}) { totalCount nodes { kind metadata { name namespace } } groups(by: ["kind"]) { keys count } } }`

describe('a search', () => {
  it('finds over several kinds what is named so or nearly so, the best first', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    const { objects } = await data(list('chekout'))
    expect(objects.totalCount).toBeGreaterThan(2)
    expect(objects.nodes).toHaveLength(objects.totalCount)
    for (const { metadata } of objects.nodes) expect(metadata.name).toMatch(/checkout/)
    const exact = (await data(list('checkout'))).objects
    expect(exact.nodes[0]).toMatchObject({ kind: 'Service', metadata: { name: 'checkout' } })
    expect(exact.groups.reduce((sum: number, group: { count: number }) => sum + group.count, 0)).toBe(exact.totalCount)
  })

  it('joins with the other filters, and is only a filter where orderBy says the order', async () => {
    const { server } = await openPlayground()
    const { data } = await openGateway(server)
    const { objects } = await data(list('checkout', ', labelSelector: "app.kubernetes.io/name=checkout", orderBy: [{ path: "metadata.name", direction: DESC }]'))
    const names = objects.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name)
    expect(names).toEqual(names.toSorted().toReversed())
    expect((await data(list('checkout nowhere-to-be-found'))).objects.totalCount).toBe(0)
  })

  it('is paged through without a gap or a repetition while objects come and go', async () => {
    const server = await openApiServer()
    for (let i = 0; i < 30; i += 1) server.make('pods', { metadata: { name: `${i % 3 === 0 ? 'orders' : 'preorders'}-${i}` } })
    const { data } = await openGateway(server)
    const seen: string[] = []
    let after: string | null = null
    do {
      const { objects }: any = await data('query ($after: String) { objects(kinds: { kind: "Pod" }, search: "orders", first: 7, after: $after) { nodes { metadata { name } } pageInfo { hasNextPage endCursor } } }', { after }) // oxlint-disable-line typescript/no-explicit-any
      seen.push(...objects.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name))
      after = objects.pageInfo.hasNextPage ? objects.pageInfo.endCursor : null
      server.make('pods', { metadata: { name: `a-nothing-${seen.length}` } })
    } while (after !== null)
    expect(seen).toHaveLength(30)
    expect(new Set(seen).size).toBe(30)
    expect(seen.slice(0, 10).every((name) => name.startsWith('orders'))).toBe(true)
  })

  it('of too many words is refused', async () => {
    const { server } = await openPlayground()
    const { query } = await openGateway(server)
    expect((await query(list('a b c d e f g h i'))).errors?.[0]?.extensions.code).toBe('INVALID_ARGUMENT')
  })
})
