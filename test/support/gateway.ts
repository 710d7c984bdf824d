import { onTestFinished } from 'vitest'
import type { Authenticate } from '../../src/access/authenticate.ts'
import type { Heap } from '../../src/base/heap.ts'
import { silentLogger, type Logger } from '../../src/base/logging.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/options.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import type { Surroundings } from '../../src/kubernetes/credentials/connect.ts'
import type { ApiServer, ApiServerOptions } from '../../src/playground/api-server/api-server.ts'
import { startApiServer } from '../../src/playground/api-server/api-server.ts'
import type { Draft } from '../../src/playground/api-server/store/draft.ts'
import { startPlayground } from '../../src/playground/playground.ts'

export interface GraphqlResult {
  readonly data?: any // oxlint-disable-line typescript/no-explicit-any -- tests read answers of every shape
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string; readonly [detail: string]: unknown } }[]
}

export interface TestGateway {
  readonly url: string
  readonly gateway: Gateway
  readonly query: (query: string, variables?: Record<string, unknown>) => Promise<GraphqlResult>
  /** The data, or the test fails with the errors. */
  readonly data: (query: string, variables?: Record<string, unknown>) => Promise<any> // oxlint-disable-line typescript/no-explicit-any
  readonly stop: () => Promise<void>
}

/** Waits so little that a test of waiting is quick. */
const impatient = { backoffInitialMs: 20, backoffMaxMs: 100, absentRetryMs: 100, syncTimeoutMs: 3000 }

/** Making types takes a second; tests that are not about them go without. */
const untyped = { allow: [] }

export interface GatewayTestOptions {
  /** In the configuration's own words. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly logger?: Logger
  readonly heap?: Heap
  readonly authenticate?: Authenticate
}

/** The whole service against an API server, with frozen objects. Stopped when the test ends. */
export async function openGateway(server: { readonly url: string }, options: GatewayTestOptions = {}): Promise<TestGateway> {
  const { watch, ...config } = (options.config ?? {}) as { watch?: object }
  const standard = parseConfig(JSON.stringify({ listenPort: 0, types: untyped, ...config, watch: { ...impatient, ...watch } }), 'the test', { env: {}, home: '/' })
  return openConfigured({ ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous', server: server.url } } }, options)
}

/** The same with a configuration that says how to reach the API server. */
export async function openConfigured(config: Config, { logger = silentLogger, heap, authenticate, surroundings = { env: {}, home: '/' } }: Omit<GatewayTestOptions, 'config'> & { readonly surroundings?: Surroundings } = {}): Promise<TestGateway> {
  const gateway = await startGateway(config, { logger, surroundings, freezeObjects: true, ...(heap === undefined ? {} : { heap }), ...(authenticate === undefined ? {} : { authenticate }) })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= gateway.stop())
  onTestFinished(stop)
  const query = async (text: string, variables?: Record<string, unknown>): Promise<GraphqlResult> => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text, variables }) })
    return (await response.json()) as GraphqlResult
  }
  return {
    url: gateway.url,
    gateway,
    query,
    data: async (text, variables) => {
      const { data, errors } = await query(text, variables)
      if (errors !== undefined) throw new Error(`The query failed: ${JSON.stringify(errors)}`)
      return data
    },
    stop,
  }
}

/** An empty API server with the namespace `shop`. Closed when the test ends. */
export async function openApiServer(options: ApiServerOptions = {}): Promise<ApiServer & { readonly make: Maker }> {
  const server = await startApiServer(options)
  onTestFinished(() => server.close())
  const make = maker(server)
  make('namespaces', { metadata: { name: 'shop' } })
  return { ...server, make }
}

/** The sample cluster, in which nothing happens by itself. Closed when the test ends. */
export async function openPlayground(options: { readonly seed?: number; readonly server?: ApiServerOptions } = {}) {
  const playground = await startPlayground(options)
  onTestFinished(() => playground.close())
  return { ...playground, make: maker(playground.server) }
}

export type Maker = (plural: string, draft: Draft) => void

function maker(server: ApiServer): Maker {
  return (plural, draft) => {
    const resource = server.registry.resources().find((candidate) => candidate.plural === plural && candidate.preferred)
    if (resource === undefined) throw new Error(`No ${plural} here.`)
    server.store.create(resource, resource.namespaced ? (draft.metadata?.namespace ?? 'shop') : undefined, draft)
  }
}

/** Asks again until the answer passes, for at most some seconds. */
export async function eventually<T>(ask: () => T | Promise<T>, passes: (answer: T) => boolean, timeoutMs = 5000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (passes(answer)) return answer
    if (performance.now() > deadline) throw new Error(`It did not come to pass; at the end it was ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
