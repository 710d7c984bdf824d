import { describe, expect, it } from 'vitest'
import { eventually, openGateway, openPlayground, type TestGateway } from '../support/gateway.ts'

/** With types, once they are there. */
async function openTyped(server: { readonly url: string }, config: Record<string, unknown> = {}): Promise<TestGateway> {
  const gateway = await openGateway(server, { config: { types: { allow: ['*/*/*'] }, ...config } })
  await eventually(() => gateway.query('{ __type(name: "CoreV1Pod") { name } }'), ({ data }) => data?.__type !== null, 15_000)
  return gateway
}

describe('typed lists', () => {
  it('answer with the fields of the kind', async () => {
    const { server } = await openPlayground()
    const { data } = await openTyped(server)
    const { pods } = await data('{ pods(namespace: "shop", first: 2) { totalCount nodes { __typename kind metadata { name } spec { containers { name image resources { requests } } } status { phase } } } }')
    expect(pods.totalCount).toBeGreaterThan(3)
  })
})
