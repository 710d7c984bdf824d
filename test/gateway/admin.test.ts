import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/base/pino-logger.ts'
import { eventually, openApiServer, openGateway, openPlayground } from '../support/gateway.ts'

const declared = { initialWatchingResources: [{ kind: 'Pod' }, { group: 'apps', kind: 'Deployment' }] }

describe('readiness', () => {
  it('comes when the declared kinds are live, and says how each is', async () => {
    const { server } = await openPlayground()
    const release = server.faults.add({ match: { resource: 'deployments' }, action: (exchange) => (exchange.cut(), true) })
    const { url } = await openGateway(server, { config: declared })
    const ready = async () => {
      const response = await fetch(`${url}/readyz`)
      return { status: response.status, body: (await response.json()) as { ready: boolean; kinds: { kind: string; state: string; message?: string }[] } }
    }
    const before = await eventually(ready, ({ body }) => body.kinds.some(({ state, message }) => state === 'SYNCING' && message !== undefined))
    expect(before.status).toBe(503)
    release()
    const after = await eventually(ready, ({ status }) => status === 200)
    expect(after.body.kinds.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['v1/Pod LIVE', 'apps/v1/Deployment LIVE'])
  })
})

describe('a listener of their own', () => {
  it('has health and metrics, and nothing of the API, for callers by any name', async () => {
    const { server } = await openPlayground()
    const { gateway } = await openGateway(server, { config: { ...declared, admin: { listenAddress: '0.0.0.0', listenPort: 0 } } })
    const url = gateway.adminUrl?.replace('0.0.0.0', '127.0.0.1') ?? ''
    await eventually(async () => (await fetch(`${url}/readyz`)).status, (status) => status === 200)
    const status = async (base: string, path: string, host: string) => {
      const request = get(`${base}${path}`, { headers: { host }, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    const paths = ['/healthz', '/readyz', '/metrics', '/', '/graphql?query={__typename}', '/resources/k8sObjects', '/manage/cachedResourcesList']
    const statuses = (base: string) => Promise.all(paths.map((path) => status(base, path, '10.1.2.3:3001')))
    expect(await statuses(url)).toEqual([200, 200, 200, 404, 404, 404, 404])
    // The API keeps to loopback.
    expect(new Set(await statuses(gateway.url))).toEqual(new Set([403]))
    await gateway.stop()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
  })

  it('whose port is taken keeps the service from starting, and leaves nothing behind', async () => {
    const { server } = await openPlayground()
    const first = await openGateway(server, { config: { admin: { listenPort: 0 } } })
    const { port } = new URL(first.gateway.adminUrl ?? '')
    await expect(openGateway(server, { config: { admin: { listenPort: Number(port) } } })).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
    await expect(openGateway(server, { config: { listenPort: Number(new URL(first.url).port), admin: { listenPort: 0 } } })).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  })
})

describe('metrics', () => {
  it('tell objects, states, changes and operations in Prometheus names', async () => {
    const { server, make } = await openPlayground()
    const { url, data, query } = await openGateway(server, { config: declared })
    await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')
    await query('{ object(kind: { kind: "Nope" }, name: "x") { id } }')
    make('pods', { metadata: { name: 'one-more' } })
    const metrics = () => fetch(`${url}/metrics`).then((response) => response.text())
    const text = await eventually(metrics, (answer) => answer.includes('watchql_objects{cluster="default",kind="v1/Pod"} 54'))
    for (const line of [
      'watchql_watch_state{cluster="default",kind="v1/Pod",state="LIVE"} 1',
      'watchql_watch_state{cluster="default",kind="v1/Pod",state="STALE"} 0',
      'watchql_watch_stale_seconds{cluster="default",kind="v1/Pod"} 0',
      'watchql_changes_total{cluster="default",kind="v1/Pod",type="ADDED"} 54',
      'watchql_graphql_operations_total{type="query",outcome="ok"} 1',
      'watchql_graphql_operations_total{type="query",outcome="error"} 1',
      `watchql_kinds_served{cluster="default"} ${server.registry.resources().length}`,
      'watchql_subscriptions 0',
    ])
      expect(text).toContain(line)
    expect(text).toContain('nodejs_eventloop_lag_seconds')
  })
})

describe('logs', () => {
  it('are JSON lines from the asked level on, without secrets', async () => {
    const lines: string[] = []
    const stream = { write: (line: string) => void lines.push(line) }
    const { server } = await openPlayground()
    const gateway = await openGateway(server, { config: declared, logger: createLogger({ level: 'info', type: 'json', stream }) })
    await gateway.data('{ objects(kinds: [{ kind: "Secret" }]) { totalCount } }')
    await gateway.stop()
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(events).toContainEqual(expect.objectContaining({ level: 'info', msg: 'synced', kind: 'v1/Secret', objects: 21 }))
    expect(events.map(({ level }) => level)).not.toContain('debug')
    expect(lines.join('')).not.toContain('bm90LWEtcmVhbC1wYXNzd29yZA')
  })

  it('never show what is called a token, a password or a key', () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'silly', type: 'json', stream: { write: (line: string) => void lines.push(line) } })
    logger.child({ cluster: 'x' }).log('silly', 'hello', { token: 'abc', headers: { authorization: 'Bearer abc' }, config: { password: 'abc' }, fine: 'shown' })
    expect(lines[0]).not.toContain('abc')
    expect(lines[0]).toContain('shown')
  })
})

describe('stopping', () => {
  it('is not held up by connections that were opened in advance and never used', async () => {
    const { url, stop } = await openGateway(await openApiServer())
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const startedAt = performance.now()
    await stop()
    expect(performance.now() - startedAt).toBeLessThan(3000)
    socket.destroy()
  })
})
