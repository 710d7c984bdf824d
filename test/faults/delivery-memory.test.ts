import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'
import { startService } from '../support/service-process.ts'
import { openSmallDisk } from '../support/small-disk.ts'

/** The service with so little memory that what the test changes does not fit into it by far. */
async function open({ database, command = [], ...delivery }: { readonly database?: string; readonly command?: readonly string[]; readonly maxWaitingBytes?: number } = {}) {
  const server = await openApiServer()
  const receiver = await openReceiver()
  const configMaps = server.registry.resources().find(({ plural }) => plural === 'configmaps')
  if (configMaps === undefined) throw new Error('No ConfigMaps here.')
  const folder = await mkdtemp(join(tmpdir(), 'watchql-little-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  const webhooks = [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }] }]
  const config = { listenPort: 0, logType: 'json', types: { allow: [] }, feed: { replayBytes: 16e6 }, database: { path: database ?? join(folder, 'watchql.db') }, k8sClientConfig: { authType: 'None', apiServerUrl: server.url }, delivery: { retryWaitsSeconds: [0.1], webhooks, ...delivery } }
  await writeFile(file, JSON.stringify(config))
  const service = startService(file, { command, nodeOptions: ['--max-old-space-size=150', '--max-semi-space-size=8'] })
  const url = await service.listening
  const metric = async (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1])
  const draft = (name: string, i: number, letters: number) => ({ metadata: { name, namespace: 'shop' }, data: { i: String(i), text: `${i}-${'x'.repeat(letters)}` } })
  const create = (name: string, i: number, letters: number) => server.store.create(configMaps, 'shop', draft(name, i, letters))
  // What was there at the start is not told.
  let tries = 0
  await eventually(() => {
    create(`early${(tries += 1)}`, 0, 1)
    return receiver.received.length
  }, (count) => count > 0, 20_000)
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 0)
  return {
    service,
    receiver,
    create,
    update: (name: string, i: number, letters: number) => server.store.update(configMaps, 'shop', name, draft(name, i, letters)),
    remove: (name: string) => server.store.delete(configMaps, 'shop', name),
    metric,
  }
}

it('a backlog of large objects is sent by a process that could never hold it', { timeout: 120_000 }, async () => {
  const { service, receiver, create, remove, metric } = await open()
  const told = new Map<string, string[]>()
  let isOpen = false
  receiver.replies(({ body }, response) => {
    receiver.received.length = 0
    if (isOpen) told.set(body.data.name, [...(told.get(body.data.name) ?? []), body.data.type])
    // Slowly, so that as much is in hand as ever is.
    setTimeout(() => response.writeHead(isOpen ? 204 : 500).end(), 50)
  })
  const names = Array.from({ length: 250 }, (_, i) => `c${i}`)
  for (const [i, name] of names.entries()) {
    create(name, i, 900_000)
    await sleep(20)
    remove(name)
  }
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 2 * names.length, 60_000)
  isOpen = true
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 0, 60_000)
  expect(service.child.exitCode).toBeNull()
  expect([...told].filter(([, types]) => types.join() !== 'ADDED,DELETED')).toEqual([])
  expect(told.size).toBe(names.length)
})

it('changes of large objects wait for a database that takes nothing, as many as memory has room for; the latest states are told when it is back', { timeout: 120_000 }, async (test) => {
  const disk = await openSmallDisk(128 * 1024, test)
  const { service, receiver, create, update, metric } = await open({ database: join(disk.path, 'watchql.db'), command: disk.command, maxWaitingBytes: 16e6 })
  const told = new Map<string, number>()
  receiver.replies(({ body }, response) => {
    receiver.received.length = 0
    told.set(body.data.object.metadata.name, Number(body.data.object.data.i))
    response.writeHead(204).end()
  })
  const objects = 20
  const name = (i: number) => `c${i % objects}`
  for (let i = 0; i < objects; i += 1) create(name(i), i, 200_000)
  await eventually(() => told.size, (size) => size === objects, 20_000)
  await disk.fill()
  const changes = 1500
  for (let i = objects; i < changes; i += 1) {
    update(name(i), i, 200_000)
    await sleep(2)
  }
  await eventually(() => service.lines.some((line) => line.includes('more changes wait to be recorded than are kept')), Boolean)
  expect(await metric('watchql_journal_waiting')).toBeLessThan(80)
  expect(service.child.exitCode).toBeNull()
  await disk.free()
  const latest = Array.from({ length: objects }, (_, at) => changes - objects + at)
  await eventually(() => latest.filter((i) => told.get(name(i)) !== i), (missing) => missing.length === 0, 30_000)
})
