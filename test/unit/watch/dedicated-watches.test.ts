import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../src/model/resource.ts'
import type { WatchOptions } from '../../../src/model/watch-options.ts'
import { DedicatedWatches, type DedicatedInformer } from '../../../src/watch/dedicated-watches.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { nodes, pods } from '../../support/resources.ts'

/** Two at once; an hour idle ends one, a minute protects it. */
const policy = { max: 2, idleMs: 3_600_000, protectedMs: 60_000, refusedRetryMs: 600_000 }
const minute = 60_000

function open() {
  const clock = new ManualClock()
  const ended: string[] = []
  const states = new Map<DedicatedInformer, { state: string; lastError?: { at: number } }>()
  let begun = 0
  const begin = (resource: Resource, part: WatchOptions): DedicatedInformer => {
    begun += 1
    const informer = { name: `${resource.kind} ${part.namespace ?? part.labelSelector?.['app'] ?? ''}`, status: () => states.get(informer) ?? { state: 'LIVE' }, stop: () => Promise.resolve(void ended.push(informer.name)) } as unknown as DedicatedInformer & { name: string }
    return informer
  }
  const watches = new DedicatedWatches({ policy, clock, begin })
  return { watches, clock, states, begun: () => begun, ended: () => ended.splice(0) }
}

describe('dedicated watches', () => {
  it('are shared by equal conditions, in whatever order they were given, and by no others', () => {
    const { watches, begun } = open()
    const part = { namespace: 'shop', labelSelector: { app: 'web', tier: 'front' } }
    const first = watches.open(pods, part)
    expect(watches.open(pods, { labelSelector: { tier: 'front', app: 'web' }, namespace: 'shop' })).toBe(first)
    expect(watches.open(pods, { ...part, namespace: 'lab' })).not.toBe(first)
    expect([begun(), watches.all().length]).toEqual([2, 2])
  })

  it('are told apart by kind and version', () => {
    const { watches } = open()
    expect(watches.open(pods, { name: 'a' })).not.toBe(watches.open(nodes, { name: 'a' }))
  })

  it('end when nobody has asked for them in the idle time, and not before', () => {
    const { watches, clock, ended } = open()
    watches.open(pods, { namespace: 'shop' })
    clock.advance(40 * minute)
    watches.open(pods, { namespace: 'lab' })
    clock.advance(10 * minute)
    watches.open(pods, { namespace: 'shop' })
    clock.advance(45 * minute)
    expect(ended()).toEqual([])
    clock.advance(6 * minute)
    expect(ended()).toEqual(['Pod lab'])
    clock.advance(10 * minute)
    expect(ended()).toEqual(['Pod shop'])
    expect(watches.all()).toEqual([])
  })

  it('make room for another: that which was asked for the longest ago ends', () => {
    const { watches, clock, ended } = open()
    for (const namespace of ['shop', 'lab', 'shop']) {
      watches.open(pods, { namespace })
      clock.advance(minute)
    }
    watches.open(pods, { namespace: 'new' })
    expect(ended()).toEqual(['Pod lab'])
  })

  it('do not push each other out: where all were asked for just now, one more is refused', () => {
    const { watches, clock, ended } = open()
    for (const namespace of ['shop', 'lab']) watches.open(pods, { namespace })
    clock.advance(minute - 1)
    expect(() => watches.open(pods, { namespace: 'new' })).toThrow('2 dedicated watches were all asked for within the last 60 s')
    expect(ended()).toEqual([])
    clock.advance(1)
    watches.open(pods, { namespace: 'new' })
    expect(ended()).toEqual(['Pod shop'])
  })

  it('that do not fit into memory are not tried again by every query, but after a while', () => {
    const { watches, clock, states, begun, ended } = open()
    const informer = watches.open(pods, { namespace: 'shop' })
    states.set(informer, { state: 'REFUSED', lastError: { at: clock.now() } })
    for (let i = 0; i < 9; i += 1) {
      clock.advance(minute)
      expect(watches.open(pods, { namespace: 'shop' })).toBe(informer)
    }
    clock.advance(minute)
    expect(watches.open(pods, { namespace: 'shop' })).not.toBe(informer)
    expect([begun(), ended()]).toEqual([2, ['Pod shop']])
  })

  it('all end with the service', async () => {
    const { watches, ended } = open()
    for (const namespace of ['shop', 'lab']) watches.open(pods, { namespace })
    await watches.close()
    expect(ended()).toEqual(['Pod shop', 'Pod lab'])
  })
})
