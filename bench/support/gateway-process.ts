/** The whole service in a process of its own, against the API server at a URL or in a kubeconfig. Tells its parent where it listens. */
import { silentLogger } from '../../src/base/logging.ts'
import { parseConfig } from '../../src/config/load.ts'

/** As it was built: it is written with decorators, which are compiled. */
const { startGateway } = (await import(new URL('../../dist/gateway.js', import.meta.url).href)) as typeof import('../../src/gateway.ts')

const [, , server = '', kubeConfigFilePath = ''] = process.argv
const k8sClientConfig = kubeConfigFilePath === '' ? {} : { authType: 'KubeConfig', kubeConfigFilePath }
const standard = parseConfig(JSON.stringify({ listenPort: 0, k8sClientConfig, watch: { syncTimeoutMs: 120_000 }, limits: { requestTimeoutMs: 120_000 } }), 'the benchmark', { env: {}, home: '/' })
const gateway = await startGateway(
  kubeConfigFilePath === '' ? { ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous', server } } } : standard,
  { logger: silentLogger, surroundings: { env: {}, home: '/' } },
)
process.send?.(gateway.url)
