import { join } from 'node:path'

const dist = join(import.meta.dirname, '..', 'dist')
const built = <T>(file: string) => import(join(dist, file)) as Promise<T>

/** Some of everything: nested and shared types, maps, quantities, kinds of definitions. */
const kinds = ['core/v1/ConfigMap', 'core/v1/Node', 'core/v1/Pod', 'core/v1/Service', 'apps/v1/Deployment', 'discovery.k8s.io/v1/EndpointSlice', 'networking.k8s.io/v1/Ingress', 'networking.istio.io/v1/Gateway', 'shop.example.com/*/*']

/** The text of schema/golden.graphql: the schema of a fixed set of the sample cluster's kinds. */
export async function emitGoldenSchema(): Promise<string> {
  const { startPlayground } = await built<typeof import('../src/playground/playground.ts')>('playground/playground.js')
  const { parseConfig } = await built<typeof import('../src/config/load.ts')>('config/load.js')
  const { clusterSdl } = await built<typeof import('../src/print-schema.ts')>('print-schema.js')
  const playground = await startPlayground()
  try {
    const surroundings = { env: {}, home: '/' }
    const config = parseConfig(JSON.stringify({ types: { allow: kinds } }), 'the golden schema', surroundings)
    return await clusterSdl({ ...config, cluster: { ...config.cluster, connection: { type: 'anonymous', server: playground.server.url } } }, surroundings)
  } finally {
    await playground.close()
  }
}
