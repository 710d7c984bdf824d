import { connect } from 'node:net'
import { createClient } from 'graphql-sse'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

const watchPods = { initialWatchingResources: [{ kind: 'Pod' }] }
const allPods = 'subscription { objects(kinds: [{ kind: "Pod" }], initial: true) { type object { metadata { name } } } }'

async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { ...watchPods, ...config } })
  const running = async () => /^watchql_subscriptions (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1]
  const pod = (name: string) => server.make('pods', { metadata: { name } })
  return { ...gateway, server, running, pod }
}

/** The public client of the protocol. */
function follow(url: string, query: string, variables: Record<string, unknown> = {}) {
  const client = createClient({ url: `${url}/graphql`, retryAttempts: 0 })
  onTestFinished(() => client.dispose())
  const results = client.iterate<Record<string, any>>({ query, variables }) // oxlint-disable-line typescript/no-explicit-any -- of every shape
  return { next: async () => (await results.next()).value, leave: async () => void (await results.return?.()), ended: async () => (await results.next()).done === true }
}

/** A request, and the text of its answer so far. */
async function ask(url: string, query: string, { method = 'GET', ...headers }: Record<string, string> = {}) {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const target = method === 'GET' ? `${url}/graphql?query=${encodeURIComponent(query)}` : `${url}/graphql`
  const response = await fetch(target, { method, signal: leaving.signal, headers: { accept: 'text/event-stream', ...headers }, ...(method === 'POST' ? { body: query } : {}) })
  const heard = { text: '', done: false }
  const decoder = new TextDecoder()
  const listen = async () => {
    for await (const chunk of response.body ?? []) heard.text += decoder.decode(chunk as Uint8Array, { stream: true })
    heard.done = true
  }
  void listen().catch(() => (heard.done = true))
  return { response, heard, hears: (text: string) => eventually(() => heard.text, (so) => so.includes(text)), ends: () => eventually(() => heard, ({ done }) => done).then(() => heard.text) }
}

describe('an event stream', () => {
  it('tells the changes of a subscription until its client leaves', async () => {
    const { url, pod, running } = await open()
    pod('a')
    const { next, leave } = follow(url, allPods)
    expect(await next()).toEqual({ data: { objects: { type: 'ADDED', object: { metadata: { name: 'a' } } } } })
    expect(await next()).toEqual({ data: { objects: { type: 'SYNCED', object: null } } })
    pod('b')
    expect(await next()).toEqual({ data: { objects: { type: 'ADDED', object: { metadata: { name: 'b' } } } } })
    expect(await running()).toBe('1')
    await leave()
    await eventually(running, (count) => count === '0')
  })

  it('tells the result of a query and completes', async () => {
    const { url, pod } = await open()
    pod('a')
    const { next, ended } = follow(url, 'query ($name: String) { objects(kinds: [{ kind: "Pod" }], name: $name) { totalCount } }', { name: 'a' })
    expect(await next()).toEqual({ data: { objects: { totalCount: 1 } } })
    expect(await ended()).toBe(true)
  })

  it('tells what alters a live query', async () => {
    const { url, pod } = await open()
    const { next } = follow(url, 'subscription { live { objects(kinds: [{ kind: "Pod" }]) { totalCount } } }')
    expect(await next()).toEqual({ data: { live: { objects: { totalCount: 0 } } } })
    pod('a')
    expect(await next()).toEqual({ data: { live: { objects: { totalCount: 1 } } } })
  })

  it('is what EventSource reads: named events on GET, the last of them with data', async () => {
    const { url } = await open()
    const { response, ends } = await ask(url, '{ __typename }')
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await ends()).toBe('event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n')
  })

  it.each([
    ['a syntax error', '{ kinds { ', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown kind', 'subscription { objects(kinds: [{ kind: "Nope" }]) { type } }', 'UNKNOWN_KIND'],
    ['too many aliases', `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: __typename`).join(' ')} }`, 'QUERY_TOO_COMPLEX'],
    ['a mutation that is not posted', 'mutation { stopWatch(kind: { kind: "Pod" }) }', 'BAD_REQUEST'],
  ])('tells %s as its only result', async (_, query, code) => {
    const { url, running } = await open()
    const { ends } = await ask(url, query)
    expect(await ends()).toMatch(new RegExp(`^event: next\ndata: \\{"errors":.*"code":"${code}".*\n\nevent: complete\ndata:\n\n$`))
    expect(await running()).toBe('0')
  })

  it('counts among the limits of subscriptions', async () => {
    const { url, running } = await open({ limits: { subscriptions: 1 } })
    const first = follow(url, allPods)
    await first.next()
    expect(await follow(url, allPods).next()).toMatchObject({ errors: [{ extensions: { code: 'SUBSCRIPTION_LIMIT' } }] })
    await first.leave()
    await eventually(running, (count) => count === '0')
    expect(await follow(url, allPods).next()).toMatchObject({ data: { objects: { type: 'SYNCED' } } })
  })

  it.each([
    ['no query', '{}', {}, 400, 'BAD_REQUEST'],
    ['variables that are no object', '{"query":"{ __typename }","variables":[]}', {}, 400, 'BAD_REQUEST'],
    ['no JSON', '{ __typename }', { 'content-type': 'application/graphql' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a page of another site', '{"query":"{ __typename }"}', { origin: 'https://evil.example' }, 403, 'FORBIDDEN'],
  ])('is not begun for %s', async (_, body, headers, status, code) => {
    const { url } = await open()
    const { response, ends } = await ask(url, body, { method: 'POST', 'content-type': 'application/json', ...headers })
    expect(response.status).toBe(status)
    expect(await ends()).toContain(code)
  })

  it('is not what one gets who takes JSON as well', async () => {
    const { url } = await open()
    const { response } = await ask(url, '{ __typename }', { accept: 'application/json, text/event-stream' })
    expect(response.headers.get('content-type')).toContain('application/json')
  })

  it('says when the service stops, and completes', async () => {
    const { url, stop } = await open()
    const { hears, ends } = await ask(url, allPods)
    await hears('SYNCED')
    const startedAt = performance.now()
    await stop()
    expect(performance.now() - startedAt).toBeLessThan(1500)
    expect(await ends()).toMatch(/: The service is shutting down; connect again\.\n\nevent: complete\ndata:\n\n$/)
  })

  it('that nobody reads does not hold up the stop for more than a moment, nor anybody else before', async () => {
    const { url, stop, server, data } = await open()
    const socket = connect(Number(new URL(url).port))
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    const wide = 'subscription { objects(kinds: [{ kind: "Pod" }], initial: true) { object { raw } } }'
    socket.write(`GET /graphql?query=${encodeURIComponent(wide)} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    const quick = follow(url, allPods)
    await quick.next()
    for (let i = 0; i < 300; i += 1) server.make('pods', { metadata: { name: `p${i}`, annotations: { wide: 'x'.repeat(50_000) } } })
    for (let i = 0; i < 300; i += 1) expect(await quick.next()).toMatchObject({ data: { objects: { object: { metadata: { name: `p${i}` } } } } })
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')).objects.totalCount).toBe(300)
    const startedAt = performance.now()
    await stop()
    expect(performance.now() - startedAt).toBeLessThan(4000)
  })
})
