import { silentLogger } from '../../src/base/logging.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { Gateway } from '../../src/gateway.ts'

/** The whole service in this process, as it was built (it is written with decorators, which are compiled), against the API server at a URL. */
export async function openGateway(server: string, config: Readonly<Record<string, unknown>> = {}): Promise<Gateway> {
  const { startGateway } = (await import(new URL('../../dist/gateway.js', import.meta.url).href)) as typeof import('../../src/gateway.ts')
  const standard = parseConfig(JSON.stringify({ listenPort: 0, ...config }), 'the benchmark', { env: {}, home: '/' })
  return startGateway({ ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous', server } } }, { logger: silentLogger, surroundings: { env: {}, home: '/' } })
}
