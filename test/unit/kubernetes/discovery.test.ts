import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logging.ts'
import { CachedDiscovery } from '../../../src/kubernetes/cached-discovery.ts'
import type { DiscoveryChange } from '../../../src/kubernetes/discovery.ts'
import type { ApiRequest, ApiResponse, KubernetesClient } from '../../../src/kubernetes/client.ts'

type Answers = Record<string, unknown>

/** Answers each path with its document; a path without one is a 503, as an aggregated server that is down. */
function serving(answers: Answers): KubernetesClient & { answers: Answers; asked: string[]; spared: number } {
  const client = {
    server: 'http://test',
    answers,
    asked: [] as string[],
    spared: 0,
    close: () => Promise.resolve(),
    request: ({ path, ifNoneMatch }: ApiRequest): Promise<ApiResponse> => {
      client.asked.push(path)
      const document = client.answers[path]
      const text = JSON.stringify(document ?? {})
      const same = document !== undefined && ifNoneMatch === text
      if (same) client.spared += 1
      return Promise.resolve({
        status: document === undefined ? 503 : same ? 304 : 200,
        headers: { etag: text },
        body: (async function* () {
          if (!same) yield Buffer.from(text)
        })(),
        cancel: () => undefined,
      })
    },
  }
  return client
}

const verbs = ['get', 'list', 'watch']

const plain: Answers = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/api/v1': {
    kind: 'APIResourceList',
    resources: [
      { name: 'pods', kind: 'Pod', namespaced: true, singularName: 'pod', shortNames: ['po'], verbs },
      { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      { name: 'componentstatuses', kind: 'ComponentStatus', namespaced: false, verbs: ['get', 'list'] },
    ],
  },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      { name: 'lab.example.com', versions: [{ version: 'v2' }, { version: 'v1' }], preferredVersion: { version: 'v2' } },
      { name: 'down.example.com', versions: [{ version: 'v1' }], preferredVersion: { version: 'v1' } },
    ],
  },
  '/apis/lab.example.com/v1': { kind: 'APIResourceList', resources: [{ name: 'gizmos', kind: 'Gizmo', namespaced: true, verbs }, { name: 'relics', kind: 'Relic', namespaced: true, verbs }] },
  '/apis/lab.example.com/v2': { kind: 'APIResourceList', resources: [{ name: 'gizmos', kind: 'Gizmo', namespaced: true, verbs }] },
}

const aggregated: Answers = {
  '/api': {
    kind: 'APIGroupDiscoveryList',
    items: [{ metadata: {}, versions: [{ version: 'v1', resources: [{ resource: 'pods', responseKind: { group: '', version: 'v1', kind: 'Pod' }, scope: 'Namespaced', singularResource: 'pod', shortNames: ['po'], verbs }] }] }],
  },
  '/apis': {
    kind: 'APIGroupDiscoveryList',
    items: [
      {
        metadata: { name: 'lab.example.com' },
        versions: [
          { version: 'v2', resources: [{ resource: 'gizmos', responseKind: { group: 'lab.example.com', version: 'v2', kind: 'Gizmo' }, scope: 'Namespaced', verbs }] },
          {
            version: 'v1',
            resources: [
              { resource: 'gizmos', responseKind: { group: 'lab.example.com', version: 'v1', kind: 'Gizmo' }, scope: 'Namespaced', verbs },
              { resource: 'relics', responseKind: { group: 'lab.example.com', version: 'v1', kind: 'Relic' }, scope: 'Namespaced', verbs },
            ],
          },
        ],
      },
    ],
  },
}

describe.each([
  ['one document per group version', plain],
  ['aggregated documents', aggregated],
])('discovery from %s', (_, answers) => {
  it('finds the served version asked for, the preferred one without, and the only one where the preferred lacks the kind', async () => {
    const discovery = new CachedDiscovery(serving(answers), silentLogger)
    await discovery.refresh()
    const found = (kind: string, version?: string) => discovery.find({ group: 'lab.example.com', kind, version })?.version
    expect(found('Gizmo')).toBe('v2')
    expect(found('Gizmo', 'v1')).toBe('v1')
    expect(found('Gizmo', 'v9')).toBeUndefined()
    expect(found('Relic')).toBe('v1')
    expect(discovery.find({ group: '', kind: 'Pod' })).toMatchObject({ plural: 'pods', singular: 'pod', shortNames: ['po'], namespaced: true })
  })

  it('reads the group and version that a kind is served under, whatever its objects say, and no subresources without a resource', async () => {
    const served = (resource: string, responseKind: object | null) => ({ resource, responseKind, scope: 'Cluster', verbs })
    const version = { version: 'v1', resources: [served('loans', { group: 'elsewhere.example.com', version: 'v7', kind: 'Loan' }), served('ghosts', null)] }
    const discovery = new CachedDiscovery(serving({ ...aggregated, '/apis': { kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: 'lent.example.com' }, versions: [version] }] } }), silentLogger)
    await discovery.refresh()
    expect(discovery.resources().filter(({ group }) => group !== '').map(({ group, version: served, plural }) => `${group}/${served}/${plural}`)).toEqual(['lent.example.com/v1/loans'])
  })

  it('lists what can be watched, without subresources', async () => {
    const discovery = new CachedDiscovery(serving(answers), silentLogger)
    await discovery.refresh()
    expect(discovery.resources().map(({ version, plural }) => `${version}/${plural}`).toSorted()).toEqual(['v1/gizmos', 'v1/pods', 'v1/relics', 'v2/gizmos'])
  })
})

describe('refreshing', () => {
  it('tells its listeners of a change, and only of a change', async () => {
    const client = serving({ ...plain })
    const discovery = new CachedDiscovery(client, silentLogger)
    let told = 0
    discovery.onChange(() => (told += 1))
    await discovery.refresh()
    await discovery.refresh()
    expect(told).toBe(1)
    client.answers['/apis/lab.example.com/v2'] = { kind: 'APIResourceList', resources: [] }
    await discovery.refresh()
    expect(told).toBe(2)
    expect(discovery.find({ group: 'lab.example.com', kind: 'Gizmo' })?.version).toBe('v1')
  })

  it('says which group versions came, went and changed, and takes an edited definition for a change', async () => {
    const client = serving({ ...plain })
    const discovery = new CachedDiscovery(client, silentLogger)
    const told: DiscoveryChange[] = []
    discovery.onChange((change) => told.push(change))
    await discovery.refresh()
    client.answers['/apis'] = { kind: 'APIGroupList', groups: [{ name: 'lab.example.com', versions: [{ version: 'v2' }, { version: 'v3' }] }] }
    client.answers['/apis/lab.example.com/v2'] = client.answers['/apis/lab.example.com/v1']
    client.answers['/apis/lab.example.com/v3'] = { kind: 'APIResourceList', resources: [] }
    await discovery.refresh()
    discovery.redefined('lab.example.com')
    await discovery.refresh()
    await discovery.refresh()
    expect(told).toEqual([
      { added: ['v1', 'lab.example.com/v2', 'lab.example.com/v1', 'down.example.com/v1'], removed: [], changed: [] },
      { added: ['lab.example.com/v3'], removed: ['lab.example.com/v1', 'down.example.com/v1'], changed: ['lab.example.com/v2'] },
      { added: [], removed: [], changed: ['lab.example.com/v2', 'lab.example.com/v3'] },
    ])
  })

  it('asks for an aggregated document only if it is another one, and reads plain ones anew', async () => {
    const client = serving({ ...aggregated })
    const discovery = new CachedDiscovery(client, silentLogger)
    await discovery.refresh()
    await discovery.refresh()
    expect(client.spared).toBe(2)
    expect(discovery.find({ group: 'lab.example.com', kind: 'Gizmo' })?.version).toBe('v2')
    client.answers['/apis'] = plain['/apis']
    Object.assign(client.answers, { '/apis/lab.example.com/v1': plain['/apis/lab.example.com/v1'], '/apis/lab.example.com/v2': { kind: 'APIResourceList', resources: [] } })
    await discovery.refresh()
    await discovery.refresh()
    expect(client.spared).toBe(4)
    expect(discovery.find({ group: 'lab.example.com', kind: 'Gizmo' })?.version).toBe('v1')
  })

  it('shares one request between those who ask at the same time', async () => {
    const client = serving(plain)
    const discovery = new CachedDiscovery(client, silentLogger)
    await Promise.all([discovery.refresh(), discovery.refresh(), discovery.refresh()])
    expect(client.asked.filter((path) => path === '/apis')).toHaveLength(1)
  })

  it('keeps the kinds of a group version whose server stops answering', async () => {
    const client = serving({ ...plain })
    const discovery = new CachedDiscovery(client, silentLogger)
    await discovery.refresh()
    delete client.answers['/apis/lab.example.com/v1']
    await discovery.refresh()
    expect(discovery.find({ group: 'lab.example.com', kind: 'Relic' })).toBeDefined()
  })

  it('rejects, and keeps what it knew, when the server does not answer at all', async () => {
    const client = serving({ ...plain })
    const discovery = new CachedDiscovery(client, silentLogger)
    await discovery.refresh()
    client.answers = {}
    await expect(discovery.refresh()).rejects.toThrow('503')
    expect(discovery.find({ group: '', kind: 'Pod' })).toBeDefined()
  })
})
