import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ApiClient } from '../contract/api-client.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { describeGrw } from '../support/grw/table.ts'
import { makeWorld } from '../support/grw/world.ts'

describeGrw("k8s-generic-watcher's read API", async () => {
  const server = await openApiServer()
  const client = new ApiClient(server)
  onTestFinished(() => client.close())
  await makeWorld(client)
  const { url } = await openGateway(server)
  return { url, client }
})

const pods = '/resources/k8sObjects?group=core&version=v1&kind=Pod'

describe('a kind that cannot be read', () => {
  it('is refused in the same envelope: it is forbidden, not watched, or not in yet', async () => {
    const server = await openApiServer({ authorizer: (_user, { resource }) => resource !== 'pods' })
    const forbidden = await openGateway(server)
    const closed = await openGateway(server, { config: { watch: { onDemand: false } } })
    server.faults.add({ match: { resource: 'nodes' }, action: (exchange) => (exchange.cut(), true) })
    const slow = await openGateway(server, { config: { watch: { syncTimeoutMs: 50 } } })
    const answers = [`${forbidden.url}${pods}`, `${closed.url}${pods}`, `${slow.url}${pods.replace('Pod', 'Node')}`].map(async (url) => {
      const response = await fetch(url)
      const { code, message, data } = (await response.json()) as { code: number; message: string; data: unknown }
      return [response.status, code, response.headers.get('watchql-error'), data, typeof message]
    })
    expect(await Promise.all(answers)).toEqual([
      [403, 403, 'FORBIDDEN', null, 'string'],
      [409, 409, 'KIND_NOT_WATCHED', null, 'string'],
      [503, 503, 'NOT_SYNCED', null, 'string'],
    ])
  })
})

describe('a cluster without Istio', () => {
  it('is told so by both doors', async () => {
    const { url, query } = await openGateway(await openApiServer())
    const response = await fetch(`${url}/analyze/istioGatewayHosts`)
    expect([response.status, await response.json()]).toEqual([404, { code: 404, message: expect.stringContaining('serves no kind networking.istio.io/') as string, data: null }])
    const { errors } = await query('{ istioGatewayHosts { gatewayName } }')
    expect(errors?.[0]?.extensions.code).toBe('UNKNOWN_KIND')
  })
})

describe('a large list', () => {
  /** 40 MB, which no buffer on the way takes in whole. */
  const openLarge = async (config: Readonly<Record<string, unknown>> = {}) => {
    const server = await openApiServer()
    const megabyte = 'x'.repeat(1e6)
    for (let i = 0; i < 40; i += 1) server.make('configmaps', { metadata: { name: `large-${i}` }, data: { megabyte } })
    const gateway = await openGateway(server, { config })
    const path = '/resources/k8sObjects?group=core&version=v1&kind=ConfigMap'
    // Where requests have little time, the first ones are over before the list is in.
    await eventually(() => gateway.data('{ objects(kinds: [{ kind: "ConfigMap" }]) { totalCount } }'), ({ objects }) => objects.totalCount === 40, 20_000)
    return { ...gateway, path }
  }

  it('leaves the service to others while its caller reads slowly', async () => {
    const { url, path, data } = await openLarge()
    const response = await fetch(`${url}${path}`)
    expect(await data('{ objects(kinds: [{ kind: "ConfigMap" }]) { totalCount } }')).toEqual({ objects: { totalCount: 40 } })
    const { data: objects } = (await response.json()) as { data: unknown[] }
    expect(objects).toHaveLength(40)
  })

  it('is given up for a caller that stops reading', async () => {
    const { url, path } = await openLarge({ limits: { requestTimeoutMs: 300, connections: 2 } })
    const { hostname, port } = new URL(url)
    const ask = async () => {
      const socket = connect(Number(port), hostname)
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
      await once(socket, 'readable')
      return socket.readableLength > 0
    }
    // One of the two is taken already, kept alive by the client that made the kind be watched.
    expect(await ask()).toBe(true)
    expect(await ask()).toBe(false)
    await eventually(ask, Boolean)
  })
})

describe('metrics', () => {
  it('count answers by path and status, not by what was asked for', async () => {
    const { url } = await openGateway(await openApiServer())
    for (const path of [pods, `${pods}&name=a`, '/resources/k8sObjects', '/manage/cachedResourcesList']) await (await fetch(`${url}${path}`)).text()
    const counts = async () => [...(await (await fetch(`${url}/metrics`)).text()).matchAll(/^watchql_rest_request_duration_seconds_count\{path="(.+)",status="(.+)"\} (\d+)$/gm)].map(([, ...found]) => found.join(' ')).toSorted()
    await eventually(counts, (found) => found.length === 3)
    expect(await counts()).toEqual(['/manage/cachedResourcesList 200 1', '/resources/k8sObjects 200 2', '/resources/k8sObjects 416 1'])
  })
})

describe('HEAD', () => {
  it('answers as GET does, without the objects', async () => {
    const server = await openApiServer()
    const { url } = await openGateway(server)
    const [head, get] = [await fetch(`${url}${pods}`, { method: 'HEAD' }), await fetch(`${url}${pods}`)]
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')])
  })
})
