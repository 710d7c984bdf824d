import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { silentLogger } from '../../../src/base/logging.ts'
import { WatchqlError } from '../../../src/base/errors.ts'
import type { Discovery } from '../../../src/kubernetes/discovery.ts'
import type { Resource } from '../../../src/model/resource.ts'
import type { Informer, Informers } from '../../../src/watch/informer.ts'
import { WantedWatches, noMemory } from '../../../src/watch/wanted-watches.ts'
import { nodes, pods } from '../../support/resources.ts'

function open(kinds: readonly { group: string; kind: string }[]) {
  let served: Resource[] = []
  let changed = () => undefined as void
  const begun: string[] = []
  const discovery: Discovery = {
    resources: () => served,
    groupVersions: () => [],
    find: ({ group, kind }) => served.find((resource) => resource.group === group && resource.kind === kind),
    refresh: () => Promise.resolve(),
    onChange: (listener) => {
      changed = () => listener({ added: [], removed: [], changed: [] })
      return () => (changed = () => undefined)
    },
  }
  const informers: Informers = {
    all: () => [],
    get: () => undefined,
    ensure: (resource) => {
      if (resource.kind === 'Node') throw new WatchqlError('WATCH_LIMIT', 'enough')
      begun.push(resource.kind)
      return {} as Informer
    },
    succeed: () => undefined,
    stop: () => Promise.resolve(false),
  }
  const watches = new WantedWatches({ discovery, informers, memory: noMemory, formerly: [], clock: systemClock, logger: silentLogger, declared: kinds.map((kind) => ({ kind, options: {} })) })
  watches.begin()
  return {
    begun,
    watches,
    serve: (...resources: Resource[]) => {
      served = resources
      changed()
    },
    pending: () => watches.pending().map(({ kind, reason }) => `${kind.kind}: ${reason}`),
  }
}

describe('declared watches', () => {
  it('begin when the cluster comes to serve their kinds, each once', () => {
    const { serve, begun, pending } = open([{ group: '', kind: 'Pod' }, { group: 'lab.example.com', kind: 'Gizmo' }])
    expect(pending()).toHaveLength(2)
    serve(pods)
    expect(begun).toEqual(['Pod'])
    expect(pending()).toEqual(['Gizmo: The cluster does not serve Gizmo.lab.example.com; the watch begins when it does.'])
    serve(pods, { ...pods, group: 'lab.example.com', kind: 'Gizmo' })
    expect(begun).toEqual(['Pod', 'Gizmo'])
    expect(pending()).toEqual([])
  })

  it('say why they cannot begin, and keep no other from it', () => {
    const { serve, begun, pending } = open([{ group: '', kind: 'Node' }, { group: '', kind: 'Pod' }])
    serve(nodes, pods)
    expect(begun).toEqual(['Pod'])
    expect(pending()).toEqual(['Node: enough'])
  })

  it('begun by the API do not run when they could not be kept, and run on when they could not be forgotten', async () => {
    const stopped: string[] = []
    const informers: Informers = { all: () => [], get: () => undefined, ensure: () => ({}) as Informer, succeed: () => undefined, stop: ({ kind }) => Promise.resolve(stopped.push(kind) > 0) }
    const broken = () => Promise.reject(new WatchqlError('DATABASE_FAILED', 'the disk is full'))
    const discovery: Discovery = { resources: () => [], groupVersions: () => [], find: () => undefined, refresh: () => Promise.resolve(), onChange: () => () => undefined }
    const watches = new WantedWatches({ discovery, informers, declared: [], memory: { ...noMemory, save: broken, forget: broken }, formerly: [], clock: systemClock, logger: silentLogger })
    await expect(watches.start(pods, {}, false)).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
    expect(stopped).toEqual(['Pod'])
    await expect(watches.stop(nodes)).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
    expect(stopped).toEqual(['Pod'])
  })

  it('begin no more after the stop', () => {
    const { serve, begun, watches } = open([{ group: '', kind: 'Pod' }])
    watches.close()
    serve(pods)
    expect(begun).toEqual([])
  })
})
