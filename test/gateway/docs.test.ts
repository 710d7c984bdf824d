import { readFile } from 'node:fs/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it } from 'vitest'
import { eventually, openGateway, openPlayground } from '../support/gateway.ts'

const examples = async (file: string) => [...(await readFile(file, 'utf8')).matchAll(/```graphql\n(.*?)```/gs)].map((found) => found[1] ?? '')

describe('the examples of docs/graphql.md', () => {
  it('answer on the playground as the page says', async () => {
    const { server } = await openPlayground()
    const { url, data } = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }], types: { allow: ['*/*/*'] } } })
    await eventually(async () => (await fetch(`${url}/readyz`)).status, (status) => status === 200, 15_000)
    const texts = await examples('docs/graphql.md')
    expect(texts.length).toBeGreaterThan(7)
    for (const text of texts) {
      if (!text.startsWith('subscription')) {
        const answer = JSON.stringify(await data(text))
        expect(answer, text).not.toContain('"partial":[{')
        expect(answer.length, text).toBeGreaterThan(40)
        continue
      }
      const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
      const first = await client.iterate({ query: text }).next()
      const [answer] = Object.values((first.value as { readonly data?: Record<string, unknown> }).data ?? {})
      if (text.includes('live(')) expect(JSON.stringify(answer)).toMatch(/"totalCount":[1-9]/)
      else expect(answer).toMatchObject({ type: 'ADDED', reason: 'INITIAL' })
      await client.dispose()
    }
  })
})
