import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { cutMidLine, goAway, respond } from '../../src/playground/api-server/faults.ts'
import { eventually, openApiServer, openConfigured } from '../support/gateway.ts'
import { selfSigned } from '../support/certificate.ts'
import { openRelay, type Relay } from '../support/relay.ts'

const kinds = ['ConfigMap', 'Endpoints', 'Event', 'LimitRange', 'Namespace', 'Node', 'PersistentVolumeClaim', 'PersistentVolume', 'Pod', 'ReplicationController', 'ResourceQuota', 'Secret', 'ServiceAccount', 'Service']

/** Of definitions and APIServices, beside those of the kinds. */
const ownWatches = 2

/** An API server with TLS, and a gateway that watches all core kinds of it. */
async function open(options: { maxConcurrentStreams?: number; http2?: boolean; ca?: string; proxyUrl?: string; deadAfterMs?: number; through?: (port: number) => Promise<number> } = {}) {
  const tls = selfSigned('api-server')
  const token = 'the-token'
  const server = await openApiServer({ tls, tokens: { [token]: { username: 'gateway', groups: [] } }, ...(options.maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams: options.maxConcurrentStreams }) })
  const port = Number(new URL(server.url).port)
  const url = `https://127.0.0.1:${(await options.through?.(port)) ?? port}`
  const kubeconfig = {
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'gateway' } }],
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': Buffer.from(options.ca ?? tls.cert).toString('base64'), ...(options.proxyUrl === undefined ? {} : { 'proxy-url': options.proxyUrl }) } }],
    users: [{ name: 'gateway', user: { token } }],
  }
  const file = join(await mkdtemp(join(tmpdir(), 'watchql-')), 'kubeconfig')
  await writeFile(file, JSON.stringify(kubeconfig))
  const text = JSON.stringify({
    listenPort: 0,
    initialWatchingResources: kinds.map((kind) => ({ kind })),
    transport: { http2: options.http2 ?? true, ...(options.deadAfterMs === undefined ? {} : { deadAfterMs: options.deadAfterMs }) },
    watch: { backoffInitialMs: 20, backoffMaxMs: 100, syncTimeoutMs: 1000 },
    k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: file },
  })
  const gateway = await openConfigured(parseConfig(text, 'the test', { env: {}, home: '/' }))
  return { server, gateway, allWatched: (more = 0) => eventually(() => server.disturbWatches(undefined, () => undefined), (count) => count === kinds.length + ownWatches + more) }
}

const count = async (gateway: Awaited<ReturnType<typeof open>>['gateway'], kind: string) => (await gateway.data(`{ objects(kinds: [{ kind: "${kind}" }]) { totalCount partial { message } } }`)).objects as { totalCount: number; partial: unknown[] }

describe('over HTTP/2', () => {
  it('all watches share one connection, and lists have another', async () => {
    const { server, allWatched } = await open()
    await allWatched()
    expect(server.connections()).toBe(2)
  })

  it('more watches than streams per connection open more connections, and a list never waits behind them', async () => {
    const { server, gateway, allWatched } = await open({ maxConcurrentStreams: 4 })
    await allWatched()
    // 14 watches at 4 to a connection, and the lists' own.
    expect(server.connections()).toBeGreaterThanOrEqual(5)
    expect(server.connections()).toBeLessThanOrEqual(8)
    server.make('configmaps', { metadata: { name: 'new' } })
    await eventually(() => count(gateway, 'ConfigMap'), ({ totalCount }) => totalCount === 1)
    expect((await gateway.data('{ objects(kinds: [{ group: "apps", kind: "Deployment" }]) { totalCount partial { message } } }')).objects).toEqual({ totalCount: 0, partial: [] })
  })

  it('a server that says GOAWAY loses no event, and new requests go elsewhere', async () => {
    const { server, gateway, allWatched } = await open()
    await allWatched()
    server.faults.add({ match: { resource: 'deployments' }, action: goAway })
    server.disturbWatches('pods', (exchange) => exchange.goAway())
    server.make('pods', { metadata: { name: 'new' } })
    await eventually(() => count(gateway, 'Pod'), ({ totalCount }) => totalCount === 1)
    expect((await gateway.data('{ objects(kinds: [{ group: "apps", kind: "Deployment" }, { group: "apps", kind: "ReplicaSet" }]) { partial { message } } }')).objects.partial).toEqual([])
    await allWatched(2)
  })

  it('a connection whose peer is gone without a word is given up within seconds, and nothing of what happened meanwhile is missed', async () => {
    let relay: Relay | undefined
    const { server, gateway, allWatched } = await open({
      deadAfterMs: 1000,
      through: async (port) => {
        relay = await openRelay(port)
        onTestFinished(() => relay?.close())
        return relay.port
      },
    })
    await allWatched()
    const told: string[] = []
    gateway.gateway.clusters[0]?.feed.subscribe(({ type, object }) => told.push(`${type} ${object.metadata.name}`))
    const startedAt = performance.now()
    relay?.stall(false)
    for (const name of ['a', 'b']) server.make('pods', { metadata: { name } })
    await eventually(() => count(gateway, 'Pod'), ({ totalCount }) => totalCount === 2)
    expect(performance.now() - startedAt).toBeGreaterThan(900)
    expect(performance.now() - startedAt).toBeLessThan(3000)
    expect(told).toEqual(['ADDED a', 'ADDED b'])
  })

  it('a watch that is cut in the middle of a line resumes at once on the same connection', async () => {
    const { server, gateway, allWatched } = await open()
    await allWatched()
    const connections = server.connections()
    server.faults.add({ match: { verb: 'watch', resource: 'pods' }, times: 1, action: cutMidLine(0) })
    server.disturbWatches('pods', (exchange) => exchange.cut())
    await eventually(() => server.disturbWatches('pods', () => undefined), (watches) => watches === 1)
    const startedAt = performance.now()
    for (const name of ['a', 'b']) server.make('pods', { metadata: { name } })
    await eventually(() => count(gateway, 'Pod'), ({ totalCount }) => totalCount === 2)
    expect(performance.now() - startedAt).toBeLessThan(4000)
    expect(server.connections()).toBe(connections)
  })

  it('a connection on which nothing happens is kept as long as its peer answers pings', async () => {
    const { server, allWatched } = await open({ deadAfterMs: 400 })
    await allWatched()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(server.requests.filter(({ verb }) => verb === 'watch')).toHaveLength(kinds.length + ownWatches)
  })

  it('a refused credential is renewed and tried once more before it counts', async () => {
    const { server, gateway, allWatched } = await open()
    await allWatched()
    server.faults.add({ match: { resource: 'deployments' }, times: 1, action: respond(401, 'Unauthorized') })
    expect((await gateway.data('{ objects(kinds: [{ group: "apps", kind: "Deployment" }]) { partial { message } } }')).objects.partial).toEqual([])
    expect(gateway.gateway.clusters[0]?.informers.all().find(({ resource }) => resource.kind === 'Deployment')?.status().restarts).toBe(0)
  })
})

describe('the way to the API server', () => {
  it('is HTTP/1.1 where a switch says so: a connection per watch', async () => {
    const { server, allWatched } = await open({ http2: false })
    await allWatched()
    expect(server.connections()).toBeGreaterThanOrEqual(kinds.length)
  })

  it('is not taken when the certificate is not signed by the CA', async () => {
    const { server, gateway } = await open({ ca: selfSigned('somebody-else').cert })
    const { partial } = await count(gateway, 'Pod')
    expect(partial).toHaveLength(1)
    expect(server.requests).toEqual([])
  })

  it('goes through a proxy where the kubeconfig names one', async () => {
    const tunnels: string[] = []
    const sockets = new Set<Socket>()
    const proxy = createServer((incoming, outgoing) => void incoming.pipe(httpRequest(incoming.url ?? '')).on('response', (response) => response.pipe(outgoing)))
    proxy.on('connect', (request, socket: Socket) => {
      tunnels.push(request.url ?? '')
      const [host, port] = (request.url ?? '').split(':')
      const onwards = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(onwards).pipe(socket)
      })
      for (const end of [socket, onwards]) sockets.add(end.on('error', () => undefined))
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    })
    const { server, allWatched } = await open({ proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` })
    await allWatched()
    expect(new Set(tunnels)).toEqual(new Set([new URL(server.url).host]))
  })
})
