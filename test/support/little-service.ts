import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { eventually, openApiServer } from './gateway.ts'
import { openReceiver } from './receiver.ts'
import { startService } from './service-process.ts'

/** The heap of a service that has little, in MB. */
const little = 150

export interface LittleServiceOptions {
  readonly database?: { readonly path: string } | { readonly url: string }
  readonly command?: readonly string[]
  /** The heap that it begins with. */
  readonly megabytes?: number
  readonly maxWaitingBytes?: number
}

/** The service with so little memory that what a test changes does not fit into it by far, one webhook for all ConfigMaps, and what is to be changed. */
export async function openLittleService({ database, command = [], megabytes = little, ...delivery }: LittleServiceOptions = {}) {
  const server = await openApiServer()
  const receiver = await openReceiver()
  const configMaps = server.registry.resources().find(({ plural }) => plural === 'configmaps')
  if (configMaps === undefined) throw new Error('No ConfigMaps here.')
  const folder = await mkdtemp(join(tmpdir(), 'watchql-little-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  const webhooks = [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }] }]
  const config = { listenPort: 0, logType: 'json', types: { allow: [] }, feed: { replayBytes: 16e6 }, database: database ?? { path: join(folder, 'watchql.db') }, k8sClientConfig: { authType: 'None', apiServerUrl: server.url }, delivery: { retryWaitsSeconds: [0.1], webhooks, ...delivery } }
  await writeFile(file, JSON.stringify(config))
  const start = (heap = little) => startService(file, { command, nodeOptions: [`--max-old-space-size=${heap}`, '--max-semi-space-size=8'] })
  const service = start(megabytes)
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
  await eventually(() => receiver.received, (received) => received.some(({ body }) => body.data.name === `early${tries}`))
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 0)
  return {
    service,
    /** Once more, with little heap, when it has ended. */
    start,
    receiver,
    create,
    update: (name: string, i: number, letters: number) => server.store.update(configMaps, 'shop', name, draft(name, i, letters)),
    remove: (name: string) => server.store.delete(configMaps, 'shop', name),
    metric,
  }
}

/** Of a service with `maxWaitingBytes` of 16 MB: far more changes than it has memory for while its database takes nothing. The latest states are told when it is back. */
export async function outlivesItsDatabase({ service, receiver, create, update, metric }: Awaited<ReturnType<typeof openLittleService>>, database: { readonly away: () => Promise<void> | void; readonly back: () => Promise<void> | void }): Promise<void> {
  const told = new Map<string, number>()
  receiver.replies(({ body }, response) => {
    receiver.received.length = 0
    const { metadata, data } = body.data.object
    // Those of the beginning may come again.
    if (metadata.name.startsWith('c')) told.set(metadata.name, Number(data.i))
    response.writeHead(204).end()
  })
  const objects = 20
  const name = (i: number) => `c${i % objects}`
  for (let i = 0; i < objects; i += 1) create(name(i), i, 200_000)
  await eventually(() => told.size, (size) => size === objects, 20_000)
  await database.away()
  const changes = 1500
  for (let i = objects; i < changes; i += 1) {
    update(name(i), i, 200_000)
    await sleep(2)
  }
  await eventually(() => service.lines.some((line) => line.includes('more changes wait to be recorded than are kept')), Boolean)
  expect(await metric('watchql_journal_waiting')).toBeLessThan(80)
  expect(service.child.exitCode).toBeNull()
  await database.back()
  const latest = Array.from({ length: objects }, (_, at) => changes - objects + at)
  await eventually(() => latest.filter((i) => told.get(name(i)) !== i), (missing) => missing.length === 0, 30_000)
}
