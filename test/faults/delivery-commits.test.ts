import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { keepLedger, seeded } from '../support/delivery-ledger.ts'
import type { Death } from '../support/die-at-commit.ts'
import { eventually, openApiServer } from '../support/gateway.ts'
import { openReceiver } from '../support/receiver.ts'
import { startService } from '../support/service-process.ts'

/** Of each life of the process, from the first on. More by `npm run test:faults`. */
const commits = process.env['WATCHQL_KILLS'] === undefined ? 3 : 40
const seed = Number(process.env['WATCHQL_SEED'] ?? 1)

/** What a commit of each sort writes: a page of a comparison, the end of a snapshot, changes with their deliveries, outcomes, what is forgotten. */
const sorts = ['insert journal_objects', 'insert sink_kinds', 'insert deliveries', 'update deliveries', 'delete deliveries']

const deaths: readonly Death[] = (['before', 'after'] as const).flatMap((when) => [
  ...Array.from({ length: commits }, (_, i) => ({ when, nth: i + 1 })),
  ...sorts.filter((of) => of !== 'insert sink_kinds').map((of) => ({ when, nth: 1, of })),
])

it(`a process that is killed right before and right after each of its first ${commits} commits, and each sort of commit, loses nothing and turns nothing round`, { timeout: 60_000 + deaths.length * 20_000 }, async () => {
  const random = seeded(seed)
  const server = await openApiServer()
  const ledger = keepLedger(server, random)
  const receiver = await openReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-commits-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  /** Each run has a sink that is new to it, so that snapshots end at its commits too. */
  const configure = (run: number) =>
    writeFile(
      file,
      JSON.stringify({
        listenPort: 0,
        types: { allow: [] },
        database: { path: join(folder, 'watchql.db') },
        k8sClientConfig: { authType: 'None', apiServerUrl: server.url },
        delivery: {
          keepDelivered: 10,
          webhooks: [
            { name: 'all', url: receiver.url, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot', payload: 'oldAndNew' },
            { name: `new-${run}`, url: `${receiver.url}-new`, kinds: [{ kind: 'ConfigMap' }], initial: 'snapshot' },
          ],
        },
      }),
    )
  const died: { when: Death['when']; what: readonly string[] }[] = []
  for (const [run, death] of [...deaths, ...(['before', 'after'] as const).map((when): Death => ({ when, nth: 1, of: 'insert sink_kinds' }))].entries()) {
    await configure(run)
    for (let i = random() * 10; i > 0; i -= 1) ledger.mutate()
    const service = startService(file, { nodeOptions: ['--import', './test/support/die-at-commit.ts'], env: { WATCHQL_DEATH: JSON.stringify(death) } })
    const life = { over: false }
    const ended = service.ended.finally(() => (life.over = true))
    await Promise.race([ended, service.listening.catch(() => undefined)])
    // Until it dies: forgetting begins after some hundred deliveries.
    for (const until = performance.now() + 30_000; !life.over && performance.now() < until; ) {
      for (let i = random() * 4; i > 0; i -= 1) ledger.mutate()
      await sleep(4)
    }
    if (!life.over) await service.kill()
    const last = (await ended).split('\n').find((line) => line.startsWith('{"died"'))
    expect(last, `no commit number ${death.nth} of ${death.of ?? 'any sort'}`).toBeDefined()
    died.push({ when: death.when, what: (JSON.parse(last ?? '') as { died: string[] }).died })
  }
  for (const when of ['before', 'after'] as const) for (const sort of sorts) expect(died.some((one) => one.when === when && one.what.includes(sort)), `${when} ${sort}`).toBe(true)
  await startService(file).listening
  const all = () => receiver.received.filter(({ path }) => path === '/hook')
  await eventually(() => ledger.missing(all()), (missing) => missing.length === 0, 30_000)
  ledger.check(all())
})
