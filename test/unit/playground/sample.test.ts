import { afterEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/model/object.ts'
import { startApiServer, type ApiServer } from '../../../src/playground/api-server/api-server.ts'
import { fillSampleCluster } from '../../../src/playground/sample/fill.ts'
import { animate, type AnimationOptions } from '../../../src/playground/sample/live.ts'
import { isActive, podStatus, specAs, specOf } from '../../../src/playground/sample/shapes.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { disagreements } from './sample-invariants.ts'

describe('the sample cluster', () => {
  const servers: ApiServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

  async function open(options: { readonly seed?: number; readonly scale?: number } = {}) {
    const clock = new ManualClock()
    const server = await startApiServer({ now: clock.now })
    servers.push(server)
    const { store } = server
    fillSampleCluster(store, { ...options, now: clock.now })
    const list = (plural: string) => store.list(store.resource(plural))
    return { server, store, clock, list, live: (more: AnimationOptions = {}) => animate(store, { clock, pace: 1000, ...more }) }
  }

  it('agrees with itself in every point when it is filled', async () => {
    const { store, list } = await open()
    expect(disagreements(store)).toEqual([])
    expect(list('pods').every((pod) => ['Running', 'Succeeded'].includes(podStatus(pod).phase))).toBe(true)
  })

  it('has some hundred objects of nearly every kind', async () => {
    const { server, list } = await open()
    const counts = server.registry.resources().filter(({ preferred }) => preferred).map(({ plural }) => [plural, list(plural).length] as const)
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    expect(total).toBeGreaterThan(300)
    expect(total).toBeLessThan(600)
    expect(counts.filter(([, count]) => count === 0).map(([plural]) => plural)).toEqual(['podtemplates', 'replicationcontrollers'])
  })

  it('is the same for the same seed, and another for another', async () => {
    const text = async (seed: number) => {
      const { server, list, live, clock } = await open({ seed })
      const animation = live({ seed })
      for (let i = 0; i < 50; i += 1) clock.advance(1000)
      animation.stop()
      return JSON.stringify(server.registry.resources().map(({ plural }) => list(plural)))
    }
    const [first, again, other] = [await text(7), await text(7), await text(8)]
    expect(again === first).toBe(true)
    expect(other === first).toBe(false)
  })

  it('grows with its scale', async () => {
    const { store, server, list } = await open({ scale: 10 })
    expect(server.registry.resources().filter(({ preferred }) => preferred).reduce((sum, { plural }) => sum + list(plural).length, 0)).toBeGreaterThan(3000)
    expect(disagreements(store)).toEqual([])
  })

  it.for<readonly [number, number]>([[1, 1000], [2, 300], [3, 300]])('agrees with itself after every step of its life: seed %i, %i steps', { timeout: 60_000 }, async ([seed, steps]) => {
    const { store, clock, live } = await open({ seed })
    const animation = live({ seed })
    for (let step = 0; step < steps; step += 1) {
      clock.advance(1000)
      const found = disagreements(store)
      if (found.length > 0) expect.fail(`after step ${step}: ${found.join('\n')}`)
    }
    animation.stop()
  })

  it('lives: releases, restarts, jobs, lost nodes and load come and go', async () => {
    const { clock, live, list } = await open()
    const versions = new Set(list('deployments').map(imageOf))
    const animation = live()
    const seen = new Set<string>()
    for (let step = 0; step < 600; step += 1) {
      clock.advance(1000)
      for (const event of list('events')) seen.add(event['reason'] as string)
    }
    animation.stop()
    for (const reason of ['ScalingReplicaSet', 'SuccessfulRescale', 'BackOff', 'Pulling', 'Started', 'Scheduled', 'NodeNotReady', 'NodeReady', 'Completed', 'SuccessfulDelete']) expect(seen).toContain(reason)
    expect(list('deployments').filter((deployment) => !versions.has(imageOf(deployment))).length).toBeGreaterThan(5)
    expect(list('events').length).toBeLessThanOrEqual(400)
    expect(list('jobs').length).toBeLessThanOrEqual(15)
    expect(list('pods').length).toBeLessThan(200)
  })

  it('follows what people change: a Deployment that is scaled gets its Pods, one that is deleted leaves nothing behind', async () => {
    const { store, clock, live, list } = await open()
    const animation = live({ seed: 3 })
    const deployments = store.resource('deployments')
    const podsOf = (name: string) => list('pods').filter((pod) => pod.metadata.labels?.['app.kubernetes.io/name'] === name && isActive(pod))
    const ledger = store.get(deployments, 'payments', 'ledger')
    store.update(deployments, 'payments', 'ledger', { ...ledger, spec: { ...specOf(ledger), replicas: 5 } })
    store.delete(deployments, 'shop', 'recommendations')
    clock.advance(1000)
    expect(podsOf('ledger')).toHaveLength(5)
    expect(podsOf('recommendations')).toEqual([])
    expect(list('replicasets').filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'recommendations')).toEqual([])
    animation.stop()
  })

  it('takes no step of its own at pace 0, and none after it was stopped', async () => {
    const { store, clock, live } = await open()
    const still = live({ pace: 0 })
    const before = store.resourceVersion
    clock.advance(100_000)
    expect(store.resourceVersion).toBe(before)
    still.stop()
    const animation = live()
    for (let i = 0; i < 20; i += 1) clock.advance(1000)
    animation.stop()
    const after = store.resourceVersion
    expect(after).toBeGreaterThan(before)
    clock.advance(100_000)
    expect(store.resourceVersion).toBe(after)
  })

  it('routes its hosts from the Gateway to Services that are there', async () => {
    const { list, store } = await open()
    for (const virtualService of list('virtualservices')) {
      const { gateways, http } = specAs<{ gateways: string[]; http: { route: { destination: { host: string; port: { number: number } } }[] }[] }>(virtualService)
      expect(gateways).toEqual(['istio-system/public'])
      for (const { destination } of http.flatMap(({ route }) => route)) {
        const [name = '', namespace] = destination.host.split('.')
        const service = store.get(store.resource('services'), namespace, name)
        expect(specAs<{ ports: { port: number }[] }>(service).ports.map(({ port }) => port)).toContain(destination.port.number)
      }
    }
  })
})

const imageOf = (deployment: KubeObject): string => specOf(deployment).template.spec.containers[0]?.image ?? ''
