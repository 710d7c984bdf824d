import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { compareText } from '../../src/model/order.ts'
import { collectionPath, formatKind, type Resource } from '../../src/model/resource.ts'
import { parseSearch, searchRank } from '../../src/model/search.ts'
import type { Api } from '../cluster/api.ts'
import { ApiError } from '../cluster/api.ts'
import { churn } from '../cluster/churn.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { watchqlConfig } from '../cluster/watchql-config.ts'
import { createNodes, createWorkloads } from '../cluster/workloads.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually, openConfigured, type TestGateway } from '../support/gateway.ts'
import { firstDifference, keyOf, type Item } from '../support/same-objects.ts'

const kinds = [
  { kind: 'Pod', path: '/api/v1/pods', fields: ['status.phase', 'spec.nodeName', 'spec.restartPolicy', 'spec.hostNetwork', 'spec.schedulerName', 'metadata.namespace', 'metadata.name', 'status.podIP', 'spec.serviceAccountName', 'status.nominatedNodeName'] },
  { kind: 'ConfigMap', path: '/api/v1/configmaps', fields: ['metadata.name', 'metadata.namespace'] },
  { kind: 'Secret', path: '/api/v1/secrets', fields: ['type', 'metadata.name'] },
  { kind: 'Node', path: '/api/v1/nodes', fields: ['spec.unschedulable', 'metadata.name'] },
  { kind: 'Namespace', path: '/api/v1/namespaces', fields: ['status.phase', 'metadata.name'] },
  { group: 'apps', kind: 'ReplicaSet', path: '/apis/apps/v1/replicasets', fields: ['metadata.name', 'metadata.namespace'] },
  { group: 'batch', kind: 'Job', path: '/apis/batch/v1/jobs', fields: ['status.successful', 'metadata.namespace'] },
] as const

/** Not kept by the gateway. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane()
  api = plane.api()
  await createNodes(api, 6)
  await createWorkloads(api, { scale: 30 })
  // Until the controllers have made what the workloads ask for.
  let before = -1
  await eventually(
    async () => {
      const { length } = (await api.list('v1', 'Pod')).filter(({ status }) => status?.phase === 'Running')
      const settled = length === before && length > 200
      before = length
      await sleep(1500)
      return settled
    },
    Boolean,
    120_000,
  )
}, 600_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

/** As a user of k8s-generic-watcher would point it there. */
function open(user = 'admin', more: Record<string, unknown> = {}): Promise<TestGateway> {
  const text = JSON.stringify({ listenPort: 0, logType: 'hidden', ...more, k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: plane.kubeconfigPath, context: user } })
  return openConfigured(parseConfig(text, 'the test', { env: {}, home: '/' }))
}

/** What the server's own list says, or the status with which it refuses. */
async function askServer(path: string, query: Record<string, string>): Promise<readonly string[] | number> {
  try {
    const { items } = await api.get<{ items: Item[] }>(`${path}?${new URLSearchParams(query).toString()}`)
    return items.map(keyOf).toSorted()
  } catch (error) {
    if (error instanceof ApiError) return error.status
    throw error
  }
}

async function askUs(gateway: TestGateway, kind: { readonly group?: string; readonly kind: string }, selector: Record<string, string>): Promise<readonly string[] | string> {
  const { data, errors } = await gateway.query(
    'query ($kind: KindInput!, $labelSelector: String, $fieldSelector: String) { objects(kinds: [$kind], labelSelector: $labelSelector, fieldSelector: $fieldSelector, first: 5000) { nodes { raw } partial { message } } }',
    { kind: { group: kind.group ?? '', kind: kind.kind }, ...selector },
  )
  if (errors !== undefined) return errors[0]?.extensions.code ?? ''
  expect(data.objects.partial).toEqual([])
  return data.objects.nodes.map(({ raw }: { raw: Item }) => keyOf(raw)).toSorted()
}

const some = <T>(values: readonly T[]) => fc.constantFrom(...values)

/** Selectors over what labels there are, mostly valid, some not. */
function labelSelectors(items: readonly Item[]): fc.Arbitrary<string> {
  const labels = items.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}))
  const keys = some([...new Set(labels.map(([key]) => key)), 'nobody/has-this', 'tier'])
  const values = fc.oneof({ weight: 8, arbitrary: some([...new Set(labels.map(([, value]) => value)), '', '7']) }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) })
  const list = fc.array(values, { maxLength: 3 }).map((listed) => `(${listed.join(', ')})`)
  const requirement = fc.oneof(
    fc.tuple(keys, some(['=', '==', '!=', ' = ', ' != ']), values).map((parts) => parts.join('')),
    fc.tuple(keys, some([' in ', ' notin ', ' In ']), list).map((parts) => parts.join('')),
    keys,
    keys.map((key) => `!${key}`),
    fc.tuple(keys, some(['>', '<']), some(['1', '10', '-1', 'x', '5.5'])).map((parts) => parts.join('')),
  )
  return fc.oneof({ weight: 12, arbitrary: fc.array(requirement, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')) }, { weight: 1, arbitrary: fc.string({ maxLength: 8 }) })
}

function fieldSelectors(items: readonly Item[], fields: readonly string[]): fc.Arbitrary<string> {
  const read = (item: Item, field: string) => field.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], item)
  const text = (value: unknown) => (typeof value === 'object' || value === undefined ? '' : `${value as string | number | boolean}`)
  const requirement = some(fields).chain((field) =>
    fc.tuple(some(['=', '==', '!=']), some([...new Set(items.map((item) => text(read(item, field)))), '', 'false', '0', 'true', 'a\\,b', 'x=y'])).map(([operator, value]) => field + operator + value),
  )
  return fc.array(requirement, { minLength: 1, maxLength: 3 }).map((all) => all.join(','))
}

onControlPlane('selectors over thousands of objects', () => {
  it.each(kinds)('$kind: hundreds of random ones give exactly what the API server gives, refusals included', async ({ path, fields, ...kind }) => {
    const gateway = await open()
    const { items } = await api.get<{ items: Item[] }>(path)
    expect(items.length).toBeGreaterThan(0)
    const outcomes = { answered: 0, refused: 0, nonEmpty: 0 }
    const check = async (selector: Record<string, string>) => {
      const [truth, ours] = await Promise.all([askServer(path, selector), askUs(gateway, kind, selector)])
      if (typeof truth === 'number') {
        expect(ours, JSON.stringify(selector)).toBe('INVALID_SELECTOR')
        outcomes.refused += 1
      } else {
        expect(ours, JSON.stringify(selector)).toEqual(truth)
        outcomes.answered += 1
        if (truth.length > 0) outcomes.nonEmpty += 1
      }
    }
    await fc.assert(fc.asyncProperty(labelSelectors(items), (labelSelector) => check({ labelSelector })), { numRuns: 150, seed: 7 })
    await fc.assert(fc.asyncProperty(fieldSelectors(items, fields), (fieldSelector) => check({ fieldSelector })), { numRuns: 100, seed: 7 })
    // Neither answer would mean anything if all were empty or refused.
    expect(outcomes.nonEmpty).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(0)
  })
})

onControlPlane('searches over thousands of objects', () => {
  it.each(kinds)('$kind: random ones, with and without typos, find and rank what reading the whole list of the API server does', async ({ path, fields: _fields, ...kind }) => {
    const gateway = await open()
    const listAll = async () => (await api.get<{ items: Item[] }>(path)).items.map(({ metadata: { annotations: { [lastApplied]: _lastApplied, ...annotations } = {}, ...metadata } }) => ({ metadata: { ...metadata, annotations } }))
    let objects = await listAll()
    const texts = [...new Set(objects.flatMap(({ metadata }) => [metadata.name, metadata.namespace ?? '', ...Object.entries(metadata.labels ?? {}).flat(), ...Object.entries(metadata.annotations).flat()]))].filter((text) => text.length > 1 && !/\s/.test(text))
    const typed = fc.record({ text: some(texts), from: fc.nat(3), length: fc.integer({ min: 1, max: 12 }), slip: fc.option(fc.nat(8)) }).map(({ text, from, length, slip }) => {
      const part = text.slice(Math.min(from, text.length - 1)).slice(0, length)
      return slip === null ? part : part.slice(0, slip) + part.slice(slip + 1)
    })
    let found = 0
    await fc.assert(
      fc.asyncProperty(fc.array(typed, { minLength: 1, maxLength: 2 }), async (words) => {
        const search = words.join(' ').trim() || 'a'
        const compare = async () => {
          const ranked = objects.flatMap((object) => {
            const rank = searchRank(parseSearch(search), object)
            return rank === undefined ? [] : [{ rank, namespace: object.metadata.namespace ?? '', name: object.metadata.name }]
          })
          const expected = ranked.toSorted((a, b) => a.rank - b.rank || compareText(a.namespace, b.namespace) || compareText(a.name, b.name)).map(({ namespace, name }) => `${namespace}/${name}`)
          const { objects: ours } = await gateway.data('query ($kind: KindInput!, $search: String) { objects(kinds: [$kind], search: $search, first: 5000) { totalCount nodes { metadata { namespace name } } } }', { kind: { group: '', ...kind }, search })
          const equal = ours.totalCount === expected.length && isDeepStrictEqual(ours.nodes.map(keyOf), expected)
          // CronJobs go on meanwhile: what was listed may be of the past.
          if (!equal) objects = await listAll()
          return { search, equal, count: expected.length }
        }
        if ((await eventually(compare, ({ equal }) => equal)).count > 0) found += 1
      }),
      { numRuns: 60, seed: 7 },
    )
    expect(found).toBeGreaterThan(20)
  })
})

onControlPlane('every store', () => {
  it('equals a fresh list after random churn, with the API server killed in the middle', async () => {
    const gateway = await open()
    const [cluster] = gateway.gateway.clusters
    const { discovery, informers } = cluster as NonNullable<typeof cluster>
    await eventually(() => discovery.resources().length, (count) => count > 50, 10_000)
    const resources = discovery.resources().filter(({ preferred }) => preferred)
    const { objects } = await gateway.data('query ($kinds: [KindInput!]!) { objects(kinds: $kinds, first: 0) { totalCount } }', { kinds: resources.map(({ group, version, kind }) => ({ group, version, kind })) })
    expect(objects.totalCount).toBeGreaterThan(2000)
    expect(informers.all().length).toBe(resources.length)

    const churning = churn(api, { seed: 20_261_123, ms: 12_000 })
    await sleep(4000)
    await plane.killApiServer()
    await sleep(500)
    await plane.restartApiServer()
    const counts = await churning
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10)

    for (const resource of resources) {
      await eventually(() => difference(gateway, resource), (found) => found === undefined, 30_000)
      await eventually(() => `${formatKind(resource)} ${informers.get(resource)?.status().state}`, (state) => state.endsWith('LIVE'), 30_000)
    }
  })
})

/** The first object that we and the server do not agree on. */
async function difference(gateway: TestGateway, resource: Resource): Promise<string | undefined> {
  const { items } = await api.get<{ items: Item[] | null }>(collectionPath(resource))
  const { objects } = await gateway.data('query ($kind: KindInput!) { objects(kinds: [$kind], first: 5000) { nodes { raw } } }', { kind: { group: resource.group, version: resource.version, kind: resource.kind } })
  const found = firstDifference(items ?? [], (objects.nodes as { raw: Item }[]).map(({ raw }) => raw))
  return found && `${formatKind(resource)} ${found.key}`
}

onControlPlane('rights', () => {
  it('that the gateway lacks are said for their kind, while the others answer', async () => {
    const gateway = await open('viewer')
    const { objects } = await gateway.data('{ objects(kinds: [{ kind: "Pod" }, { kind: "Secret" }], first: 1) { totalCount partial { code kind message } } }')
    expect(objects.totalCount).toBeGreaterThan(200)
    expect(objects.partial).toEqual([{ code: 'FORBIDDEN', kind: 'v1/Secret', message: expect.stringContaining('User "viewer" cannot watch resource "secrets"') as string }])
  })
})

onControlPlane('the command', () => {
  it("serves the control plane with a plain config file of k8s-generic-watcher's, and stops when told", async () => {
    const file = join(plane.folder, 'config.json')
    await writeFile(file, JSON.stringify({ ...watchqlConfig(plane.kubeconfigPath, true), logType: 'json' }))
    const bin = join(import.meta.dirname, '..', '..', 'dist', 'bin.js')
    const service = spawn(process.execPath, [bin, '--config', file, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      let graphql = ''
      for await (const line of createInterface(service.stdout)) {
        graphql = (JSON.parse(line) as { graphql?: string }).graphql ?? ''
        if (graphql !== '') break
      }
      const ready = async () => (await fetch(graphql.replace('/graphql', '/readyz'))).json() as Promise<{ ready: boolean; kinds: { state: string }[] }>
      const { kinds: watched } = await eventually(ready, (answer) => answer.ready, 30_000)
      expect(watched.length).toBeGreaterThan(20)
      expect(new Set(watched.map(({ state }) => state))).toEqual(new Set(['LIVE']))
      const answer = await fetch(graphql, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }' }) })
      expect(((await answer.json()) as { data: { objects: { totalCount: number } } }).data.objects.totalCount).toBe((await api.list('v1', 'Pod')).length)
    } finally {
      service.kill('SIGTERM')
    }
    const [code] = (await once(service, 'exit')) as [number]
    expect(code).toBe(0)
  })
})
