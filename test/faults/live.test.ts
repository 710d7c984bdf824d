import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Draft } from '../../src/playground/api-server/store/draft.ts'
import { randomFrom } from '../cluster/workloads/random.ts'
import { followAll } from '../support/follow-all.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

const steps = 2500

/** So much that a socket is full soon when it is not read. */
const wide = 'x'.repeat(2000)

it.each([1, 2, 3])('what subscribers believe in the end is what a query answers, after random changes, pauses and lost connections: seed %i', async (seed) => {
  const server = await openApiServer()
  const config = { initialWatchingResources: [{ kind: 'Pod' }, { kind: 'ConfigMap' }, { kind: 'Service' }], types: { allow: ['core/v1/*'] }, feed: { replaySize: 400 }, limits: { subscriptionBacklog: 30 } }
  const gateway = await openGateway(server, { config })
  await eventually(() => gateway.data('{ __type(name: "CoreV1PodRelations") { name } }'), ({ __type }) => __type !== null, 20_000)
  const random = randomFrom(seed)
  for (const app of ['a', 'b', 'c']) server.make('services', { metadata: { name: app }, spec: { selector: { app }, ports: [{ port: 80 }] } })
  const following = followAll(gateway, seed, [
    { field: 'objects', filter: 'kinds: [{ kind: "Pod" }]' },
    { field: 'objects', filter: 'kinds: [{ kind: "Pod" }, { kind: "ConfigMap" }], labelSelector: "app in (a, b)"' },
    { field: 'objects', filter: `kinds: [{ kind: "Pod" }], where: { path: "status.phase", eq: "${random.pick(['Running', 'Failed'])}" }` },
    { field: 'pods', filter: `namespace: "shop", where: { metadata: { labels: { key: "app", ne: "${random.pick(['a', 'b'])}" } } }` },
    { field: 'services', filter: 'where: { relations: { pods: { some: { status: { phase: { eq: "Running" } } } } } }' },
  ])
  const enough = new AbortController()
  const disturbing = following.disturb(enough.signal)

  const resources = { pods: server.store.resource('pods'), configmaps: server.store.resource('configmaps') }
  const alive = { pods: new Set<string>(), configmaps: new Set<string>() }
  for (let step = 0; step < steps; step += 1) {
    const plural = random.pick(['pods', 'pods', 'configmaps'] as const)
    const name = `${plural}-${random.below(60)}`
    const draft: Draft = { metadata: { name, labels: { app: random.pick(['a', 'b', 'c', 'd']) }, annotations: { wide } }, ...(plural === 'pods' ? { spec: {}, status: { phase: random.pick(['Running', 'Pending', 'Failed']) } } : { data: { step: String(step) } }) }
    if (!alive[plural].has(name)) {
      server.make(plural, draft)
      alive[plural].add(name)
    } else if (random.below(4) === 0) {
      server.store.delete(resources[plural], 'shop', name)
      alive[plural].delete(name)
    } else server.store.update(resources[plural], 'shop', name, draft)
    if (random.below(20) === 0) await sleep(random.below(40))
  }
  enough.abort()
  await disturbing
  await following.agree()
  const { resumed, SLOW_CONSUMER } = following.counts()
  expect(resumed).toBeGreaterThan(5)
  expect(SLOW_CONSUMER).toBeGreaterThan(0)
}, 90_000)
