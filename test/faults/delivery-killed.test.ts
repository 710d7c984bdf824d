import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'
import { startService } from '../support/service-process.ts'

/** More by `npm run test:faults`. */
const kills = Number(process.env['WATCHQL_KILLS'] ?? 8)
const seed = Number(process.env['WATCHQL_SEED'] ?? 1)

it(`a process that is killed ${kills} times at any moment loses nothing and turns nothing round`, { timeout: 60_000 + kills * 4000 }, async () => {
  const random = seeded(seed)
  const server = await openApiServer()
  const ledger = keepLedger(server, random)
  const receiver = await openReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-killed-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  const config = {
    listenPort: 0,
    types: { allow: [] },
    database: { path: join(folder, 'watchql.db') },
    k8sClientConfig: { authType: 'None', apiServerUrl: server.url },
    delivery: { retryWaitsSeconds: [0.1, 0.2, 0.5, 1, 1, 1, 1, 1, 1, 1, 1], timeoutMs: 500, webhooks: [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', payload: 'oldAndNew' }] },
  }
  await writeFile(file, JSON.stringify(config))
  // Some answers are lost: the event was taken, and comes again.
  receiver.replies((_received, response) => (random() < 0.1 ? void response.socket?.destroy() : void response.writeHead(204).end()))
  for (let round = 0; round < kills; round += 1) {
    const service = startService(file)
    await service.listening
    const before = receiver.received.length
    // Some die while they begin, most while they deliver.
    if (random() < 0.8) {
      ledger.mutate()
      await eventually(() => receiver.received.length, (count) => count > before, 10_000)
    }
    const until = performance.now() + random() * 300
    while (performance.now() < until) {
      for (let i = random() * 4; i > 0; i -= 1) ledger.mutate()
      await sleep(random() * 8)
    }
    await service.kill()
    for (let i = random() * 10; i > 0; i -= 1) ledger.mutate()
  }
  receiver.replies((_received, response) => void response.writeHead(204).end())
  await startService(file).listening
  await eventually(() => ledger.missing(receiver.received), (missing) => missing.length === 0, 30_000)
  ledger.check(receiver.received)
  expect(receiver.received.length).toBeGreaterThan(kills)
})
