import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventually, openApiServer, openConfigured, openGateway, openPlayground } from '../support/gateway.ts'
import { parseConfig } from '../../src/config/load.ts'
import { startGateway } from '../../src/gateway.ts'
import { silentLogger } from '../../src/base/logging.ts'

const json = { 'content-type': 'application/json' }
const post = async (url: string, body: string, headers: Record<string, string> = json) => {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
  const answer = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] }
  return { status: response.status, code: answer.errors?.[0]?.extensions.code, message: answer.errors?.[0]?.message }
}
const query = (text: string) => JSON.stringify({ query: text })
const list = (args: string) => query(`{ objects(kinds: [{ kind: "Pod" }], ${args}) { totalCount nodes { id } } }`)

describe('bad input gets a clear error, and the service goes on', () => {
  it.each([
    ['a body that is not JSON', '{"query": ', json, 400, 'BAD_REQUEST'],
    ['a body of another type', 'query={a}', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['JSON without a query', '{}', json, 400, 'BAD_REQUEST'],
    ['a body that is too large', query(`{ a } #${'x'.repeat(2_000_000)}`), json, 413, 'BODY_TOO_LARGE'],
    ['a syntax error', query('{ kinds { '), json, 200, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', query('{ nope }'), json, 200, 'GRAPHQL_VALIDATION_FAILED'],
    ['a query of too many tokens', query(`{ ${'kinds { kind } '.repeat(2000)} }`), json, 200, 'GRAPHQL_PARSE_FAILED'],
    ['a query that costs too much', query(`{ ${Array.from({ length: 40 }, (_, i) => `a${i}: objects(kinds: [{ kind: "Pod" }], first: 5000) { nodes { id kind apiVersion } }`).join(' ')} }`), json, 200, 'QUERY_TOO_COMPLEX'],
    ['a label selector that is none', list('labelSelector: "a b"'), json, 200, 'INVALID_SELECTOR'],
    ['a field selector that is none', list('fieldSelector: "a"'), json, 200, 'INVALID_SELECTOR'],
    ['a filter that is none', list('where: { path: "a" }'), json, 200, 'INVALID_FILTER'],
    ['a path that is none', list('where: { path: "a..b", eq: 1 }'), json, 200, 'INVALID_PATH'],
    ['a page cursor that is none', list('after: "nonsense"'), json, 200, 'INVALID_CURSOR'],
    ['a page that is too large', list('first: 1000000'), json, 200, 'QUERY_TOO_COMPLEX'],
    ['a page over its limit', query('{ objects(kinds: [{ kind: "Pod" }], first: 6000) { pageInfo { hasNextPage } } }'), json, 200, 'INVALID_ARGUMENT'],
    ['a negative page', list('first: -1'), json, 200, 'INVALID_ARGUMENT'],
    ['a page from both ends', list('first: 1, last: 1'), json, 200, 'INVALID_ARGUMENT'],
    ['too many kinds', query(`{ objects(kinds: [${'{ kind: "Pod" } '.repeat(101)}]) { totalCount } }`), json, 200, 'INVALID_ARGUMENT'],
    ['a variable of the wrong type', JSON.stringify({ query: 'query ($n: Int!) { objects(kinds: [], first: $n) { totalCount } }', variables: { n: 'x' } }), json, 200, 'BAD_USER_INPUT'],
    ['a batch', '[{"query":"{ a }"}]', json, 400, 'BAD_REQUEST'],
  ])('%s', async (_, body, headers, status, code) => {
    const { server } = await openPlayground()
    const { url, data } = await openGateway(server)
    expect(await post(url, body, headers)).toMatchObject({ status, code })
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')).objects.totalCount).toBe(53)
  })

  it('mutations do not pass by GET, nor queries of pages elsewhere', async () => {
    const { url } = await openGateway(await openApiServer())
    const get = (search: string, headers: Record<string, string> = {}) => fetch(`${url}/graphql?${new URLSearchParams({ query: search }).toString()}`, { headers })
    expect((await get('mutation { stopWatch(kind: { kind: "Pod" }) }')).status).toBe(405)
    expect((await get('{ __typename }', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await get('{ __typename }', { origin: 'https://elsewhere.example.com' })).status).toBe(403)
    expect((await get('{ __typename }')).status).toBe(200)
  })

  it('unknown addresses are told what there is', async () => {
    const { url } = await openGateway(await openApiServer())
    const response = await fetch(`${url}/nowhere?token=secret`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ errors: [{ message: 'There is no GET /nowhere here; GET / names what there is.', extensions: { code: 'NOT_FOUND' } }] })
    expect(await (await fetch(url)).text()).toContain('/graphql')
  })

  it('a request that is no HTTP ends nothing', async () => {
    const { url, data } = await openGateway(await openApiServer())
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.end('nonsense\r\n\r\n')
    await new Promise((resolve) => socket.on('close', resolve).resume())
    expect(await data('{ __typename }')).toEqual({ __typename: 'Query' })
  })
})

describe('an API server that cannot be reached', () => {
  it('leaves the service running and telling so, and is taken up when it comes', async () => {
    const gone = await openApiServer()
    await gone.close()
    const { url, data } = await openGateway(gone, { config: { initialWatchingResources: [{ kind: 'Pod' }] } })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount partial { code } } }')).objects).toEqual({ totalCount: 0, partial: [{ code: 'NOT_SYNCED' }] })
    await openApiServer({ port: Number(new URL(gone.url).port) })
    await eventually(async () => (await fetch(`${url}/readyz`)).status, (status) => status === 200)
  })

  it.each([
    ['an unreadable kubeconfig', { authType: 'KubeConfig', kubeConfigFilePath: '/no/such/file' }, 'UNREADABLE_FILE'],
    ['a missing token file', { authType: 'BearerToken', apiServerUrl: 'https://127.0.0.1:1', tokenFilePath: '/no/such/token' }, 'UNREADABLE_FILE'],
    ['a certificate that is none', { authType: 'ClientCertificate', apiServerUrl: 'https://127.0.0.1:1', clientCertDataPemBase64: 'eA==', clientKeyDataPemBase64: 'eA==' }, 'INVALID_CONFIG'],
  ])('for %s is told at the start', async (_, k8sClientConfig, code) => {
    const start = async () => openConfigured(parseConfig(JSON.stringify({ listenPort: 0, k8sClientConfig }), 'the test', { env: {}, home: '/' }))
    await expect(start()).rejects.toMatchObject({ code })
  })
})

describe('a port that is taken', () => {
  it('is named, and nothing stays behind', async () => {
    const { url } = await openGateway(await openApiServer())
    const server = await openApiServer()
    const standard = parseConfig(JSON.stringify({ listenPort: Number(new URL(url).port) }), 'the test', { env: {}, home: '/' })
    const config = { ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous' as const, server: server.url } } }
    await expect(startGateway(config, { logger: silentLogger, surroundings: { env: {}, home: '/' } })).rejects.toMatchObject({ code: 'LISTEN_FAILED', message: expect.stringContaining('choose another listenPort') as string })
    await eventually(() => server.connections(), (count) => count === 0)
  })
})
