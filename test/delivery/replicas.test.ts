import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { KubeObject } from '../../src/model/object.ts'
import { JournalStore, LeaseLost, type Observed } from '../../src/journal/journal-store.ts'
import { Leases } from '../../src/journal/leases.ts'
import { startPostgres } from '../servers/postgres.ts'
import { postgresDatabase } from '../support/databases.ts'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import { eventually, openApiServer, openGateway, type TestGateway } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'
import { pod, Reader, recordedCluster } from '../support/recorded-cluster.ts'
import { pods } from '../support/resources.ts'
import { startService } from '../support/service-process.ts'

/** More by hand: each is some seconds. */
const rounds = Number(process.env['WATCHQL_ROUNDS'] ?? 8)
const seed = Number(process.env['WATCHQL_SEED'] ?? 1)

let postgres: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const retries = { retryWaitsSeconds: [0.1, 0.2, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], timeoutMs: 500, leaseSeconds: 2 }

const allSeeing = { readableNamespaces: () => 'all' as const }

describe('a kind that two could record', () => {
  it('is recorded by one, and by the other as soon as that one ends', async () => {
    const database = await postgresDatabase(postgres.url)
    const first = recordedCluster(await database.open(), { leaseMs: 60_000 })
    const second = recordedCluster(await database.open(), { leaseMs: 300 })
    const both = (object: KubeObject) => [first, second].forEach(({ writer }) => writer.put(structuredClone(object)))
    both(pod('a'))
    first.list()
    await first.settle()
    second.list()
    await sleep(400)
    both(pod('b'))
    await first.settle()
    expect(first.reader.told).toEqual(['ADDED a INITIAL', 'ADDED b'])
    await first.journal.stop()
    both(pod('c'))
    second.list()
    await second.settle()
    expect(second.reader.told).toEqual(['ADDED c'])
    expect(second.reader.events[0]?.sequence).toBeGreaterThan(first.reader.events[1]?.sequence ?? Infinity)
  })

  it('is let go of by one who sees it no longer, and recorded by the other, who does', async () => {
    const database = await postgresDatabase(postgres.url)
    const first = recordedCluster(await database.open(), { leaseMs: 300 })
    first.writer.put(pod('a'))
    first.list()
    await first.settle()
    const second = recordedCluster(await database.open(), { leaseMs: 300 })
    second.writer.put(structuredClone(first.store.lister(allSeeing).get('shop', 'a') as KubeObject))
    second.list()
    first.says('STALE')
    second.writer.put(pod('b'))
    second.list()
    await second.settle()
    expect(second.reader.told).toEqual(['ADDED b'])
  })

  it('is written no more by one whose lease ran out and was taken, whatever that one still has to say', async () => {
    const { tables } = await (await postgresDatabase(postgres.url)).open()
    const [stale, other] = [1, 2].map(() => {
      const leases = new Leases({ tables, cluster: 'test', leaseMs: 100 })
      return { leases, store: new JournalStore({ tables, holder: leases.holder, keepObjects: true, now: Date.now }), reader: new Reader() }
    }) as [Side, Side]
    const observed = (name: string, epoch: number): Observed => ({ cluster: 'test', kind: pods, observations: [{ is: 'there', object: pod(name) }], resourceVersion: '1', scope: '{}', initial: false, newcomers: [], complete: false, epoch })
    expect(await stale.leases.acquire([pods])).toMatchObject([{ epoch: 1 }])
    expect(await other.leases.acquire([pods])).toEqual([])
    await stale.store.record([observed('a', 1)], stale.reader)
    await sleep(150)
    expect(await other.leases.acquire([pods])).toMatchObject([{ epoch: 2 }])
    await expect(stale.store.record([observed('b', 1)], stale.reader)).rejects.toBeInstanceOf(LeaseLost)
    expect(await stale.leases.renew()).toEqual([])
    await stale.leases.release()
    await other.store.record([observed('c', 2)], other.reader)
    expect([...stale.reader.told, ...other.reader.told]).toEqual(['ADDED a', 'ADDED c'])
    expect((await tables.selectFrom('journal_objects').select('key').orderBy('key').execute()).map(({ key }) => key)).toEqual(['shop/a', 'shop/c'])
  })
})

interface Side {
  readonly leases: Leases
  readonly store: JournalStore
  readonly reader: Reader
}

it('several that meet an empty database at once all come to use it', async () => {
  const database = await postgresDatabase(postgres.url)
  const opened = await Promise.all(Array.from({ length: 6 }, () => database.open()))
  for (const { tables } of opened) expect(await tables.selectFrom('sinks').selectAll().execute()).toEqual([])
})

describe('two replicas', { timeout: 120_000 }, () => {
  const openTwo = async (delivery: object = {}) => {
    const server = await openApiServer()
    const { url } = await postgresDatabase(postgres.url)
    const config = { database: { url, connections: 5 }, delivery: { ...retries, allowLocalTargets: true, ...delivery } }
    return { server, config, replicas: [await openGateway(server, { config }), await openGateway(server, { config })] as readonly [TestGateway, TestGateway] }
  }

  it('know of each other\'s webhooks at once: made by way of one they are listed, changed, tried and deleted by way of the other', async () => {
    const { server, replicas: [one, two] } = await openTwo()
    const receiver = await openReceiver()
    const { createWebhook } = await one.data('mutation ($url: String!) { createWebhook(input: { url: $url, kinds: [{ kind: "ConfigMap" }], initial: SNAPSHOT }) { id } }', { url: receiver.url })
    const { id } = createWebhook
    expect((await two.data('{ webhooks { id state } }')).webhooks).toEqual([{ id, state: 'ACTIVE' }])
    expect((await two.data('mutation ($id: ID!) { testSink(id: $id) { accepted } }', { id })).testSink).toEqual({ accepted: true })
    await eventually(() => two.data('{ watches { kind { kind } state } }'), ({ watches }) => watches.some(({ kind, state }: { kind: { kind: string }; state: string }) => kind.kind === 'ConfigMap' && state === 'LIVE'), 10_000)
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(receiver.told, (told) => told.includes('ADDED a'), 10_000)
    await two.data('mutation ($id: ID!) { pauseSink(id: $id) { state } }', { id })
    expect((await one.data('{ webhooks { state } }')).webhooks).toEqual([{ state: 'PAUSED' }])
    server.make('configmaps', { metadata: { name: 'b' } })
    await sleep(500)
    expect(receiver.told()).not.toContain('ADDED b')
    await one.data('mutation ($id: ID!) { pauseSink(id: $id, paused: false) { state } }', { id })
    await eventually(receiver.told, (told) => told.includes('ADDED b'), 10_000)
    expect((await two.data('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id })).deleteWebhook).toBe(true)
    expect((await one.data('{ webhooks { id } }')).webhooks).toEqual([])
    // Nothing is told twice by two who both deliver.
    expect(receiver.told().filter((told) => told.endsWith(' a') || told.endsWith(' b'))).toEqual(['ADDED a', 'ADDED b'])
  })

  it('both deliver what waits, and nothing twice', async () => {
    const { server, replicas } = await openTwo()
    const [one] = replicas
    const receiver = await openReceiver()
    // Long enough for the other one to take its share.
    receiver.replies((_received, response) => void setTimeout(() => response.writeHead(204).end(), 20))
    const { createWebhook: { id } } = await one.data('mutation ($url: String!) { createWebhook(input: { url: $url, kinds: [{ kind: "ConfigMap" }], initial: SNAPSHOT, concurrency: 1 }) { id } }', { url: receiver.url })
    await one.data('mutation ($id: ID!) { pauseSink(id: $id) { state } }', { id })
    const names = Array.from({ length: 150 }, (_, i) => `c${i}`)
    for (const name of names) server.make('configmaps', { metadata: { name } })
    await eventually(async () => (await one.data('{ webhooks { pending } }')).webhooks[0].pending as number, (pending) => pending === names.length, 20_000)
    await one.data('mutation ($id: ID!) { pauseSink(id: $id, paused: false) { state } }', { id })
    await eventually(() => receiver.received.length, (count) => count >= names.length, 30_000)
    expect(receiver.told().toSorted()).toEqual(names.map((name) => `ADDED ${name}`).toSorted())
    const delivered = await Promise.all(replicas.map(async ({ url }) => Number(/watchql_delivery_attempts_total{[^}]*outcome="delivered"[^}]*} (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0)))
    expect(Math.min(...delivered)).toBeGreaterThan(10)
  })

  it('keep what only one of them declares until none does, and fill it all the same', async () => {
    const { server, config, replicas: [one] } = await openTwo()
    const receiver = await openReceiver()
    const declaring = await openGateway(server, { config: { ...config, delivery: { ...config.delivery, webhooks: [{ name: 'new', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', secretEnvs: [] }] } } })
    const state = async (gateway: TestGateway) => (await gateway.data('{ webhooks { id state reason } }')).webhooks[0]
    expect(await state(declaring)).toMatchObject({ id: 'new', state: 'ACTIVE' })
    expect(await state(one)).toMatchObject({ id: 'new', state: 'DISABLED', reason: expect.stringContaining('another replica') as string })
    server.make('configmaps', { metadata: { name: 'a' } })
    await eventually(receiver.told, (told) => told.includes('ADDED a'), 20_000)
  })

  it(`lose nothing and turn nothing round though each is killed, stopped and ended ${rounds} times in all, and the database restarted`, { timeout: 60_000 + rounds * 12_000 }, async () => {
    const random = seeded(seed)
    const server = await openApiServer()
    const { url } = await postgresDatabase(postgres.url)
    const ledger = keepLedger(server, random)
    const receiver = await openReceiver()
    receiver.replies((_received, response) => (random() < 0.1 ? void response.socket?.destroy() : void response.writeHead(204).end()))
    const folder = await mkdtemp(join(tmpdir(), 'watchql-replicas-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'config.json')
    await writeFile(
      file,
      JSON.stringify({
        listenPort: 0,
        types: { allow: [] },
        database: { url, connections: 5, timeoutMs: 2000 },
        k8sClientConfig: { authType: 'None', apiServerUrl: server.url },
        delivery: { ...retries, webhooks: [{ name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', payload: 'oldAndNew' }] },
      }),
    )
    const replicas = [startService(file), startService(file)]
    await Promise.all(replicas.map(({ listening }) => listening))
    const churn = async (ms: number) => {
      for (const until = performance.now() + ms; performance.now() < until; ) {
        for (let i = random() * 4; i > 0; i -= 1) ledger.mutate()
        await sleep(random() * 10)
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      await churn(300 + random() * 700)
      const which = random() < 0.5 ? 0 : 1
      const victim = replicas[which]
      const die = random()
      if (die < 0.4) {
        await victim?.kill()
        await churn(random() * 2500)
        replicas[which] = startService(file)
        await replicas[which].listening
      } else if (die < 0.7) {
        // As long as a lease lasts, or longer: the other one takes over, and then it wakes up.
        victim?.child.kill('SIGSTOP')
        await churn(random() * 4000)
        victim?.child.kill('SIGCONT')
      } else if (die < 0.85) {
        victim?.child.kill('SIGTERM')
        await churn(random() * 1500)
        replicas[which] = startService(file)
        await replicas[which].listening
      } else await Promise.all([random() < 0.5 ? postgres.restart() : postgres.kill().then(() => postgres.restart()), churn(1000)])
    }
    receiver.replies((_received, response) => void response.writeHead(204).end())
    // What a killed one had in hand is sent by the other when its hold runs out.
    const told = eventually(() => ledger.missing(receiver.received), (missing) => missing.length === 0, 60_000)
    await Promise.race([told, ...replicas.map(async ({ ended }) => expect.unreachable(`a replica ended by itself: ${await ended}`))])
    ledger.check(receiver.received)
    expect(receiver.received.length).toBeGreaterThan(rounds)
  })
})
