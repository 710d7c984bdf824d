import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Api } from '../cluster/api.ts'
import { churn } from '../cluster/churn.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { randomFrom } from '../cluster/workloads/random.ts'
import { createNodes, createWorkloads } from '../cluster/workloads.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { followAll } from '../support/follow-all.ts'
import { eventually } from '../support/gateway.ts'
import { openOnPlane } from '../support/on-plane.ts'
import { randomFilters } from '../support/random-filters.ts'

/** What is random follows from it, but for what the machine's pace decides. */
const seed = Number(process.env['WATCHQL_SEED'] ?? 7)

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane()
  api = plane.api()
  await createNodes(api, 3)
  await createWorkloads(api, { scale: 2 })
}, 600_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

onControlPlane('live changes of a real cluster', () => {
  it(`end in what a query answers for every subscriber, whatever it filters by, after random churn, pauses, lost connections and a server that was killed: seed ${seed}`, async () => {
    const config = { initialWatchingResources: [{ kind: 'Pod' }, { kind: 'ConfigMap' }, { group: 'apps', kind: 'Deployment' }, { group: 'apps', kind: 'ReplicaSet' }], types: { allow: ['core/v1/*', 'apps/v1/*'] }, feed: { replaySize: 300 }, limits: { subscriptionBacklog: 10 } }
    const gateway = await openOnPlane(plane, { config })
    await gateway.until('LIVE')
    await eventually(() => gateway.data('{ __type(name: "AppsV1DeploymentRelations") { name } }'), ({ __type }) => __type !== null, 60_000)
    const everything = { field: 'objects', filter: 'kinds: [{ kind: "Pod" }, { kind: "ConfigMap" }, { group: "apps", kind: "Deployment" }]' }
    const following = followAll(gateway, seed, [everything, ...randomFilters(randomFrom(seed), 5)])
    const enough = new AbortController()
    const disturbing = following.disturb(enough.signal)
    const churning = churn(api, { seed, ms: 20_000, everyMs: 10 })
    await sleep(8000)
    await plane.killApiServer()
    await sleep(500)
    await plane.restartApiServer()
    await churning
    enough.abort()
    await disturbing
    await gateway.until('LIVE')
    await following.agree()
    const counts = following.counts()
    for (const type of ['ADDED', 'MODIFIED', 'DELETED', 'resumed'] as const) expect(counts[type], type).toBeGreaterThan(50)
    expect(counts.SLOW_CONSUMER).toBeGreaterThan(0)
  }, 300_000)
})
