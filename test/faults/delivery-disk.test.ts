import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'
import { startService } from '../support/service-process.ts'
import { openSmallDisk } from '../support/small-disk.ts'

const nothing = (missing: readonly string[]) => missing.length === 0

it('a full disk costs nothing that was told: queries are answered, changes wait and are seen to, and with room again all is delivered', { timeout: 180_000 }, async (test) => {
  const disk = await openSmallDisk(16 * 1024, test)
  const server = await openApiServer()
  const ledger = keepLedger(server, seeded(1))
  const receiver = await openReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-full-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  const config = {
    listenPort: 0,
    logType: 'json',
    types: { allow: [] },
    database: { path: join(disk.path, 'watchql.db') },
    k8sClientConfig: { authType: 'None', apiServerUrl: server.url },
    delivery: { maxWaiting: 500, retryWaitsSeconds: [0.1], webhooks: [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', payload: 'oldAndNew' }] },
  }
  await writeFile(file, JSON.stringify(config))
  const service = startService(file, disk)
  const url = await service.listening
  for (let i = 0; i < 50; i += 1) ledger.mutate()
  await eventually(() => ledger.missing(receiver.received), nothing, 20_000)

  const waiting = async () => Number(/^watchql_journal_waiting (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
  const fillUp = async () => {
    await disk.fill()
    // What the database has of room in its own files it uses first.
    await eventually(async () => {
      for (let i = 0; i < 5; i += 1) ledger.mutate()
      return [await waiting(), service.lines.slice(-3).some((line) => line.includes('disk is full'))] as const
    }, ([changes, said]) => changes > 0 && said, 30_000)
  }

  await fillUp()
  expect(service.lines.some((line) => line.includes('changes cannot be recorded; they wait') && line.includes('disk is full'))).toBe(true)
  // More than may wait comes.
  for (let i = 0; i < 1000; i += 1) ledger.mutate()
  await eventually(() => service.lines.some((line) => line.includes('more changes wait to be recorded than are kept')), Boolean)
  expect(await waiting()).toBeLessThanOrEqual(500)
  const { live } = ledger
  const query = '{ objects(kinds: [{ kind: "ConfigMap" }]) { nodes { metadata { name resourceVersion } } } }'
  const answers = async () => ((await (await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })).json()) as { data: { objects: { nodes: { metadata: { resourceVersion: string } }[] } } }).data.objects.nodes.map(({ metadata }) => Number(metadata.resourceVersion)).toSorted((a, b) => a - b)
  await eventually(answers, (versions) => versions.join() === [...live.values()].map(({ metadata }) => Number(metadata.resourceVersion)).toSorted((a, b) => a - b).join())

  await disk.free()
  await eventually(() => ledger.missing(receiver.received), nothing, 30_000)

  await fillUp()
  await service.kill()
  await disk.free()
  await startService(file, disk).listening
  await eventually(() => ledger.missing(receiver.received), nothing, 30_000)
  ledger.check(receiver.received)
})
