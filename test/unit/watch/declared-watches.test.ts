import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logging.ts'
import { WatchqlError } from '../../../src/base/errors.ts'
import type { Discovery } from '../../../src/kubernetes/discovery.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { DeclaredWatches } from '../../../src/watch/declared-watches.ts'
import type { Informer, Informers } from '../../../src/watch/informer.ts'
import { nodes, pods } from '../../support/resources.ts'

function open(kinds: readonly { group: string; kind: string }[]) {
  let served: Resource[] = []
  let changed = () => undefined as void
  const begun: string[] = []
  const discovery: Discovery = {
    resources: () => served,
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
  const watches = new DeclaredWatches({ discovery, informers, logger: silentLogger, declared: kinds.map((kind) => ({ kind, options: {} })) })
  watches.start()
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

  it('begin no more after the stop', () => {
    const { serve, begun, watches } = open([{ group: '', kind: 'Pod' }])
    watches.stop()
    serve(pods)
    expect(begun).toEqual([])
  })
})
