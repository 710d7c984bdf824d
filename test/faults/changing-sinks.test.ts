import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { openReceiver, status, type Reply } from '../support/receiver.ts'

const hang: Reply = () => undefined
const nothing = (missing: readonly string[]) => missing.length === 0

/** A gateway with one webhook that was made by API, whose receiver takes what it is sent. */
async function open(config: object = {}) {
  const server = await openApiServer()
  const receiver = await openReceiver()
  const delivery = { allowLocalTargets: true, timeoutMs: 400, retryWaitsSeconds: [0.05, 0.1, 0.2, 0.5, 1, 1, 1, 1, 1, 1, 1, 1] }
  const gateway = await openGateway(server, { config: { delivery, ...config } })
  await eventually(() => gateway.data('{ kinds(kind: "ConfigMap") { kind } }'), ({ kinds }) => kinds.length === 1)
  const { createWebhook } = await gateway.data('mutation ($input: WebhookInput!) { createWebhook(input: $input) { id secret } }', { input: { url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'SNAPSHOT' } })
  const { id, secret } = createWebhook as { id: string; secret: string }
  const change = (mutation: string) => gateway.data(`mutation { ${mutation.replace('ID', JSON.stringify(id))} }`)
  return { server, receiver, gateway, delivery, secret, change }
}

describe('a webhook in the middle of traffic', () => {
  it('is changed by several at once and goes on as one: nothing is sent beside or before its turn', async () => {
    const { server, receiver, secret, change } = await open()
    const ledger = keepLedger(server, seeded(1))
    receiver.replies(hang)
    ledger.mutate()
    await eventually(() => receiver.received.length, (count) => count > 0)
    const [{ rotateWebhookSecret }] = await Promise.all([change('rotateWebhookSecret(id: ID) { secret }'), change('updateWebhook(id: ID, input: { concurrency: 3 }) { id }'), change('updateWebhook(id: ID, input: { concurrency: 5 }) { id }'), change('pauseWebhook(id: ID, paused: false) { id }')])
    const underWay = new Map<string, number>()
    let most = 0
    receiver.replies(({ body }, response) => {
      const { uid } = body.data
      underWay.set(uid, (underWay.get(uid) ?? 0) + 1)
      most = Math.max(most, underWay.get(uid) ?? 0)
      setTimeout(() => {
        underWay.set(uid, (underWay.get(uid) ?? 0) - 1)
        response.writeHead(204).end()
      }, 3)
    })
    for (let i = 0; i < 60; i += 1) {
      ledger.mutate()
      await sleep(3)
    }
    await eventually(() => ledger.missing(receiver.received), nothing, 20_000)
    ledger.check(receiver.received)
    expect(most).toBe(1)
    const { text, headers } = receiver.received.at(-1) as (typeof receiver.received)[number]
    for (const key of [secret, rotateWebhookSecret.secret]) new Webhook(key).verify(text, headers as Record<string, string>)
  })

  it('keeps a change for ever though its receiver says 410 while it is made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchql-changed-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const database = { path: join(folder, 'watchql.db') }
    const { server, receiver, gateway, delivery, change } = await open({ database })
    let answer: () => void = () => undefined
    receiver.replies((_received, response) => void (answer = () => response.writeHead(410).end()))
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(() => receiver.received.length, (count) => count > 0)
    const changed = change('updateWebhook(id: ID, input: { payload: THIN }) { id }')
    await sleep(50)
    answer()
    await changed
    await gateway.stop()
    receiver.replies(status(204))
    const again = await openGateway(server, { config: { delivery, database } })
    const [webhook] = (await again.data('{ webhooks { payload } }')).webhooks
    expect(webhook).toEqual({ payload: 'THIN' })
  })

  it('that is deleted while it is changed stays deleted, is sent nothing more, and leaves nothing behind', async () => {
    const { server, receiver, gateway, change } = await open()
    const ledger = keepLedger(server, seeded(2))
    receiver.replies(hang)
    for (let i = 0; i < 50; i += 1) ledger.mutate()
    await eventually(() => receiver.received.length, (count) => count > 0)
    const deleted = Promise.all([change('updateWebhook(id: ID, input: { concurrency: 3 }) { id }'), change('deleteWebhook(id: ID)')])
    for (let i = 0; i < 50; i += 1) {
      ledger.mutate()
      await sleep(5)
    }
    await deleted
    const before = receiver.received.length
    for (let i = 0; i < 20; i += 1) ledger.mutate()
    await sleep(300)
    expect(receiver.received.length).toBe(before)
    expect((await gateway.data('{ webhooks { id } }')).webhooks).toEqual([])
  })
})
