import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: any // oxlint-disable-line typescript/no-explicit-any -- of every shape
}

const watchPods = { initialWatchingResources: [{ kind: 'Pod' }] }
const allPods = 'subscription { objects(kinds: [{ kind: "Pod" }], initial: true) { type } }'

/** A client of the bare protocol. */
async function connect(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  onTestFinished(() => socket.terminate())
  const received: Message[] = []
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as Message))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve) => socket.on('open', resolve))
  const send = (message: Message) => socket.send(JSON.stringify(message))
  send({ type: 'connection_init' })
  await eventually(() => received.length, (count) => count === 1)
  return {
    socket,
    received,
    send,
    closed,
    ask: (id: string, query: string, more: object = {}) => send({ id, type: 'subscribe', payload: { query, ...more } }),
    next: (id: string, type: string) => eventually(() => received.find((message) => message.id === id && message.type === type), (found) => found !== undefined),
  }
}

async function open(config: Record<string, unknown> = watchPods) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config })
  const running = async () => /^watchql_subscriptions (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1]
  return { ...gateway, server, running }
}

describe('a WebSocket', () => {
  it('ends a subscription when its client completes it, however quiet it is', async () => {
    const { url, running } = await open()
    const { ask, send, next } = await connect(url)
    ask('1', allPods)
    await next('1', 'next')
    expect(await running()).toBe('1')
    send({ id: '1', type: 'complete' })
    await eventually(running, (count) => count === '0')
  })

  it('ends what runs on it when it closes, also what still waits for a first list', async () => {
    const { url, running, server } = await open({ ...watchPods, watch: { syncTimeoutMs: 60_000 } })
    server.faults.add({ match: { resource: 'nodes' }, action: () => true })
    const { ask, next, socket } = await connect(url)
    for (const id of ['1', '2']) ask(id, allPods)
    ask('3', '{ objects(kinds: [{ kind: "Node" }]) { totalCount } }')
    await next('2', 'next')
    await eventually(running, (count) => count === '3')
    socket.terminate()
    await eventually(running, (count) => count === '0')
  })

  it('runs no more operations than one socket may, and others on another', async () => {
    const { url, running } = await open({ ...watchPods, limits: { subscriptionsPerSocket: 2 } })
    const { ask, send, next } = await connect(url)
    for (const id of ['1', '2', '3']) ask(id, allPods)
    expect((await next('3', 'error'))?.payload).toMatchObject([{ message: expect.stringContaining('2 subscriptions') as string, extensions: { code: 'SUBSCRIPTION_LIMIT' } }])
    const other = await connect(url)
    other.ask('1', allPods)
    await other.next('1', 'next')
    send({ id: '1', type: 'complete' })
    await eventually(running, (count) => count === '2')
    ask('4', allPods)
    await next('4', 'next')
  })

  it('answers the pings of its client', async () => {
    const { url } = await open()
    const { send, received } = await connect(url)
    send({ type: 'ping' })
    await eventually(() => received, (messages) => messages.some(({ type }) => type === 'pong'))
  })

  it.each([
    ['who has not introduced itself', 4401, { id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }],
    ['who says nothing', 4408, undefined],
  ])('closes on a client %s with %i', async (_, code, message) => {
    const { url } = await open()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    onTestFinished(() => socket.terminate())
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    if (message !== undefined) socket.send(JSON.stringify(message))
    expect(await closed).toBe(code)
  })

  it('takes the id of an operation that ended for another', async () => {
    const { url, server, running } = await open()
    const { ask, send, next, received } = await connect(url)
    ask('1', allPods)
    await next('1', 'next')
    send({ id: '1', type: 'complete' })
    ask('1', 'subscription { objects(kinds: [{ kind: "Pod" }]) { added: type } }')
    await eventually(running, (count) => count === '1')
    server.make('pods', { metadata: { name: 'a' } })
    await eventually(() => received, (messages) => messages.some(({ payload }) => payload?.data?.objects.added === 'ADDED'))
    expect(await running()).toBe('1')
  })

  it.each([
    ['a syntax error', '{ kinds { ', {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['an operation that is not there', 'query A { __typename }', { operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['no choice among operations', 'query A { __typename } query B { __typename }', {}, 'OPERATION_RESOLUTION_FAILURE'],
    ['too many aliases', `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: __typename`).join(' ')} }`, {}, 'QUERY_TOO_COMPLEX'],
    ['a variable nested without end', 'query ($v: JSON) { objects(kinds: [], where: { path: "a", eq: $v }) { totalCount } }', { variables: { v: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown } }, 'QUERY_TOO_DEEP'],
    ['an unknown kind', 'subscription { objects(kinds: [{ kind: "Nope" }]) { type } }', {}, 'UNKNOWN_KIND'],
  ])('refuses %s with its code, and goes on', async (_, query, more, code) => {
    const { url } = await open()
    const { ask, next } = await connect(url)
    ask('1', query, more)
    const refused = await Promise.race([next('1', 'error').then((message) => message?.payload), next('1', 'next').then((message) => message?.payload.errors)])
    expect(refused).toMatchObject([{ extensions: { code } }])
    ask('2', '{ __typename }')
    expect(await next('2', 'next')).toMatchObject({ payload: { data: { __typename: 'Query' } } })
  })

  it('refuses a variable of the wrong type with the code that HTTP has for it', async () => {
    const { url, query } = await open()
    const { ask, next } = await connect(url)
    const counted = 'query ($n: Int!) { objects(kinds: [], first: $n) { totalCount } }'
    ask('1', counted, { variables: { n: 'x' } })
    const overHttp = (await query(counted, { n: 'x' })).errors?.[0]
    expect(overHttp?.extensions.code).toBe('BAD_USER_INPUT')
    expect((await next('1', 'next'))?.payload.errors[0]).toMatchObject({ message: overHttp?.message, extensions: { code: 'BAD_USER_INPUT' } })
  })

  it('closes with 1009 on a message that is too large, and nothing is printed', async () => {
    const printed = vi.spyOn(console, 'error')
    const { url } = await open({ limits: { bodyBytes: 10_000 } })
    const { ask, closed } = await connect(url)
    ask('1', 'x'.repeat(20_000))
    expect(await closed).toBe(1009)
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })

  it('is cut when its client asks and asks and does not read the answers', async () => {
    const { url } = await open()
    const { socket, send } = await connect(url)
    const cut = new Promise((resolve) => socket.once('close', resolve).once('error', resolve))
    socket.pause()
    const payload = 'x'.repeat(5000)
    const asking = setInterval(() => {
      for (let i = 0; i < 500; i += 1) send({ type: 'ping', payload: { payload } })
    }, 10)
    onTestFinished(() => clearInterval(asking))
    expect(await Promise.race([cut.then(() => 'cut'), sleep(3000)])).toBe('cut')
  })

  it('that does not answer keeps the service from stopping for no more than a moment', async () => {
    const { url, stop } = await open()
    const { socket } = await connect(url)
    socket.pause()
    const startedAt = performance.now()
    await stop()
    expect(performance.now() - startedAt).toBeLessThan(4000)
  })
})

describe('a subscription over HTTP', () => {
  it('is told where subscriptions run', async () => {
    const { query } = await open()
    expect((await query(allPods)).errors).toMatchObject([{ message: expect.stringContaining('graphql-transport-ws') as string, extensions: { code: 'BAD_USER_INPUT' } }])
  })
})
