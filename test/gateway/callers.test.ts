import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Caller } from '../../src/access/authenticate.ts'
import type { Scope } from '../../src/access/scope.ts'
import { WatchqlError } from '../../src/base/errors.ts'
import { openApiServer, openGateway } from '../support/gateway.ts'

/** A service whose callers are namespaces by their tokens: there is no way yet to configure such. */
async function open(more: Record<string, Partial<Caller>> = {}) {
  const server = await openApiServer()
  for (const namespace of ['lab', 'shop']) {
    if (namespace === 'lab') server.make('namespaces', { metadata: { name: namespace } })
    server.make('pods', { metadata: { name: `of-${namespace}`, namespace } })
  }
  const scopes = new Map(['lab', 'shop'].map((namespace) => [namespace, { readableNamespaces: () => new Set([namespace]) } satisfies Scope]))
  const authenticate = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): Promise<Caller> => {
    const token = String(headers['authorization']).replace(/^Bearer /, '')
    const scope = scopes.get(token.replace(/-.*/, ''))
    return scope === undefined ? Promise.reject(new WatchqlError('FORBIDDEN', 'Nobody has this token.')) : Promise.resolve({ scope, ...more[token] })
  }
  return { server, ...(await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }] }, authenticate })) }
}

const query = 'subscription { objects(kinds: [{ kind: "Pod" }], initial: true) { object { metadata { name } } } }'

/** What a WebSocket's subscriber hears, and how its socket ends. */
function follow(url: string, { connectionParams, headers = {} }: { readonly connectionParams?: Record<string, unknown>; readonly headers?: Record<string, string> }) {
  class WithHeaders extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers })
    }
  }
  let ended: (how: { code: number; reason: string }) => void
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (ended = resolve))
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WithHeaders, retryAttempts: 0, ...(connectionParams === undefined ? {} : { connectionParams }), on: { closed: (event) => ended(event as { code: number; reason: string }) } })
  onTestFinished(() => void client.dispose())
  const results = client.iterate<{ objects: { object: { metadata: { name: string } } | null } }>({ query })
  return { next: async () => (await results.next()).value?.data?.objects.object?.metadata.name ?? null, closed }
}

describe('a WebSocket', () => {
  it('takes who calls from its headers, or from the authorization in its connection_init', async () => {
    const { url } = await open()
    const byHeader = follow(url, { headers: { authorization: 'Bearer shop' } })
    expect([await byHeader.next(), await byHeader.next()]).toEqual(['of-shop', null])
    const byMessage = follow(url, { connectionParams: { Authorization: 'Bearer lab' } })
    expect([await byMessage.next(), await byMessage.next()]).toEqual(['of-lab', null])
  })

  it.each([{}, { connectionParams: { authorization: 'Bearer nobody' } }, { connectionParams: { authorization: ['Bearer shop'] } }])('is closed with 4403 and the reason when the caller is refused: %j', async (shown) => {
    const { url } = await open()
    const { next, closed } = follow(url, shown)
    next().catch(() => undefined)
    expect(await closed).toMatchObject({ code: 4403, reason: 'Nobody has this token.' })
  })

  it('is closed with 4403 when what was shown expires, so that clients come back with something newer', async () => {
    const { url } = await open({ 'shop-briefly': { expiresAt: Date.now() + 1500 } })
    const { next, closed } = follow(url, { connectionParams: { authorization: 'Bearer shop-briefly' } })
    expect([await next(), await next()]).toEqual(['of-shop', null])
    next().catch(() => undefined)
    expect(await closed).toMatchObject({ code: 4403, reason: expect.stringContaining('expired') as string })
  })

  it('of one caller shares nothing with those who see something else', async () => {
    const { url, server } = await open()
    const [shop, lab] = ['shop', 'lab'].map((token) => follow(url, { connectionParams: { authorization: `Bearer ${token}` } }))
    for (const one of [shop, lab]) for (let i = 0; i < 2; i += 1) await one?.next()
    for (const namespace of ['lab', 'shop']) server.make('pods', { metadata: { name: `another-of-${namespace}`, namespace } })
    expect([await shop?.next(), await lab?.next()]).toEqual(['another-of-shop', 'another-of-lab'])
  })
})

describe('a request over HTTP', () => {
  const get = (url: string, headers: Record<string, string>, operation = '{ objects(kinds: [{ kind: "Pod" }]) { nodes { metadata { name } } } }') => fetch(`${url}/graphql?query=${encodeURIComponent(operation)}`, { headers })

  it('takes who calls from its headers, as an event stream too', async () => {
    const { url } = await open()
    expect(await (await get(url, { authorization: 'Bearer lab' })).json()).toEqual({ data: { objects: { nodes: [{ metadata: { name: 'of-lab' } }] } } })
    expect(await (await get(url, { authorization: 'Bearer lab', accept: 'text/event-stream' })).text()).toContain('of-lab')
    for (const accept of ['application/json', 'text/event-stream']) {
      const refused = await get(url, { accept })
      expect([refused.status, await refused.json()]).toEqual([403, { errors: [{ message: 'Nobody has this token.', extensions: { code: 'FORBIDDEN' } }] }])
    }
  })

  it('ends as an event stream when what was shown expires, saying so', async () => {
    const { url } = await open({ 'shop-briefly': { expiresAt: Date.now() + 1500 } })
    const response = await get(url, { authorization: 'Bearer shop-briefly', accept: 'text/event-stream' }, query)
    expect(await response.text()).toMatch(/of-shop[^]*"code":"FORBIDDEN"[^]*event: complete\ndata:\n\n$/)
  })
})
