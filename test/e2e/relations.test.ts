import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { ApiError, type Api } from '../cluster/api.ts'
import { churn } from '../cluster/churn.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { createAll } from '../cluster/objects.ts'
import { createNodes, createWorkloads, namespaceName } from '../cluster/workloads.ts'
import { deployment } from '../cluster/workloads/pods.ts'
import { randomFrom } from '../cluster/workloads/random.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { endAnswer, endQuery, expectedEnds, expectedIstioRelations, expectedRelations, type Lists } from '../support/expected-relations.ts'
import { eventually, openConfigured, type TestGateway } from '../support/gateway.ts'
import { destinationRule, istioDefinitions, istioGateway, virtualService } from '../support/istio.ts'
import type { Item } from '../support/same-objects.ts'
import { generousLimits } from '../support/typed-agreement.ts'

const applications = 4
const namespaces = Array.from({ length: applications }, (_, index) => namespaceName(index))
const relations = [...expectedRelations, ...expectedIstioRelations]
const lists = [...new Set(relations.flatMap(({ from, to }) => [from, to]))]

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane()
  api = plane.api()
  await createNodes(api, 3)
  await createAll(api, istioDefinitions)
  await createWorkloads(api, { scale: applications })
  await eventually(() => createAll(api, namespaces.flatMap(mesh)).then(() => '', String), (failure) => failure === '', 20_000)
  for (const namespace of namespaces) await runNow(namespace, 'report')
  await eventually(() => api.list('v1', 'Pod'), (pods) => pods.filter(({ status }) => status?.phase === 'Running').length > 30, 120_000)
}, 600_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

function mesh(namespace: string, index: number): Manifest[] {
  const other = namespaces[(index + 1) % namespaces.length] ?? namespace
  return [
    istioGateway(namespace, 'public', [`*.${namespace}.example.com`, `${other}/shared.example.com`]),
    istioGateway(namespace, 'everything', ['*']),
    virtualService(namespace, 'web', { gateways: ['public', 'mesh'], hosts: [`www.${namespace}.example.com`], to: ['web'] }),
    virtualService(namespace, 'shared', { gateways: [`${namespaces[(index + applications - 1) % applications]}/public`, 'everything'], hosts: ['shared.example.com'], to: [`api.${other}.svc.cluster.local`, 'gone'] }),
    destinationRule(namespace, 'web', 'web'),
    destinationRule(namespace, 'other', `api.${other}.svc.cluster.local`),
  ]
}

/** Without waiting for its hour. */
async function runNow(namespace: string, name: string): Promise<void> {
  const { apiVersion, kind, metadata, spec } = await api.read({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { namespace, name } })
  await api.create({ apiVersion, kind: 'Job', metadata: { namespace, name: `${name}-now`, ownerReferences: [{ apiVersion, kind, name, uid: metadata.uid, controller: true }] }, spec: spec.jobTemplate.spec })
}

async function open(): Promise<TestGateway> {
  const text = JSON.stringify({ listenPort: 0, logType: 'hidden', limits: generousLimits, watch: { backoffMaxMs: 500 }, k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: plane.kubeconfigPath, context: 'admin' } })
  const gateway = await openConfigured(parseConfig(text, 'the test', { env: {}, home: '/' }))
  await eventually(() => gateway.data('{ kinds { typed } }'), ({ kinds }) => kinds.length > 0 && kinds.every(({ typed }: { typed: boolean }) => typed), 60_000)
  return gateway
}

/** What every end of every relation is to answer, by the field's name, going by these objects. */
function expected(all: Lists): Readonly<Record<string, ReadonlyMap<string, readonly string[]>>> {
  return Object.fromEntries(relations.flatMap((relation) => expectedEnds(relation, all).map(({ list, field, of }) => [`${list}.${field}`, of] as const)))
}

const ends = relations.flatMap((relation) => expectedEnds(relation, {}))
const whole = (list: string) => `${list}(first: 5000) { nodes { raw } cache { cursor } }`
const rawOf = (answer: { readonly nodes: readonly { readonly raw: Item }[] }) => answer.nodes.map(({ raw }) => raw)

/** The whole objects and all relations in one request, with the change feed's position before and after. */
const everything = `{ ${ends.map(({ list, field, many }) => endQuery(list, field, many, 500).slice(1, -1).replace(list, `${list}_${field}: ${list}`)).join(' ')} ${lists.map(whole).join(' ')} before: pods(first: 0) { cache { cursor } } after: nodes(first: 0) { cache { cursor } } }`

/** Moves what relations go by: selectors, references, hosts, claims. */
async function rewire(seed: number, signal: AbortSignal): Promise<number> {
  const random = randomFrom(seed)
  const apps = ['web', 'api', 'database', 'worker']
  let steps = 0
  const attempt = (step: Promise<unknown>) => step.catch((error: unknown) => (error instanceof ApiError ? undefined : sleep(100)))
  while (!signal.aborted) {
    const namespace = random.pick(namespaces)
    const other = random.pick(namespaces)
    const mine = { namespace, name: '' }
    const istio = (kind: string, name: string) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { ...mine, name } })
    const choices = [
      () => api.patch({ apiVersion: 'v1', kind: 'Service', metadata: { ...mine, name: 'web' } }, { spec: { selector: { 'app.kubernetes.io/name': random.pick(apps) } } }),
      () => api.patch(istio('VirtualService', 'web'), { spec: { gateways: [random.pick(['public', 'everything', `${other}/public`, 'none'])], hosts: [random.pick([`www.${other}.example.com`, 'shared.example.com', `*.${namespace}.example.com`])] } }),
      () => api.patch(istio('VirtualService', 'shared'), { spec: { http: [{ route: [{ destination: { host: random.pick(['web', `api.${other}.svc.cluster.local`, `web.${other}.svc`]) } }] }] } }),
      () => api.patch(istio('Gateway', 'public'), { spec: { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [random.pick(['*.example.com', `./www.${namespace}.example.com`, `${other}/*`, 'shared.example.com'])] }] } }),
      () => api.delete(istio('DestinationRule', 'other')),
      () => api.create(destinationRule(namespace, 'other', random.pick(['api', 'web', `web.${other}.svc.cluster.local`]))),
      () => api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...mine, name: 'worker' } }, { spec: { replicas: random.below(4) } }),
      () => api.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...mine, name: `more-${random.below(3)}` }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources: { requests: { storage: '1Gi' } } } }),
      () => api.delete({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...mine, name: `more-${random.below(3)}` } }),
      () => api.create(deployment({ namespace, name: 'extra', image: 'registry.example.com/extra:1.0', replicas: 2 })),
      () => api.delete({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...mine, name: 'extra' } }),
    ]
    await attempt(random.pick(choices)())
    steps += 1
    await sleep(20)
  }
  return steps
}

onControlPlane('every relation', () => {
  it('is what each pair of objects says at that moment in answers under churn, and what the server says when it is over', async () => {
    const gateway = await open()
    const first = await gateway.data(everything)
    expect(first.before.cache.cursor).toBeTruthy()

    const stopping = new AbortController()
    const rewiring = rewire(7, stopping.signal)
    const churning = churn(api, { seed: 7, ms: 15_000, signal: stopping.signal })
    const moments = new Set<string>()
    const deadline = performance.now() + 15_000
    let round = 0
    for (; performance.now() < deadline; round += 1) {
      if (round === 5) {
        await plane.killApiServer()
        await sleep(300)
        await plane.restartApiServer()
      }
      const answer = await gateway.data(everything)
      // Else the objects and the relations would be of different moments.
      expect(answer.after.cache.cursor).toBe(answer.before.cache.cursor)
      moments.add(answer.before.cache.cursor)
      const truth = expected(Object.fromEntries(lists.map((list) => [list, rawOf(answer[list])])))
      for (const { list, field, many } of ends) {
        const ours = endAnswer({ [list]: answer[`${list}_${field}`] }, list, field, many)
        expect(ours, `${list}.${field}`).toEqual(truth[`${list}.${field}`])
      }
    }
    stopping.abort()
    expect(await rewiring).toBeGreaterThan(50)
    await churning
    console.log(`${round} answers of ${moments.size} moments, ${relations.length} relations`) // oxlint-disable-line no-console -- what was shown depends on the machine
    expect(moments.size).toBeGreaterThan(5)

    // Controllers still tidy up: both sides are asked until they agree.
    const urls: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries(
      (await gateway.data('{ kinds { apiVersion kind listFields } }')).kinds.flatMap(({ apiVersion, kind, listFields }: { apiVersion: string; kind: string; listFields: readonly string[] }) => listFields.map((field) => [field, [apiVersion, kind]])),
    )
    const filled = new Set<string>()
    const compare = async () => {
      const served = Object.fromEntries(await Promise.all(lists.map(async (list) => [list, (await api.list(...(urls[list] ?? ['', '']))) as unknown as readonly Item[]] as const)))
      const truth = expected(served)
      const answer = await gateway.data(everything)
      return ends.filter(({ list, field, many }) => {
        const told = truth[`${list}.${field}`] ?? new Map<string, readonly string[]>()
        if ([...told.values()].some(({ length }) => length > 0)) filled.add(`${list}.${field}`)
        return !isEqual(endAnswer({ [list]: answer[`${list}_${field}`] }, list, field, many), told)
      }).map(({ list, field }) => `${list}.${field}`)
    }
    expect(await eventually(compare, (differing) => differing.length === 0, 60_000)).toEqual([])
    // A relation that joins nothing would agree with anything.
    expect(ends.map(({ list, field }) => `${list}.${field}`).filter((end) => !filled.has(end))).toEqual([])
  }, 180_000)
})

function isEqual(a: ReadonlyMap<string, readonly string[]>, b: ReadonlyMap<string, readonly string[]>): boolean {
  return a.size === b.size && [...a].every(([key, found]) => String(found) === String(b.get(key)))
}
