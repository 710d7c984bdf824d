import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import type { Api } from '../cluster/api.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { createAll } from '../cluster/objects.ts'
import { configMap } from '../cluster/workloads/application.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually, openConfigured, type GraphqlResult, type TestGateway } from '../support/gateway.ts'
import { gizmoGroup } from '../support/gizmos.ts'
import { openOnPlane } from '../support/on-plane.ts'
import type { Item } from '../support/same-objects.ts'

/** What a definition's change may take until it is answered by its typed field. */
const promptMs = 2000
const rounds = 5

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane()
  api = plane.api()
  await createAll(api, Array.from({ length: 200 }, (_, index) => configMap('default', `settings-${index}`, { index: String(index) })))
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

async function open(): Promise<TestGateway> {
  // Looks by itself only once an hour: what comes, comes from the definitions.
  const text = JSON.stringify({ listenPort: 0, logType: 'hidden', apiGroupsSyncIntervalSecond: 3600, watch: { absentRetryMs: 500 }, k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: plane.kubeconfigPath, context: 'admin' } })
  const gateway = await openConfigured(parseConfig(text, 'the test', { env: {}, home: '/' }))
  await eventually(() => gateway.data('{ kinds { typed } }'), ({ kinds }) => kinds.length > 0 && kinds.every(({ typed }: { typed: boolean }) => typed), 60_000)
  return gateway
}

/** Served in these versions, each with the fields given for it; kept in the last one. */
function definition(plural: string, versions: Readonly<Record<string, readonly string[]>>): Manifest {
  const singular = plural.slice(0, -1)
  const kind = singular.charAt(0).toUpperCase() + singular.slice(1)
  const last = Object.keys(versions).at(-1)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${gizmoGroup}` },
    spec: {
      group: gizmoGroup,
      scope: 'Namespaced',
      names: { kind, plural, singular, listKind: `${kind}List` },
      versions: Object.entries(versions).map(([name, fields]) => ({
        name,
        served: true,
        storage: name === last,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'integer' }])) } } } },
      })),
    },
  }
}

/** Asks one question after the other, `width` at a time, until told to stop; each answer has to be whole. */
function load({ query }: TestGateway, width: number) {
  const stopping = new AbortController()
  let answered = 0
  const failures: GraphqlResult[] = []
  const questions = [
    '{ configMaps(where: { data: { key: "index", eq: "7" } }) { totalCount nodes { metadata { name } relations { namespace { status } } } partial { code } } }',
    '{ objects(kinds: [{ kind: "ConfigMap" }, { kind: "Namespace" }], first: 20) { totalCount nodes { __typename raw } partial { code } } }',
    '{ kinds { kind typed } }',
    '{ __type(name: "CoreV1PodSpec") { fields { name } } }',
  ]
  const ask = async (first: number) => {
    for (let i = first; !stopping.signal.aborted; i += 1) {
      const answer = await query(questions[i % questions.length] ?? '')
      answered += 1
      const partial = Object.values<{ partial?: readonly unknown[] } | null>(answer.data ?? {}).flatMap((field) => field?.partial ?? [])
      if (answer.errors !== undefined || partial.length > 0) failures.push(answer)
    }
  }
  const asking = Array.from({ length: width }, (_, i) => ask(i))
  return {
    failures,
    stop: async () => {
      stopping.abort()
      await Promise.all(asking)
      return answered
    },
  }
}

onControlPlane('definitions', () => {
  it('are installed, changed and removed under load: the schema follows each within two seconds, no request fails and no follower is cut off', async () => {
    const gateway = await open()
    const { data, query } = gateway
    await data('{ configMaps { totalCount } namespaces { totalCount } }')
    const asking = load(gateway, 4)
    const took: number[] = []
    const prompt = async (ask: () => Promise<boolean>) => {
      const startedAt = performance.now()
      await eventually(ask, Boolean, 20_000)
      took.push(performance.now() - startedAt)
    }
    const answers = (text: string) => async () => (await query(text)).errors === undefined
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const stalls: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const plural = `gadget${round}s`
      const list = `labExampleComV1Gadget${round}s`
      const object = { apiVersion: `${gizmoGroup}/v1`, kind: `Gadget${round}`, metadata: { namespace: 'default', name: 'one' }, spec: { size: 3, weight: 5 } }
      delay.enable()
      await api.create(definition(plural, { v1: ['size'] }))
      await prompt(answers(`{ ${list} { nodes { spec { size } } } }`))
      await eventually(() => api.create(object).then(() => true, () => false), Boolean, 20_000)
      await eventually(() => data(`{ ${list}(where: { spec: { size: { eq: 3 } } }) { totalCount } }`), (answer) => answer[list].totalCount === 1, 20_000)
      await api.patch(definition(plural, {}), { spec: definition(plural, { v1: ['size', 'weight'] })['spec'] })
      await prompt(answers(`{ ${list} { nodes { spec { weight } } } }`))
      expect((await data(`{ ${list} { nodes { metadata { name } spec { size } } } }`))[list].nodes).toEqual([{ metadata: { name: 'one' }, spec: { size: 3 } }])
      await api.delete(definition(plural, {}))
      await prompt(async () => !(await answers(`{ ${list} { totalCount } }`)()))
      delay.disable()
      stalls.push(delay.max / 1e6)
      delay.reset()
    }
    const answered = await asking.stop()
    console.log(`${answered} requests; changes took ${took.map(Math.round).join(', ')} ms; longest stalls ${stalls.map(Math.round).join(', ')} ms`) // oxlint-disable-line no-console -- figures of the machine at hand
    expect(asking.failures).toEqual([])
    expect(answered).toBeGreaterThan(200)
    expect(took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThan(promptMs)
  }, 180_000)

  it('that get another version go on answering the old one, and telling its changes to those who asked for it', async () => {
    const gateway = await openOnPlane(plane)
    await api.create(definition('sprockets', { v1: ['size'] }))
    const one = { apiVersion: `${gizmoGroup}/v1`, kind: 'Sprocket', metadata: { namespace: 'default', name: 'one' }, spec: { size: 1 } }
    await eventually(() => api.create(one).then(() => true, () => false), Boolean, 20_000)
    const versions = async () => (await gateway.data('{ kinds(kind: "Sprocket") { apiVersion typed } }')).kinds
    await eventually(versions, (kinds) => kinds.length === 1 && kinds[0].typed, 20_000)
    const { told, ended } = await gateway.follow([{ group: gizmoGroup, version: 'v1', kind: 'Sprocket' }])
    const others = await gateway.follow([{ kind: 'ConfigMap' }])

    await api.patch(one, { apiVersion: `${gizmoGroup}/v1`, spec: { size: 2 } })
    await api.patch(definition('sprockets', {}), { spec: definition('sprockets', { v1: ['size'], v2: ['size', 'weight'] })['spec'] })
    await eventually(versions, (kinds) => kinds.length === 2 && kinds.every(({ typed }: { typed: boolean }) => typed), 20_000)
    const whole = async (version: string | undefined) =>
      (await gateway.data('query ($kind: KindInput!) { objects(kinds: [$kind]) { nodes { apiVersion raw } } }', { kind: { group: gizmoGroup, kind: 'Sprocket', ...(version === undefined ? {} : { version }) } })).objects.nodes
    expect(await whole('v1')).toEqual([{ apiVersion: `${gizmoGroup}/v1`, raw: expect.objectContaining({ spec: { size: 2 } }) as unknown }])
    expect(await whole(undefined)).toEqual([{ apiVersion: `${gizmoGroup}/v2`, raw: expect.objectContaining({ spec: { size: 2 } }) as unknown }])
    expect((await gateway.data('{ labExampleComV1Sprockets { totalCount } labExampleComV2Sprockets(where: { spec: { weight: { exists: false } } }) { totalCount } }'))).toEqual({ labExampleComV1Sprockets: { totalCount: 1 }, labExampleComV2Sprockets: { totalCount: 1 } })
    await api.patch({ ...one, apiVersion: `${gizmoGroup}/v2` }, { spec: { weight: 7 } })
    await eventually(() => told.length, (length) => length > 1, 10_000)
    expect(new Set(told)).toEqual(new Set(['MODIFIED one']))
    expect(ended()).toBeUndefined()
    expect(others.ended()).toBeUndefined()
  })
})

onControlPlane('a kind of several versions', () => {
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] },
  }

  it("answers in the preferred one, and in any other as the server itself converts it; there are no two objects of it", async () => {
    await api.create(scaler)
    const gateway = await open()
    const served = async (version: string) => (await api.get<Item>(`/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/web`))
    const ask = async (version: string | undefined) =>
      (await gateway.data('query ($kind: KindInput!) { objects(kinds: [$kind]) { totalCount nodes { apiVersion spec: value(path: "spec") } } }', { kind: { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', ...(version === undefined ? {} : { version }) } })).objects
    expect(await ask(undefined)).toEqual({ totalCount: 1, nodes: [{ apiVersion: 'autoscaling/v2', spec: (await served('v2'))['spec'] }] })
    const inV1 = (await served('v1'))['spec']
    expect(inV1).toMatchObject({ targetCPUUtilizationPercentage: 70 })
    expect(await ask('v1')).toEqual({ totalCount: 1, nodes: [{ apiVersion: 'autoscaling/v1', spec: inV1 }] })

    const typed = await gateway.data('{ autoscalingV1HorizontalPodAutoscalers { nodes { id apiVersion spec { targetCPUUtilizationPercentage } } } horizontalPodAutoscalers { nodes { id apiVersion spec { metrics { resource { target { averageUtilization } } } } } } }')
    const [old, preferred] = [typed.autoscalingV1HorizontalPodAutoscalers.nodes[0], typed.horizontalPodAutoscalers.nodes[0]]
    expect(old).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 70 } })
    expect(preferred).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { metrics: [{ resource: { target: { averageUtilization: 70 } } }] } })
    // Both spellings of the kind at once name one object.
    const { objects } = await gateway.data('{ objects(kinds: [{ group: "autoscaling", kind: "HorizontalPodAutoscaler" }, { group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler" }]) { totalCount nodes { id } } }')
    expect(objects).toEqual({ totalCount: 1, nodes: [{ id: preferred.id }] })
  })
})
