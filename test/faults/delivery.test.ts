import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { cutMidLine, duplicate, errorEvent, expiredEvent, garbageLine, refuse, respond, type FaultAction } from '../../src/playground/api-server/faults.ts'
import { expired } from '../../src/playground/api-server/status.ts'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { openReceiver, status, type Reply } from '../support/receiver.ts'

const delivering = (url: string, more: object = {}) => ({
  transport: { idleTimeoutMs: 500 },
  watch: { idleTimeoutMs: 1000 },
  delivery: { retryWaitsSeconds: [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], timeoutMs: 300, webhooks: [{ name: 'all', url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', ...more }] },
})

const nothing = (missing: readonly string[]) => missing.length === 0

const hang: Reply = () => undefined
const drip: Reply = (_received, response) => {
  response.writeHead(500)
  const timer = setInterval(() => response.write('x'), 20)
  response.on('close', () => clearInterval(timer))
}
/** Takes the event, and breaks off instead of saying so. */
const resetAfterTaking: Reply = (_received, response) => void response.socket?.destroy()
const endless: Reply = (_received, response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
  response.on('close', () => clearInterval(timer))
}

describe('what a receiver does', () => {
  it.each<[string, Reply]>([
    ['answers 500', status(500)],
    ['answers 400', status(400)],
    ['redirects', status(302, { location: 'http://127.0.0.1:1/' })],
    ['answers 429 with Retry-After', status(429, { 'retry-after': '1' })],
    ['hangs', hang],
    ['answers drop by drop', drip],
    ['breaks off after it took the event', resetAfterTaking],
    ['answers without end', endless],
  ])('costs nothing: it %s, now and then', async (_what, fault) => {
    const server = await openApiServer()
    const ledger = keepLedger(server, seeded(1))
    const receiver = await openReceiver()
    const random = seeded(2)
    receiver.replies((received, response, request) => (random() < 0.3 ? fault(received, response, request) : void response.writeHead(204).end()))
    await openGateway(server, { config: delivering(receiver.url) })
    for (let i = 0; i < 60; i += 1) {
      ledger.mutate()
      await sleep(5)
    }
    receiver.replies(status(204))
    await eventually(() => ledger.missing(receiver.received), nothing, 20_000)
    ledger.check(receiver.received)
  })

  it('holds nobody else up, neither other receivers nor the API', async () => {
    const server = await openApiServer()
    const ledger = keepLedger(server, seeded(3))
    const [hanging, good] = [await openReceiver(), await openReceiver()]
    hanging.replies(hang)
    const config = delivering(good.url)
    config.delivery.webhooks.push({ ...config.delivery.webhooks[0], name: 'hanging', url: hanging.url } as (typeof config.delivery.webhooks)[0])
    const { data } = await openGateway(server, { config })
    for (let i = 0; i < 100; i += 1) ledger.mutate()
    await eventually(() => ledger.missing(good.received), nothing)
    const { webhooks } = await data('{ webhooks { id pending reason } }')
    expect(webhooks.find(({ id }: { id: string }) => id === 'all').pending).toBe(0)
    expect(webhooks.find(({ id }: { id: string }) => id === 'hanging').pending).toBeGreaterThan(0)
    hanging.replies(status(204))
    await eventually(() => ledger.missing(hanging.received), nothing, 20_000)
    ledger.check(hanging.received)
  })

  it('leaves states in between out when its backlog is full, and tells how many', async () => {
    const server = await openApiServer()
    const receiver = await openReceiver()
    receiver.replies(status(500))
    const { data } = await openGateway(server, { config: delivering(receiver.url, { maxBacklog: 20 }) })
    const ledger = keepLedger(server, seeded(4))
    for (let i = 0; i < 1000; i += 1) {
      ledger.mutate()
      if (i % 50 === 0) await sleep(10)
    }
    await eventually(() => receiver.received.length, (count) => count > 3)
    expect((await data('{ webhooks { pending } }')).webhooks[0].pending).toBeLessThan(900)
    receiver.replies(status(204))
    await eventually(() => ledger.missing(receiver.received), nothing, 20_000)
    ledger.check(receiver.received)
    expect(receiver.received.some(({ body }) => body.data.coalesced > 0)).toBe(true)
  })
})

describe('what the API server does', () => {
  it.each<[string, string, FaultAction]>([
    ['cuts watches in the middle of a line', 'watch', cutMidLine(2)],
    ['says that a resourceVersion is too old', 'watch', expiredEvent],
    ['sends ERROR events', 'watch', errorEvent(expired('too old').status, 2)],
    ['sends events twice', 'watch', duplicate],
    ['sends garbage', 'watch', garbageLine(1)],
    ['refuses connections', 'watch', refuse],
    ['answers 403', 'list', respond(403, 'Forbidden')],
    ['answers 401', 'watch', respond(401, 'Unauthorized')],
    ['answers 500 to lists', 'list', respond(500, 'InternalError')],
    ['answers 429', 'list', respond(429, 'TooManyRequests', { 'retry-after': '0' })],
  ])('neither deletes nor loses anything: it %s', async (_what, verb, action) => {
    const server = await openApiServer({ streamingLists: false })
    const ledger = keepLedger(server, seeded(5))
    const receiver = await openReceiver()
    for (let i = 0; i < 20; i += 1) ledger.mutate()
    server.faults.add({ match: { verb, resource: 'configmaps' }, times: 3, action })
    await openGateway(server, { config: delivering(receiver.url) })
    for (let i = 0; i < 60; i += 1) {
      ledger.mutate()
      if (i % 10 === 0) server.disturbWatches('configmaps', (exchange) => exchange.cut())
      await sleep(10)
    }
    server.faults.clear()
    await eventually(() => ledger.missing(receiver.received), nothing, 20_000)
    ledger.check(receiver.received)
  })
})
