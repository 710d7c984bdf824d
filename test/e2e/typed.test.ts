import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { validateSchema } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { parseConfig } from '../../src/config/load.ts'
import { ApiError, type Api } from '../cluster/api.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { createNodes, createWorkloads } from '../cluster/workloads.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually, openConfigured, type TestGateway } from '../support/gateway.ts'
import { madeUp } from '../support/made-up-objects.ts'
import { disagreements, generousLimits, schemaOf, typedKinds } from '../support/typed-agreement.ts'

/** More definitions to try, in YAML files of a folder. */
const moreDefinitions = process.env['WATCHQL_CRDS']

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane()
  api = plane.api()
  await createNodes(api, 3)
  await createWorkloads(api, { scale: 4 })
  if (moreDefinitions !== undefined) for (const file of await yamlFiles(moreDefinitions)) await plane.kubectl(['apply', '--server-side', '-f', file])
  await eventually(() => api.list('v1', 'Pod'), (pods) => pods.filter(({ status }) => status?.phase === 'Running').length > 30, 120_000)
}, 600_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

const yamlFiles = async (folder: string) => (await readdir(folder)).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file))

async function open(): Promise<TestGateway> {
  const text = JSON.stringify({ listenPort: 0, logType: 'hidden', limits: generousLimits, k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: plane.kubeconfigPath, context: 'admin' } })
  const gateway = await openConfigured(parseConfig(text, 'the test', { env: {}, home: '/' }))
  await eventually(() => gateway.data('{ kinds { typed } }'), ({ kinds }) => kinds.length > 0 && kinds.every(({ typed }: { typed: boolean }) => typed), 60_000)
  return gateway
}

onControlPlane('the types of a real server', () => {
  it('know every field of objects that their definitions allow, whatever is in them', async () => {
    const definitions = await api.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
    const random = randomNumbers(7)
    const made = new Map<string, number>()
    for (const { spec } of definitions)
      for (const { name: version, schema } of spec.versions.filter(({ served }: { served: boolean }) => served))
        for (let attempt = 0; attempt < 12; attempt += 1) {
          const namespaced = spec.scope === 'Namespaced'
          const object = { ...(madeUp(schema.openAPIV3Schema, random, attempt / 12) as object), apiVersion: `${spec.group}/${version}`, kind: spec.names.kind, metadata: { name: `made-up-${version}-${attempt}`, ...(namespaced ? { namespace: 'default' } : {}) } }
          const path = `/apis/${spec.group}/${version}${namespaced ? '/namespaces/default' : ''}/${spec.names.plural}`
          const isMade = await api.send('POST', path, object).then(() => true, (error: unknown) => (error instanceof ApiError ? false : Promise.reject(error as Error)))
          if (isMade) made.set(spec.names.kind, (made.get(spec.names.kind) ?? 0) + 1)
        }
    console.log(`made up: ${JSON.stringify(Object.fromEntries(made))}`) // oxlint-disable-line no-console -- what was shown depends on what the server takes
    const gateway = await open()
    const schema = await schemaOf(gateway)
    for (const kind of (await typedKinds(gateway)).filter((candidate) => made.has(candidate.kind))) expect((await disagreements(gateway, schema, kind)).found, kind.typeName).toEqual([])
    expect(made.size).toBeGreaterThan(1)
  })

  it('cover every kind that it serves; each has a typed list that agrees with the whole objects on every field', async () => {
    const gateway = await open()
    const schema = await schemaOf(gateway)
    expect(validateSchema(schema)).toEqual([])
    const kinds = await typedKinds(gateway)
    let compared = 0
    let filled = 0
    for (const kind of kinds) {
      const { objects, found } = await disagreements(gateway, schema, kind)
      expect(found, kind.typeName).toEqual([])
      compared += objects
      if (objects > 0) filled += 1
    }
    console.log(`${kinds.length} kinds, ${filled} of them with objects, ${compared} objects compared`) // oxlint-disable-line no-console -- what was shown depends on what the server has
    expect(kinds.length).toBeGreaterThan(60)
    expect(filled).toBeGreaterThan(30)
  })

  it('follow an installed definition within two seconds, and nothing waits longer than a tenth of one', async () => {
    const gateway = await open()
    const definitions = moreDefinitions === undefined ? [] : (await Promise.all((await yamlFiles(moreDefinitions)).map((file) => readFile(file, 'utf8')))).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest | null))
    const largest = definitions.filter((definition) => definition?.kind === 'CustomResourceDefinition').toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)[0] ?? (await api.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition'))[0]
    if (largest === undefined || largest === null) throw new Error('There is no definition to copy.')
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const [took, stalls]: [number[], number[]] = [[], []]
    // The first only shows that definitions are watched by now.
    for (const round of [0, 1, 2, 3, 4, 5]) {
      const group = `round${round}.example.com`
      const { spec } = largest
      delay.enable()
      const startedAt = performance.now()
      await api.create({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${spec.names.plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' } }, spec: { ...spec, group } })
      await eventually(async () => (await gateway.data(`{ kinds(group: "${group}") { typed } }`)).kinds.some(({ typed }: { typed: boolean }) => typed), Boolean, 10_000)
      const tookMs = performance.now() - startedAt
      delay.disable()
      const stallMs = delay.max / 1e6
      delay.reset()
      console.log(`${spec.names.kind}: typed after ${Math.round(tookMs)} ms, the longest stall ${Math.round(stallMs)} ms`) // oxlint-disable-line no-console -- figures of the machine at hand
      if (round === 0) continue
      took.push(tookMs)
      stalls.push(stallMs)
    }
    // The medians: a busy machine may hold up any one of them.
    expect(median(took)).toBeLessThan(2000)
    expect(median(stalls)).toBeLessThan(100)
  })
})

/** The same from run to run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
