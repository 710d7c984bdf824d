import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { makeServer } from 'graphql-ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { allSeeing } from '../../../src/access/scope.ts'
import { silentLogger } from '../../../src/base/logging.ts'
import { Payload } from '../../../src/graphql/live/payload.ts'
import { EventStreams } from '../../../src/subscriptions/event-streams.ts'
import type { Operations } from '../../../src/subscriptions/operations.ts'
import { ResultSender } from '../../../src/subscriptions/result-sender.ts'
import { serveSocket, type Connection } from '../../../src/subscriptions/serve-socket.ts'

const pingEveryMs = 150
const wide = new Payload(JSON.stringify({ data: 'x'.repeat(50_000) }))

/** Listens, and tells when a connection has come and when it has gone. */
async function listen(server: ReturnType<typeof createServer>) {
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** WebSockets that speak the protocol, and to whom more and more is told. */
async function webSockets(telling: boolean) {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const state = { cut: false }
  sockets.on('connection', (socket, request) => {
    socket.once('close', () => (state.cut = true))
    serveSocket(makeServer<Record<string, unknown>, Connection>({}), { socket, request }, { pingEveryMs, maxWaiting: 100, logger: silentLogger })
    const sender = new ResultSender({ socket, request }, 'wide')
    const tell = async () => {
      while (socket.readyState === socket.OPEN) await sender.send(wide)
    }
    if (telling) void tell()
  })
  return { port: await listen(server), state }
}

/** Event streams of one operation that has ever more to tell. */
async function eventStreams() {
  async function* endless() {
    for (;;) {
      yield wide
      await setImmediate()
    }
  }
  const ended = new AbortController()
  const begun = { type: 'subscription', document: {}, contextValue: { signal: ended.signal }, open: () => Promise.resolve(endless()) }
  const operations = { begin: () => begun, endAll: () => ended.abort() } as unknown as Operations
  const streams = new EventStreams({ operations, pingEveryMs, logger: silentLogger })
  const state = { cut: false }
  const server = createServer((request, response) => {
    request.socket.once('close', () => (state.cut = true))
    void streams.answer(response, { query: '' }, { scope: allSeeing }, { headers: {}, readOnly: true })
  })
  return { port: await listen(server), state }
}

/** One who takes what comes, and says nothing; as slowly as that. */
function readSlowly(port: number, request: string) {
  const socket: Socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined).on('data', () => socket.pause())
  socket.write(request)
  const reading = setInterval(() => socket.resume(), 2)
  onTestFinished(() => clearInterval(reading))
  return { stop: () => clearInterval(reading) }
}

const upgrade = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n'
const get = 'GET / HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n'

describe.each([
  ['a WebSocket', () => webSockets(true), upgrade],
  ['an event stream', eventStreams, get],
])('%s to whom much is told', (_, open, request) => {
  it('is kept as long as its peer takes something now and then, and cut when it takes nothing any more', async () => {
    const { port, state } = await open()
    const { stop } = readSlowly(port, request)
    await sleep(6 * pingEveryMs)
    expect(state.cut).toBe(false)
    stop()
    await expect.poll(() => state.cut, { timeout: 20 * pingEveryMs }).toBe(true)
  })
})

describe('a WebSocket to whom nothing is told', () => {
  it('is kept as long as its peer answers pings, and cut when it does not', async () => {
    const { port, state } = await webSockets(false)
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'graphql-transport-ws')
    onTestFinished(() => client.terminate())
    await sleep(6 * pingEveryMs)
    expect(state.cut).toBe(false)
    client.pause()
    await expect.poll(() => state.cut, { timeout: 20 * pingEveryMs }).toBe(true)
  })
})
