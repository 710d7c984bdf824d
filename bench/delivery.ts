import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { sql } from 'kysely'
import { defaults } from '../src/config/defaults.ts'
import { openDatabase, type DatabaseTarget } from '../src/database/database.ts'
import { startApiServer } from '../src/playground/api-server/api-server.ts'
import { startPostgres } from '../test/servers/postgres.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { quantile } from './support/median.ts'
import { openGateway } from './support/open-gateway.ts'
import { podAt } from './support/pods.ts'
import { openQueue } from './support/queue.ts'
import { startReceiver } from './support/receiver.ts'

const deliveries = 20_000
/** Sent before, by every side: the rate that is sustained is meant. */
const warmUpDeliveries = 5000
const perSecond = 200
const pods = 1000
const warmUpMs = 3000
const measuredMs = 10_000
const { concurrency } = defaults.delivery

export const benchmark: Benchmark = {
  about: `${deliveries} whole Pods from the outbox to one fast receiver, per second, beside a bare undici loop that POSTs the same bodies with as many requests at once (${concurrency}); and milliseconds from a write on the API server to the receiver, the whole service in between, at ${perSecond} changes per second`,
  rounds: 3,
  start,
  sides: { bare, sqlite, postgres },
  goals: [
    { about: 'from SQLite, as a share of the bare loop', value: share('sqlite'), atLeast: 0.4 },
    { about: 'from PostgreSQL, as a share of the bare loop', value: share('postgres'), atLeast: 0.25 },
    { about: 'p95 by way of SQLite, in milliseconds', value: ({ sqlite: side }) => side?.['p95Ms'] ?? Number.NaN, atMost: 50 },
    { about: 'p95 by way of PostgreSQL, in milliseconds', value: ({ postgres: side }) => side?.['p95Ms'] ?? Number.NaN, atMost: 50 },
  ],
}

function share(side: string): Benchmark['goals'][number]['value'] {
  return (medians) => (medians[side]?.['perSecond'] ?? Number.NaN) / (medians['bare']?.['perSecond'] ?? Number.NaN)
}

/** The same clock in every process. */
const now = () => performance.timeOrigin + performance.now()

/** A receiver, a PostgreSQL server, and an API server whose Pods change when it is asked for. */
async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const receiver = await startReceiver()
  const database = await startPostgres()
  const api = await startApiServer()
  const resource = api.store.resource('pods')
  const drafts = Array.from({ length: pods }, (_, index) => {
    const { resourceVersion: _version, uid: _uid, ...metadata } = podAt(index).metadata
    return { ...podAt(index), metadata: { ...metadata, name: `pod-${index}`, namespace: 'default' } }
  })
  for (const draft of drafts) api.store.create(resource, 'default', draft)
  /** Writes for a while; answers how long each change took to the receiver. */
  const latencies = () =>
    new Promise<number[]>((resolve) => {
      const found: number[] = []
      const startedAt = now()
      receiver.onBody = (body) => {
        const at = Number(/"at":"([\d.]+)"/.exec(body.toString('latin1'))?.[1])
        if (at > startedAt + warmUpMs) found.push(now() - at)
      }
      let changes = 0
      const writing = setInterval(() => {
        const ms = now() - startedAt
        for (; changes < (ms / 1000) * perSecond; changes += 1) {
          const draft = drafts[(changes * 7919) % pods] as (typeof drafts)[number]
          api.store.update(resource, 'default', draft.metadata.name, { ...draft, metadata: { ...draft.metadata, annotations: { at: String(now()) } } })
        }
        if (ms < warmUpMs + measuredMs) return
        clearInterval(writing)
        setTimeout(() => {
          receiver.onBody = undefined
          resolve(found)
        }, 2000)
      }, 1)
    })
  const control = createServer((_request, response) => void latencies().then((found) => response.end(JSON.stringify(found))))
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  return {
    parameters: { receiver: receiver.url, postgres: database.url, server: api.url, control: `http://127.0.0.1:${(control.address() as AddressInfo).port}/` },
    stop: async () => {
      await database.stop()
      await api.close()
    },
  }
}

async function bare({ receiver }: Parameters): Promise<Figures> {
  const agent = new Agent({ connections: concurrency, pipelining: 1 })
  const bodies = Array.from(podsOf(warmUpDeliveries + deliveries), (pod) => `{"specversion":"1.0","id":"Bq3xV0aT-000000002s-XwU5n9QmJv1c","data":{"type":"ADDED","object":${JSON.stringify(pod)}}}`)
  let next = 0
  const loop = async (end: number) => {
    while (next < end) {
      const { body } = await request(String(receiver), { method: 'POST', dispatcher: agent, headers: { 'content-type': 'application/cloudevents+json' }, body: bodies[next++] as string })
      await body.dump()
    }
  }
  const loops = (end: number) => Promise.all(Array.from({ length: concurrency }, () => loop(end)))
  await loops(warmUpDeliveries)
  const startedAt = performance.now()
  await loops(bodies.length)
  const ms = performance.now() - startedAt
  await agent.close()
  return { perSecond: (deliveries / ms) * 1000, p95Ms: Number.NaN }
}

async function sqlite(parameters: Parameters): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-bench-'))
  const drained = await drain({ path: join(folder, 'queue.db') }, parameters)
  const figures = { perSecond: drained, p95Ms: await p95(parameters, { path: join(folder, 'service.db') }) }
  await rm(folder, { recursive: true })
  return figures
}

async function postgres(parameters: Parameters): Promise<Figures> {
  const url = String(parameters['postgres'])
  const drained = await drain({ url, ...defaults.database }, parameters)
  await empty(url)
  const figures = { perSecond: drained, p95Ms: await p95(parameters, { url }) }
  await empty(url)
  return figures
}

async function empty(url: string): Promise<void> {
  const database = await openDatabase({ url, ...defaults.database })
  await sql`drop schema public cascade`.execute(database.tables)
  await sql`create schema public`.execute(database.tables)
  await database.close()
}

async function drain(target: DatabaseTarget, { receiver }: Parameters): Promise<number> {
  const queue = await openQueue(target, String(receiver))
  await queue.fill(podsOf(warmUpDeliveries + deliveries))
  const draining = queue.drain()
  while (queue.pending() > deliveries) await new Promise((resolve) => setTimeout(resolve, 1))
  const [left, startedAt] = [queue.pending(), performance.now()]
  await draining
  const ms = performance.now() - startedAt
  await queue.close()
  return (left / ms) * 1000
}

async function p95({ server, receiver, control }: Parameters, database: Readonly<Record<string, string>>): Promise<number> {
  const gateway = await openGateway(String(server), { types: { allow: [] }, database, delivery: { webhooks: [{ name: 'bench', url: receiver, kinds: [{ kind: 'Pod' }] }] } })
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const found = (await (await fetch(String(control))).json()) as number[]
  await gateway.stop()
  if (found.length < (measuredMs / 1000) * perSecond * 0.95) throw new Error(`Only ${found.length} changes were received.`)
  return quantile(found, 0.95)
}

/** As the journal has them: without field ownership. */
function* podsOf(count: number) {
  for (let index = 0; index < count; index += 1) {
    const { managedFields: _managedFields, ...metadata } = podAt(index).metadata
    yield { ...podAt(index), metadata }
  }
}
