import { setTimeout as sleep } from 'node:timers/promises'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { compactEtcd } from '../cluster/etcd.ts'
import { kubeconfig } from '../cluster/users.ts'
import type { Random } from '../cluster/workloads/random.ts'
import { openRelay, type Choice, type Relay } from '../support/relay.ts'
import { sumOfMetric } from './gateway-under-test.ts'
import type { Lane, SoakTarget } from './target.ts'

/** The real API server and etcd, with a relay between them and the gateway, all of which fail. */
export async function clusterTarget(): Promise<SoakTarget> {
  const plane = await startControlPlane({
    controllers: false,
    kwok: false,
    apiServerFlags: ['--goaway-chance=0.01', '--http2-max-streams-per-connection=20'],
    report: () => undefined,
  })
  const relay = await openRelay(Number(new URL(plane.url).port))
  const api = plane.api()
  return {
    name: 'cluster',
    kubeconfig: kubeconfig({ url: `https://127.0.0.1:${relay.port}`, caData: plane.caData }, plane.users, 'admin'),
    gatewayConfig: {
      apiGroupsSyncIntervalSecond: 2,
      watch: { timeoutSeconds: 30, backoffInitialMs: 100, backoffMaxMs: 2000, absentRetryMs: 1000, pageSize: 20 },
      transport: { idleTimeoutMs: 10_000, connectTimeoutMs: 5000 },
    },
    api,
    lanes: [
      { name: 'network', pauseMs: [500, 6000], faults: networkFaults(relay) },
      { name: 'server', pauseMs: [4000, 15_000], faults: serverFaults(plane) },
    ],
    settleMs: 90_000,
    async calm() {
      // Only new connections: what fell silent is for the gateway to notice.
      relay.refuse(false)
    },
    async clients() {
      const metrics = await api.get<string>('/metrics')
      return { connections: relay.connections(), watches: sumOfMetric(metrics, 'apiserver_longrunning_requests', /verb="WATCH"/) }
    },
    async close() {
      await relay.close()
      api.close()
      await plane.stop()
    },
  }
}

function networkFaults(relay: Relay): Lane['faults'] {
  const one = (random: Random): Choice => (connections) => random.below(Math.max(1, connections))
  return [
    { name: 'cut one connection', weight: 5, strike: (random) => relay.cut(one(random)) },
    { name: 'cut all connections', weight: 2, strike: () => relay.cut() },
    { name: 'close one direction', weight: 3, strike: (random) => relay.halfClose(one(random), random.below(2) === 0 ? 'gateway' : 'server') },
    { name: 'silence one connection for good', weight: 2, strike: (random) => relay.stall(false, one(random)) },
    {
      name: 'hold one connection up',
      weight: 3,
      strike: async (random, signal) => {
        const release = relay.hold(one(random))
        await pause(200 + random.below(6000), signal)
        release()
      },
    },
    {
      name: 'hold all connections up, then perhaps cut them',
      weight: 3,
      strike: async (random, signal) => {
        const release = relay.hold()
        await pause(200 + random.below(3000), signal)
        if (random.below(2) === 0) relay.cut()
        release()
      },
    },
    {
      name: 'refuse new connections',
      weight: 2,
      strike: async (random, signal) => {
        relay.refuse(true)
        if (random.below(2) === 0) relay.cut()
        await pause(random.below(4000), signal)
        relay.refuse(false)
      },
    },
  ]
}

function serverFaults(plane: ControlPlane): Lane['faults'] {
  const stop = (name: string, ms: number) => async (random: Random, signal: AbortSignal) => {
    const program = plane.running().find((running) => running.name === name)
    if (program === undefined) return
    process.kill(program.pid, 'SIGSTOP')
    await pause(300 + random.below(ms), signal)
    process.kill(program.pid, 'SIGCONT')
  }
  const kill = (compacting: boolean) => async (random: Random) => {
    await plane.killApiServer()
    await sleep(random.below(2000))
    if (compacting) await compactEtcd(plane)
    await plane.restartApiServer()
  }
  return [
    { name: 'kill and restart the API server', weight: 2, strike: kill(false) },
    { name: 'kill the API server, compact etcd, restart', weight: 2, strike: kill(true) },
    { name: 'pause the API server', weight: 3, strike: stop('kube-apiserver', 5000) },
    { name: 'pause etcd', weight: 2, strike: stop('etcd', 3000) },
    { name: 'compact etcd', weight: 2, strike: () => compactEtcd(plane) },
  ]
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
