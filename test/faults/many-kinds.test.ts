import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { definitionsOf, gizmoGroup } from '../support/gizmos.ts'
import { selfSigned } from '../support/certificate.ts'
import { eventually, openApiServer, openConfigured } from '../support/gateway.ts'

const names = Array.from({ length: 200 }, (_, i) => `Kind${i}`)

describe('two hundred watched kinds over HTTP/2', () => {
  it('share four connections to a server that allows a hundred streams on each, and nothing short waits behind them', async () => {
    const tls = selfSigned('api-server')
    const server = await openApiServer({ tls, maxConcurrentStreams: 100 })
    const { install } = definitionsOf(server)
    for (const name of names) install(name, ['v1'])
    const most = { connections: 0 }
    const counting = setInterval(() => (most.connections = Math.max(most.connections, server.connections())), 1)
    const declared = names.map((kind) => ({ group: gizmoGroup, kind }))
    const config = parseConfig(JSON.stringify({ listenPort: 0, initialWatchingResources: declared }), 'the test', { env: {}, home: '/' })
    const { data } = await openConfigured({ ...config, cluster: { ...config.cluster, connection: { type: 'anonymous', server: server.url, ca: { pem: tls.cert } } } })
    // With those of definitions and APIServices.
    await eventually(() => server.disturbWatches(undefined, () => undefined), (count) => count === names.length + 2, 20_000)

    server.make('pods', { metadata: { name: 'p' } })
    const startedAt = performance.now()
    expect((await data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount partial { message } } }')).objects).toEqual({ totalCount: 1, partial: [] })
    expect(performance.now() - startedAt).toBeLessThan(1000)
    install('Another', ['v1'])
    await eventually(() => data('{ kinds(kind: "Another") { kind } }'), ({ kinds }) => kinds.length === 1, 1000)

    clearInterval(counting)
    expect(most.connections).toBeLessThanOrEqual(4)
  })
})
