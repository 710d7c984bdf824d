import { createWriteStream } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { customResourceDefinitions } from '../cluster/workloads/custom-resources.ts'
import { randomFrom } from '../cluster/workloads/random.ts'
import { callers } from './callers.ts'
import { Churn, install } from './churn.ts'
import { Follower } from './follower.ts'
import { GatewayUnderTest } from './gateway-under-test.ts'
import { followedKinds, kindInput, watchedKinds } from './kinds.ts'
import { Leaks } from './leaks.ts'
import { Ledger } from './ledger.ts'
import type { Lane, SoakTarget } from './target.ts'
import { judge } from './verdict.ts'

export interface SoakOptions {
  readonly target: SoakTarget
  /** The same seed gives the same changes, and the same faults in the same order. */
  readonly seed: number
  readonly ms: number
  /** How long there is churn and trouble before the next calm, in which everything is compared. */
  readonly roundMs: number
  /** Hears how it goes, in lines for people. */
  readonly report: (line: string) => void
}

export interface SoakResult {
  /** What was found to be wrong; empty when all is well. */
  readonly violations: readonly string[]
  readonly rounds: number
  readonly summary: string
}

const churners = [{ custom: false }, { custom: false }, { custom: true }]
const churnEveryMs = 60
const progressEveryMs = 30_000

/**
 * Random faults under random churn, in rounds. After each round the faults stop, and soon
 * everything must be as if there had been none: each store equals a fresh list, a follower of
 * the change feed holds the same, every deletion reached it once, and nothing was left open.
 * Ends early with the first round that shows something wrong.
 */
export async function soak({ target, seed, ms, roundMs, report }: SoakOptions): Promise<SoakResult> {
  const startedAt = Date.now()
  const violations: string[] = []
  const complain = (violation: string) => {
    violations.push(`${seconds(Date.now() - startedAt)} ${violation}`)
    if (violations.length < 20) report(`WRONG: ${violation}`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'watchql-soak-'))
  const story = createWriteStream(join(folder, 'story.log'))
  const log = (line: string) => void story.write(`${new Date().toISOString()} ${line}\n`)
  report(`Seed ${seed}; logs in ${folder}`)

  await Promise.all(customResourceDefinitions.map((definition) => install(target.api, definition)))
  const gateway = await startGateway(folder, target, complain)
  const follower = new Follower({ url: gateway.url, kinds: followedKinds, complain })
  const ledger = new Ledger()
  const churns = churners.map(({ custom }, number) => new Churn({ api: target.api, ledger, namespace: 'default', seed: seed * 100 + number, everyMs: churnEveryMs, custom }))
  const lanes = [...target.lanes, callers(gateway, follower)].map((lane, number) => ({ lane, random: randomFrom(seed * 100 + 50 + number), struck: new Map<string, number>() }))
  const leaks = new Leaks(gateway, target)
  let rounds = 0

  const progress = () => {
    const { ADDED, MODIFIED, DELETED, resumed } = follower.counts
    const steps = churns.reduce((sum, churn) => sum + churn.steps, 0)
    const faults = lanes.map(({ lane, struck }) => `${lane.name} ${[...struck.values()].reduce((sum, count) => sum + count, 0)}`).join(', ')
    return `${seconds(Date.now() - startedAt)} round ${rounds}: ${steps} changes, ${ledger.size} objects in all; faults: ${faults}; follower: ${ADDED} added, ${MODIFIED} modified, ${DELETED} deleted, resumed ${resumed} times; ${leaks.latest()}`
  }
  const reporting = setInterval(() => report(progress()), progressEveryMs)
  try {
    await judge({ gateway, target, follower, ledger, complain, log })
    await leaks.measure()
    while (Date.now() - startedAt < ms && violations.length === 0) {
      const round = new AbortController()
      const work = [
        ...churns.map((churn) => churn.run(round.signal)),
        ...lanes.map((running) => trouble(running, round.signal, log)),
      ]
      try {
        // A churn that cannot go on is a failure of the soak, not of the gateway: it is thrown.
        await Promise.race([sleep(Math.min(roundMs, startedAt + ms - Date.now()), undefined, { signal: round.signal }), Promise.all(work)])
      } finally {
        round.abort()
      }
      await Promise.all(work)
      await target.calm()
      log('calm')
      await judge({ gateway, target, follower, ledger, complain, log })
      await leaks.measure()
      rounds += 1
    }
    for (const leak of leaks.found()) complain(leak)
  } finally {
    clearInterval(reporting)
    await follower.stop()
    if (!(await gateway.stop())) complain('the service did not end when it was stopped: something of it keeps the process alive')
    story.end()
  }
  const struck = lanes.map(({ lane, struck }) => `  ${lane.name}: ${[...struck].map(([name, count]) => `${name} ${count}`).join(', ')}`)
  const outcome = violations.length === 0 ? 'All is well.' : `${violations.length} WRONG. Seed ${seed}; logs in ${folder}.\n${violations.slice(0, 20).map((violation) => `  ${violation}`).join('\n')}`
  return { violations, rounds, summary: [progress(), ...struck, ...leaks.history(), outcome].join('\n') }
}

async function startGateway(folder: string, target: SoakTarget, complain: (violation: string) => void): Promise<GatewayUnderTest> {
  const files = { config: join(folder, 'config.json'), log: join(folder, 'gateway.log') }
  const kubeConfigFilePath = join(folder, 'kubeconfig.yaml')
  await writeFile(kubeConfigFilePath, target.kubeconfig)
  const config = {
    listenPort: 0,
    initialWatchingResources: watchedKinds.map(kindInput),
    // Full after a round: what fills up later is a leak.
    feed: { replaySize: 3000 },
    ...target.gatewayConfig,
    k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath },
  }
  await writeFile(files.config, JSON.stringify(config))
  return GatewayUnderTest.start(files, complain)
}

async function trouble({ lane, random, struck }: { lane: Lane; random: ReturnType<typeof randomFrom>; struck: Map<string, number> }, signal: AbortSignal, log: (line: string) => void): Promise<void> {
  const [shortest, longest] = lane.pauseMs
  const urn = lane.faults.flatMap((fault) => Array.from({ length: fault.weight }, () => fault))
  for (;;) {
    await sleep(shortest + random.below(longest - shortest), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const fault = random.pick(urn)
    struck.set(fault.name, (struck.get(fault.name) ?? 0) + 1)
    log(`${lane.name}: ${fault.name}`)
    await fault.strike(random, signal)
    log(`${lane.name}: over`)
  }
}

const seconds = (ms: number): string => `[${String(Math.round(ms / 1000)).padStart(4)} s]`
