import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeCursor } from '../../src/feed/cursor.ts'
import { jsonPatch } from '../../src/playground/api-server/writes/json-patch.ts'
import { eventually, openApiServer, openGateway, type Maker } from '../support/gateway.ts'

interface Event {
  readonly type: string
  readonly reason: string | null
  readonly object: { readonly metadata: { readonly name: string }; readonly raw?: unknown } | null
  readonly patch?: unknown
  readonly cursor: string | null
}

/** A subscription whose events are taken one by one. */
function follow(url: string, args: string, more = 'object { metadata { name } }', fragments = '') {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  const events = client.iterate<{ objects: Event }>({ query: `subscription { objects(kinds: [{ kind: "Pod" }], ${args}) { type reason cursor ${more} } } ${fragments}` })
  const next = async (): Promise<Event> => {
    const { value } = await events.next()
    if (value?.data === undefined || value.data === null) throw value?.errors // oxlint-disable-line no-throw-literal -- as the client throws them
    return value.data.objects
  }
  return { next, take: async () => text(await next()), leave: () => events.return?.(), ended: async () => (await events.next()).done === true }
}

const text = ({ type, reason, object }: Event) => [type, object?.metadata.name, reason].filter((part) => part).join(' ')
const pod = (make: Maker, name: string, phase = 'Running') => make('pods', { metadata: { name, labels: { app: 'web' } }, status: { phase } })

async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }], ...config } })
  const resource = server.registry.resources().find(({ plural }) => plural === 'pods')
  const { store } = server
  return {
    ...gateway,
    make: server.make,
    setPhase: (name: string, phase: string) => {
      const { resourceVersion: _any, ...metadata } = store.get(resource as never, 'shop', name).metadata
      store.update(resource as never, 'shop', name, { metadata, status: { phase } })
    },
    remove: (name: string) => store.delete(resource as never, 'shop', name),
  }
}

describe('a subscription', () => {
  it('of mode PATCH tells what leads from the object before to the new one', async () => {
    const { url, make, setPhase } = await open()
    pod(make, 'a', 'Pending')
    const { next } = follow(url, 'initial: true, mode: PATCH', 'object { metadata { name } raw } patch')
    const { object, patch } = await next()
    expect(patch).toBeNull()
    await next()
    setPhase('a', 'Running')
    const changed = await next()
    expect(changed.patch).toContainEqual({ op: 'replace', path: '/status/phase', value: 'Running' })
    expect(jsonPatch(object?.raw, changed.patch)).toEqual(changed.object?.raw)
  })

  it('of mode SIGNAL tells that something happened, and no objects', async () => {
    const { url, make } = await open()
    const { next } = follow(url, 'mode: SIGNAL, initial: true', 'object { metadata { name } } oldObject { id } patch')
    await next()
    pod(make, 'a')
    expect(await next()).toMatchObject({ type: 'ADDED', object: null, oldObject: null, patch: null, cursor: expect.any(String) as string })
  })

  it('tells the wanted types only', async () => {
    const { url, make, setPhase, remove } = await open()
    pod(make, 'a')
    const { take } = follow(url, 'initial: true, types: [DELETED]')
    expect(await take()).toBe('SYNCED')
    setPhase('a', 'Failed')
    remove('a')
    expect(await take()).toBe('DELETED a')
  })

  it('with changedOnly leaves out what changes nothing of what is selected, in fragments too', async () => {
    const { url, make, setPhase } = await open()
    pod(make, 'a', 'Pending')
    const { next } = follow(url, 'initial: true, changedOnly: true', 'object { ...Shown }', 'fragment Shown on KubernetesObject { metadata { name label(key: "app") } isRunning: value(path: "status.ready") }')
    await next()
    await next()
    for (const phase of ['Running', 'Failed']) setPhase('a', phase)
    pod(make, 'b')
    expect(await next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } })
    const shown = follow(url, 'changedOnly: true, initial: true', 'object { metadata { name } phase: value(path: "status.phase") }')
    for (let i = 0; i < 3; i += 1) await shown.next()
    setPhase('a', 'Running')
    expect(await shown.next()).toMatchObject({ type: 'MODIFIED', object: { phase: 'Running' } })
  })

  it('that is throttled tells one change for each object and period', async () => {
    const { url, make, setPhase } = await open()
    pod(make, 'a')
    const { take } = follow(url, 'initial: true, throttleMs: 200')
    await take()
    await take()
    for (const phase of ['Failed', 'Pending', 'Running']) setPhase('a', phase)
    pod(make, 'b')
    setPhase('b', 'Failed')
    expect([await take(), await take()]).toEqual(['MODIFIED a', 'ADDED b'])
  })

  it('given the cursor of a service that was restarted begins anew', async () => {
    const server = await openApiServer()
    pod(server.make, 'a')
    const options = { config: { initialWatchingResources: [{ kind: 'Pod' }] } }
    const before = await openGateway(server, options)
    const { next } = follow(before.url, 'initial: true')
    await next()
    const { cursor } = await next()
    await before.stop()
    const after = await openGateway(server, options)
    const { take } = follow(after.url, `after: "${cursor}"`)
    expect([await take(), await take(), await take()]).toEqual(['RESET CURSOR_TOO_OLD', 'ADDED a INITIAL', 'SYNCED'])
  })

  it('gives the snapshot, says that it is complete, then every change in order', async () => {
    const { url, make, setPhase, remove } = await open()
    pod(make, 'a')
    pod(make, 'b')
    const { take } = follow(url, 'initial: true')
    expect([await take(), await take(), await take()]).toEqual(['ADDED a INITIAL', 'ADDED b INITIAL', 'SYNCED'])
    pod(make, 'c')
    setPhase('a', 'Failed')
    remove('b')
    expect([await take(), await take(), await take()]).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b'])
  })

  it('tells entering and leaving the filter from coming and going', async () => {
    const { url, make, setPhase, remove } = await open()
    const { take } = follow(url, 'initial: true, where: { path: "status.phase", eq: "Running" }')
    expect(await take()).toBe('SYNCED')
    pod(make, 'a', 'Pending')
    setPhase('a', 'Running')
    setPhase('a', 'Failed')
    remove('a')
    pod(make, 'b')
    expect([await take(), await take(), await take()]).toEqual(['ADDED a ENTERED_FILTER', 'DELETED a LEFT_FILTER', 'ADDED b'])
  })

  it('resumes after a cursor without a gap', async () => {
    const { url, make, data } = await open()
    const first = follow(url, 'initial: true')
    const { cursor } = await first.next()
    await first.leave()
    pod(make, 'a')
    pod(make, 'b')
    const { take } = follow(url, `after: "${cursor}"`)
    expect([await take(), await take()]).toEqual(['ADDED a', 'ADDED b'])
    const { objects } = await data('{ objects(kinds: [{ kind: "Pod" }]) { cache { cursor } } }')
    pod(make, 'c')
    expect(await follow(url, `after: "${objects.cache.cursor}"`).take()).toBe('ADDED c')
  })

  it('says RESET and begins with a snapshot when the cursor is too old', async () => {
    const { url, make } = await open({ feed: { replaySize: 2 } })
    const first = follow(url, 'initial: true')
    const { cursor } = await first.next()
    for (const name of ['a', 'b', 'c']) pod(make, name)
    for (let i = 0; i < 3; i += 1) await first.take()
    const { take } = follow(url, `after: "${cursor}"`)
    expect([await take(), await take(), await take(), await take(), await take()]).toEqual(['RESET CURSOR_TOO_OLD', 'ADDED a INITIAL', 'ADDED b INITIAL', 'ADDED c INITIAL', 'SYNCED'])
  })

  it.each([
    ['after: "nonsense"', 'INVALID_CURSOR'],
    [`after: "${encodeCursor({ cluster: 'another', run: 'r', sequence: 1 })}"`, 'INVALID_CURSOR'],
    ['labelSelector: "a b"', 'INVALID_SELECTOR'],
    ['where: { path: "a" }', 'INVALID_FILTER'],
  ])('with %s is refused with %s, and the socket goes on', async (args, code) => {
    const { url, make } = await open()
    await expect(follow(url, args).next()).rejects.toMatchObject([{ extensions: { code } }])
    const { take } = follow(url, 'initial: true')
    expect(await take()).toBe('SYNCED')
    pod(make, 'a')
    expect(await take()).toBe('ADDED a')
  })

  it('is one of no more than the limit', async () => {
    const { url } = await open({ limits: { subscriptions: 1 } })
    const first = follow(url, 'initial: true')
    await first.take()
    await expect(follow(url, 'initial: true').next()).rejects.toMatchObject([{ extensions: { code: 'SUBSCRIPTION_LIMIT' } }])
    await first.leave()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await follow(url, 'initial: true').take()).toBe('SYNCED')
  })

  it('is given up at once by a client that leaves, and while it still waits for the first list', async () => {
    const server = await openApiServer()
    server.faults.add({ match: { resource: 'secrets' }, action: () => true })
    const { url } = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }] } })
    const running = async () => Number(/^watchql_subscriptions (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
    const { take, leave } = follow(url, 'initial: true')
    expect(await take()).toBe('SYNCED')
    expect(await running()).toBe(1)
    await leave()
    await eventually(running, (count) => count === 0, 1000)
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    const release = client.subscribe({ query: 'subscription { objects(kinds: [{ kind: "Secret" }]) { type } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined })
    await eventually(running, (count) => count === 1)
    release()
    await eventually(running, (count) => count === 0, 1000)
  })

  it('of very many objects keeps nobody else waiting', async () => {
    const { url, make, data } = await open()
    for (let i = 0; i < 5000; i += 1) pod(make, `p${i}`)
    await eventually(() => data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }'), ({ objects }) => objects.totalCount === 5000)
    const { next } = follow(url, 'initial: true')
    await next()
    const startedAt = performance.now()
    await fetch(`${url}/healthz`)
    expect(performance.now() - startedAt).toBeLessThan(300)
    let last = await next()
    while (last.type !== 'SYNCED') last = await next()
  })

  it('ends when its kind is no longer watched, instead of going quiet', async () => {
    const { url, data } = await open({ initialWatchingResources: [] })
    const { take, ended } = follow(url, 'initial: true')
    expect(await take()).toBe('SYNCED')
    await data('mutation { stopWatch(kind: { kind: "Pod" }) }')
    expect(await ended()).toBe(true)
  })

  it('ends with a going-away code when the service stops', async () => {
    const { url, stop } = await open()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const code = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    await stop()
    expect(await code).toBe(1001)
  })

  it('goes on elsewhere when the service stops, with the public client and without its doing', async () => {
    const server = await openApiServer()
    const options = { config: { initialWatchingResources: [{ kind: 'Pod' }] } }
    const [one, other] = [await openGateway(server, options), await openGateway(server, options)]
    let url = one.url
    const client = createClient({ url: () => `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryWait: () => Promise.resolve() })
    onTestFinished(() => void client.dispose())
    const events = client.iterate<{ objects: Event }>({ query: 'subscription { objects(kinds: [{ kind: "Pod" }], initial: true) { type reason object { metadata { name } } } }' })
    const take = async () => text((await events.next()).value?.data?.objects as Event)
    expect(await take()).toBe('SYNCED')
    url = other.url
    await one.stop()
    expect(await take()).toBe('SYNCED')
    pod(server.make, 'a')
    expect(await take()).toBe('ADDED a')
  })

  it('of a client that answers no farewell does not hold up the stop', async () => {
    const { url, stop } = await open()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    const startedAt = performance.now()
    await stop()
    expect(performance.now() - startedAt).toBeLessThan(3000)
    socket.destroy()
  })

  it('answers queries over the socket too, under the same limits', async () => {
    const { url, query } = await open({ limits: { queryDepth: 3 }, graphql: { introspection: false } })
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    const ask = async (query: string) => (await client.iterate({ query }).next()).value as unknown
    expect(await ask('{ kinds(kind: "Pod") { plural } }')).toEqual({ data: { kinds: [{ plural: 'pods' }] } })
    await expect(ask('{ objects(kinds: [{ kind: "Pod" }]) { nodes { metadata { name } } } }')).rejects.toMatchObject([{ extensions: { code: 'QUERY_TOO_DEEP' } }])
    for (const refused of [() => ask('{ __type(name: "Query") { name } }'), async () => Promise.reject((await query('{ __type(name: "Query") { name } }')).errors)])
      await expect(refused()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
    await expect(ask('{ nonsense }')).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
  })
})
