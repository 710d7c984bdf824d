import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { openApiServer, openGateway } from '../support/gateway.ts'

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: 'http://unused/graphql' })

  it.each(audits.map(({ id, name }) => ({ id, name })))('$id: $name', async ({ id }) => {
    const { url } = await openGateway(await openApiServer())
    const audit = serverAudits({ url: `${url}/graphql` }).find((candidate) => candidate.id === id)
    const result = await audit?.fn()
    expect(result?.status === 'ok' ? 'ok' : `${result?.status}: ${result !== undefined && 'reason' in result ? result.reason : ''}`).toBe('ok')
  })
})
