import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Api } from '../../cluster/api.ts'
import { churn } from '../../cluster/churn.ts'
import { startControlPlane, type ControlPlane } from '../../cluster/control-plane.ts'
import { configMap } from '../../cluster/workloads/application.ts'
import { customResourceDefinitions } from '../../cluster/workloads/custom-resources.ts'
import { compactEtcd } from '../../cluster/etcd.ts'
import { createAll } from '../../cluster/objects.ts'
import { onControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/gateway.ts'
import { openOnPlane } from '../../support/on-plane.ts'
import { kindInput, watchedKinds } from '../../soak/kinds.ts'
import { Follower } from '../../soak/follower.ts'

const configMaps = [{ kind: 'ConfigMap' }]

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false })
  api = plane.api()
  await createAll(api, customResourceDefinitions)
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

/** What a list of the server says, by uid. */
async function served(kind: string, apiVersion: string): Promise<string> {
  const items = await api.list(apiVersion, kind)
  return lines(new Map(items.map(({ metadata }) => [metadata.uid ?? '', `${metadata.namespace ?? ''}/${metadata.name}@${metadata.resourceVersion}`])))
}

const lines = (objects: ReadonlyMap<string, string>): string => [...objects].map((pair) => pair.join(' ')).toSorted().join('\n')

onControlPlane('an API server', () => {
  it('that is killed and started again while objects change: nothing is missed, nothing told twice, the caches serve meanwhile', async () => {
    const { url, ask, until, state } = await openOnPlane(plane, { config: { initialWatchingResources: configMaps } })
    await until('LIVE')
    const kinds = [
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { apiVersion: 'lab.example.com/v1', kind: 'Gizmo' },
    ]
    const wrong: string[] = []
    const follower = new Follower({ url, kinds, complain: (violation) => wrong.push(violation) })
    try {
      await eventually(() => follower.synced, Boolean)
      const churning = churn(api, { seed: 4, ms: 9000 })
      await eventually(() => follower.counts.DELETED, (deleted) => deleted > 10, 20_000)
      await plane.killApiServer()
      await eventually(() => state('ConfigMap'), (found) => found === 'STALE')
      expect(await ask('ConfigMap')).toMatchObject({ partial: [] })
      await plane.restartApiServer()
      expect((await churning).delete).toBeGreaterThan(20)
      for (const kind of kinds) {
        await eventually(async () => ({ truth: await served(kind.kind, kind.apiVersion), told: lines(follower.alive(kind)) }), ({ truth, told }) => truth === told, 30_000)
      }
      await until('LIVE')
      expect(wrong).toEqual([])
      // The gateway was there all the time, so its clients kept their connection.
      expect(follower.counts.resumed).toBe(0)
    } finally {
      await follower.stop()
    }
  })

  it('that forgot the past while the gateway was cut off (410): missed deletions come out once each, and nothing else is told anew', async () => {
    const { relay, until, follow, state } = await openOnPlane(plane, { config: { initialWatchingResources: configMaps } })
    await until('LIVE')
    const named = (name: string, value = 'x') => configMap('default', name, { value })
    for (const name of ['stays', 'changes', 'goes', 'is-made-anew']) await api.create(named(name))
    await eventually(async () => (await api.list('v1', 'ConfigMap')).length, Boolean)
    const { told, uids } = await follow(configMaps)
    const before = (await api.get<{ metadata: { resourceVersion: string } }>('/api/v1/configmaps')).metadata.resourceVersion
    const old = await api.read(named('is-made-anew'))

    relay.refuse(true)
    relay.cut()
    await eventually(() => state('ConfigMap'), (found) => found === 'STALE')
    await api.patch(named('changes'), { data: { value: 'y' } })
    await api.delete(named('goes'))
    await api.delete(named('is-made-anew'))
    await api.create(named('is-made-anew'))
    await api.create(named('comes'))
    await api.create(named('came-and-went'))
    await api.delete(named('came-and-went'))
    await plane.killApiServer()
    await compactEtcd(plane)
    await plane.restartApiServer()
    // Only then is it certain what the gateway is about to hear.
    expect(await api.get(`/api/v1/configmaps?watch=1&resourceVersion=${before}&timeoutSeconds=1`)).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    relay.refuse(false)

    await until('LIVE')
    await eventually(() => told.length, (length) => length >= 5)
    expect(told.toSorted()).toEqual(['ADDED comes', 'ADDED is-made-anew', 'DELETED goes', 'DELETED is-made-anew', 'MODIFIED changes'])
    expect(told.indexOf('DELETED is-made-anew')).toBeLessThan(told.indexOf('ADDED is-made-anew'))
    expect(uids).toContain(`DELETED ${old.metadata.uid}`)
    for (const name of ['stays', 'changes', 'is-made-anew', 'comes']) await api.delete(named(name))
  })

  it('that tells one request in fifty to go elsewhere (--goaway-chance=0.02) loses no event and fails no query', async () => {
    await plane.restartApiServer(['--goaway-chance=0.02'])
    // Watches that last: a connection that was told to go elsewhere is not empty by itself soon.
    const { relay, until, follow, data, watches } = await openOnPlane(plane, { config: { initialWatchingResources: configMaps, watch: { timeoutSeconds: 300 } } })
    await until('LIVE')
    const { told, ended } = await follow(configMaps)
    const expected: string[] = []
    const before = relay.opened()
    // Until it has said so some times, which is a matter of luck: each time, what comes next needs a new connection.
    for (let round = 0; round < 60 || (relay.opened() < before + 2 && round < 1000); round += 1) {
      const object = configMap('default', `goaway-${round}`, { round: String(round) })
      await api.create(object)
      await api.delete(object)
      expected.push(`ADDED ${object.metadata.name}`, `DELETED ${object.metadata.name}`)
      // A list and a watch of their own, each time.
      const kind = { group: 'batch', kind: 'Job' }
      expect((await data('query ($kind: KindInput!) { objects(kinds: [$kind]) { totalCount partial { code message } } }', { kind })).objects).toEqual({ totalCount: 0, partial: [] })
      expect((await data('mutation ($kind: KindInput!) { stopWatch(kind: $kind) }', { kind })).stopWatch).toBe(true)
    }
    await eventually(() => told.length, (length) => length >= expected.length)
    expect(told).toEqual(expected)
    expect(ended()).toBeUndefined()
    expect(relay.opened()).toBeGreaterThanOrEqual(before + 2)
    expect((await watches()).map(({ state }) => state)).toEqual(['LIVE'])
    expect(relay.connections()).toBeLessThanOrEqual(10)
  })

  it('that allows ten streams on a connection (--http2-max-streams-per-connection=10) is asked on more of them, and nothing short waits behind watches', async () => {
    await plane.restartApiServer(['--http2-max-streams-per-connection=10'])
    const { relay, until, watches, ask, follow } = await openOnPlane(plane, { config: { initialWatchingResources: watchedKinds.map(kindInput), watch: { timeoutSeconds: 300 } } })
    await until('LIVE')
    expect((await watches()).length).toBeGreaterThan(30)
    expect(relay.connections()).toBeGreaterThanOrEqual(4)
    // As many as are needed for the streams, and some for what is short.
    expect(relay.connections()).toBeLessThanOrEqual(8)
    const { told } = await follow(configMaps)
    for (const [group, kind] of [['networking.k8s.io', 'IngressClass'], ['', 'Event'], ['apiregistration.k8s.io', 'APIService'], ['storage.k8s.io', 'CSINode']] as const) {
      const startedAt = performance.now()
      expect(await ask(kind, group)).toMatchObject({ partial: [] })
      expect(performance.now() - startedAt).toBeLessThan(2000)
    }
    await api.create(configMap('default', 'prompt', { x: 'y' }))
    await eventually(() => told, (events) => events.length === 1, 2000)
    await api.delete(configMap('default', 'prompt', {}))
    await eventually(() => told, (events) => events.length === 2, 2000)
    expect(told).toEqual(['ADDED prompt', 'DELETED prompt'])
  })
})
