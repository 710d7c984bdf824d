import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jsonPatch } from '../../src/playground/api-server/writes/json-patch.ts'
import { openApiServer, openGateway } from '../support/gateway.ts'

async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { initialWatchingResources: [{ kind: 'Pod' }], ...config } })
  const pods = server.store.resource('pods')
  const put = (name: string, labels: Record<string, string>) => server.store.update(pods, 'shop', name, { metadata: { name, labels }, status: { phase: 'Running' } })
  return {
    server,
    pod: (name: string, labels: Record<string, string> = {}) => server.make('pods', { metadata: { name, labels }, status: { phase: 'Running' } }),
    put,
    remove: (name: string) => server.store.delete(pods, 'shop', name),
    follow: (args: string, selected = 'object { metadata { name } }') => {
      const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
      onTestFinished(() => void client.dispose())
      const events = client.iterate<Record<string, any>>({ query: `subscription { objects(kinds: [{ kind: "Pod" }], ${args}) { type reason cursor ${selected} } }` }) // oxlint-disable-line typescript/no-explicit-any -- of every shape
      const next = async () => (await events.next()).value?.data?.['objects']
      return { next, take: async () => text(await next()), leave: () => events.return?.() }
    },
  }
}

const text = ({ type, reason, object }: { type: string; reason: string | null; object?: { metadata: { name: string } } }) => [type, object?.metadata.name, reason].filter((part) => part).join(' ')

/** What happens now falls into one period: they begin at the same moments for all subscribers. */
const periodMs = 400
const beginningOfPeriod = () => sleep(periodMs - (performance.now() % periodMs) + 5)

describe('changedOnly', () => {
  it('with mode SIGNAL tells that what is selected has changed, and nothing of it', async () => {
    const { follow, pod, put } = await open()
    pod('a', { tier: 'web' })
    const { next } = follow('initial: true, changedOnly: true, mode: SIGNAL', 'object { metadata { label(key: "tier") } }')
    for (let i = 0; i < 2; i += 1) await next()
    put('a', { tier: 'web', other: 'x' })
    put('a', { tier: 'db', other: 'x' })
    put('a', { tier: 'db', other: 'y' })
    pod('b')
    const signal = await next()
    expect(signal).toMatchObject({ type: 'MODIFIED', object: null })
    expect(await next()).toMatchObject({ type: 'ADDED', object: null })
  })

  it('leaves out no patch to those who apply them one after the other', async () => {
    const { follow, pod, put } = await open()
    pod('a')
    const { next } = follow('initial: true, changedOnly: true, mode: PATCH', 'patch object { metadata { name } raw }')
    const first = await next()
    await next()
    for (const round of ['1', '2']) put('a', { round })
    const [one, two] = [await next(), await next()]
    expect(jsonPatch(jsonPatch(first.object.raw, one.patch), two.patch)).toEqual(two.object.raw)
    const selecting = follow('initial: true, changedOnly: true, mode: PATCH', 'patch object { metadata { name } }')
    for (let i = 0; i < 2; i += 1) await selecting.next()
    put('a', { round: '3' })
    expect(await selecting.next()).toMatchObject({ type: 'MODIFIED', patch: expect.arrayContaining([{ op: 'replace', path: '/metadata/labels/round', value: '3' }]) as unknown })
  })
})

describe('throttled changes', () => {
  it('tell of an object that was deleted and made again within one period as of two objects', async () => {
    const { follow, pod, put, remove } = await open()
    pod('a')
    const { take } = follow(`initial: true, throttleMs: ${periodMs}`)
    for (let i = 0; i < 2; i += 1) await take()
    await beginningOfPeriod()
    put('a', { round: '1' })
    remove('a')
    pod('a')
    put('a', { round: '2' })
    remove('a')
    pod('a')
    expect([await take(), await take()]).toEqual(['DELETED a', 'ADDED a'])
  })

  it('are of the wanted types as they come out, compared by what was told before, and go on after each of their cursors', async () => {
    const { follow, pod, put, remove } = await open()
    for (const name of ['a', 'b', 'c']) pod(name, { tier: 'web' })
    const how = `throttleMs: ${periodMs}, types: [MODIFIED, DELETED], changedOnly: true`
    const selected = 'object { metadata { name label(key: "tier") } }'
    const { next, take, leave } = follow(`initial: true, ${how}`, selected)
    expect(await take()).toBe('SYNCED')
    await beginningOfPeriod()
    // There and back again, which is no change, and one that is.
    put('a', { tier: 'db' })
    put('a', { tier: 'web' })
    put('b', { tier: 'db' })
    put('c', { tier: 'db' })
    pod('d')
    remove('c')
    const modified = await next()
    expect(text(modified)).toBe('MODIFIED b')
    await leave()
    put('b', { tier: 'api' })
    const resumed = follow(`after: "${modified.cursor}", ${how}`, selected)
    expect([await resumed.take(), await resumed.take()]).toEqual(['DELETED c', 'MODIFIED b'])
  })

  it('that tell nothing for long tell a newer cursor, so that it does not grow too old', async () => {
    const { follow, server } = await open({ feed: { replaySize: 8 }, initialWatchingResources: [{ kind: 'Pod' }, { kind: 'ConfigMap' }] })
    const quiet = follow('initial: true, throttleMs: 20, labelSelector: "none"')
    await quiet.next()
    let bookmark: { type: string; cursor: string } | undefined
    for (let i = 0; i < 20; i += 1) {
      server.make('configmaps', { metadata: { name: `c${i}` }, data: {} })
      if (i % 4 !== 3) continue
      bookmark = await quiet.next()
      expect(bookmark?.type).toBe('BOOKMARK')
    }
    const resumed = follow(`after: "${bookmark?.cursor}"`)
    server.make('pods', { metadata: { name: 'a' } })
    await sleep(0)
    expect(await resumed.take()).toBe('ADDED a')
  })
})
