import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startControlPlane } from '../test/cluster/control-plane.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'

/** Definitions to install beside all of Kubernetes, in YAML files of a folder. */
const definitions = process.env['WATCHQL_CRDS']
const dist = (file: string) => new URL(`../dist/${file}`, import.meta.url).href

export const benchmark: Benchmark = {
  about: `the schema of a real server's kinds${definitions === undefined ? ' (WATCHQL_CRDS=FOLDER adds the definitions in its YAML files)' : `, with the definitions of ${definitions}`}`,
  rounds: 3,
  start,
  sides: { watchql: measure },
  goals: [{ about: 'milliseconds of the longest stall while a schema is made anew', value: ({ watchql }) => watchql?.['longestStallMs'] ?? Number.NaN, atMost: 100 }],
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const plane = await startControlPlane({ controllers: false, kwok: false })
  const files = definitions === undefined ? [] : (await readdir(definitions)).filter((file) => file.endsWith('.yaml'))
  for (const file of files) await plane.kubectl(['apply', '--server-side', '-f', join(definitions ?? '', file)])
  if (files.length > 0) await plane.kubectl(['wait', '--for=condition=Established', 'crd', '--all'])
  return { parameters: { kubeconfig: plane.kubeconfigPath }, stop: () => plane.stop() }
}

async function measure({ kubeconfig }: Parameters): Promise<Figures> {
  const { connect } = (await import(dist('kubernetes/credentials/connect.js'))) as typeof import('../src/kubernetes/credentials/connect.ts')
  const { HttpKubernetesClient } = (await import(dist('kubernetes/http-client.js'))) as typeof import('../src/kubernetes/http-client.ts')
  const { CachedDiscovery } = (await import(dist('kubernetes/cached-discovery.js'))) as typeof import('../src/kubernetes/cached-discovery.ts')
  const { Descriptions } = (await import(dist('graphql/generated/descriptions.js'))) as typeof import('../src/graphql/generated/descriptions.ts')
  const { Reducer } = (await import(dist('graphql/generated/reducer.js'))) as typeof import('../src/graphql/generated/reducer.ts')
  const { composeSchema } = (await import(dist('graphql/generated/compose-schema.js'))) as typeof import('../src/graphql/generated/compose-schema.ts')
  const { staticSchema } = (await import(dist('graphql/static/build-schema.js'))) as typeof import('../src/graphql/static/build-schema.ts')
  const { defaults } = (await import(dist('config/defaults.js'))) as typeof import('../src/config/defaults.ts')
  const { Relations } = (await import(dist('relations/registry.js'))) as typeof import('../src/relations/registry.ts')
  const { builtIn } = (await import(dist('relations/built-in/built-in.js'))) as typeof import('../src/relations/built-in/built-in.ts')
  const { silentLogger } = (await import(dist('base/logging.js'))) as typeof import('../src/base/logging.ts')

  const connection = await connect({ type: 'kubeConfig', file: String(kubeconfig) }, { env: {}, home: '/' })
  const client = new HttpKubernetesClient(connection, { ...defaults.transport, userAgent: 'bench' })
  const discovery = new CachedDiscovery(client, silentLogger)
  await discovery.refresh()
  const resources = discovery.resources()
  const reducer = new Reducer()
  const descriptions = new Descriptions({ client, reducer, limits: defaults.types })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  staticSchema()

  delay.enable()
  const readFrom = performance.now()
  const { groupVersions } = await descriptions.describe(resources)
  const readMs = performance.now() - readFrom
  const stallOfReadingMs = delay.max / 1e6
  const build = () => composeSchema(staticSchema(), resources, groupVersions, { ...defaults.types, relations: new Relations(builtIn) })

  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const { schema, composition } = await build()
  globalThis.gc?.()
  const types = Object.keys(schema.getTypeMap()).length
  const mbPer1000Types = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20 / (types / 1000)

  delay.reset()
  const builtFrom = performance.now()
  const rounds = 5
  for (let round = 0; round < rounds; round += 1) await build()
  const buildMs = (performance.now() - builtFrom) / rounds
  const longestStallMs = delay.max / 1e6
  delay.disable()
  await Promise.all([reducer.close(), client.close()])
  return { kinds: composition.kinds.length, types, readMs, stallOfReadingMs, buildMs, typesPerSecond: (types / buildMs) * 1000, mbPer1000Types, longestStallMs }
}
