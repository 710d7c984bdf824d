import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'

const watched = [{ kind: 'Pod' }, { kind: 'Service' }]

async function open(config: Record<string, unknown> = {}) {
  const server = await openApiServer()
  const gateway = await openGateway(server, { config: { initialWatchingResources: watched, types: { allow: ['core/v1/*'] }, ...config } })
  await eventually(() => gateway.data('{ __type(name: "CoreV1PodRelations") { name } }'), ({ __type }) => __type !== null, 20_000)
  const resource = (plural: string) => server.registry.resources().find((candidate) => candidate.plural === plural) as never
  const label = (plural: string, name: string, labels: Record<string, string>) => {
    const { metadata, ...rest } = server.store.get(resource(plural), 'shop', name)
    const { resourceVersion: _any, ...others } = metadata
    server.store.update(resource(plural), 'shop', name, { ...rest, metadata: { ...others, labels } })
  }
  return {
    ...gateway,
    service: (name: string, app: string) => server.make('services', { metadata: { name }, spec: { selector: { app }, ports: [{ port: 80 }] } }),
    pod: (name: string, app: string) => server.make('pods', { metadata: { name, labels: { app } }, spec: {}, status: { phase: 'Running' } }),
    label,
    remove: (plural: string, name: string) => server.store.delete(resource(plural), 'shop', name),
    follow: (query: string) => {
      const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
      onTestFinished(() => void client.dispose())
      const results = client.iterate<Record<string, any>>({ query }) // oxlint-disable-line typescript/no-explicit-any -- of every shape
      const next = async () => {
        const { value } = await results.next()
        if (!value?.data) throw value?.errors // oxlint-disable-line no-throw-literal -- as the client throws them
        return value.data
      }
      return { next, take: async () => text(Object.values(await next())[0] as Event) }
    },
  }
}

interface Event {
  readonly type: string
  readonly reason: string | null
  readonly object: { readonly metadata: { readonly name: string } } | null
}

const text = ({ type, reason, object }: Event) => [type, object?.metadata.name, reason].filter((part) => part).join(' ')

describe('a live query', () => {
  it('is executed again when only what a relation in its selection leads to has changed', async () => {
    const { follow, service, pod, remove } = await open()
    service('web', 'web')
    const { next } = follow('subscription { live(throttleMs: 0) { services { nodes { metadata { name } relations { pods { nodes { metadata { name } } } } } } } }')
    const pods = async () => (await next())['live'].services.nodes[0].relations.pods.nodes.map((node: { metadata: { name: string } }) => node.metadata.name)
    expect(await pods()).toEqual([])
    pod('a', 'web')
    expect(await pods()).toEqual(['a'])
    pod('other', 'db')
    pod('b', 'web')
    expect(await pods()).toEqual(['a', 'b'])
    remove('pods', 'a')
    expect(await pods()).toEqual(['b'])
  })

  it('is executed again when only what a relation in its filter leads to has changed', async () => {
    const { follow, service, pod, label } = await open()
    service('web', 'web')
    const { next } = follow('subscription { live(throttleMs: 0) { services(where: { relations: { pods: { some: { status: { phase: { eq: "Running" } } } } } }) { totalCount } } }')
    const count = async () => (await next())['live'].services.totalCount
    expect(await count()).toBe(0)
    pod('a', 'web')
    expect(await count()).toBe(1)
    label('pods', 'a', { app: 'db' })
    expect(await count()).toBe(0)
  })
})

describe('a subscription whose filter follows a relation', () => {
  const backed = 'where: { relations: { pods: { some: { status: { phase: { eq: "Running" } } } } } }'

  it('tells of objects that enter and leave the filter because of others, and of their own coming and going', async () => {
    const { follow, service, pod, label, remove } = await open()
    service('web', 'web')
    const { take } = follow(`subscription { services(initial: true, ${backed}) { type reason object { metadata { name } } } }`)
    expect(await take()).toBe('SYNCED')
    pod('a', 'web')
    expect(await take()).toBe('ADDED web ENTERED_FILTER')
    service('site', 'web')
    expect(await take()).toBe('ADDED site')
    label('services', 'site', { tier: 'front' })
    expect(await take()).toBe('MODIFIED site')
    remove('services', 'site')
    expect(await take()).toBe('DELETED site')
    remove('pods', 'a')
    expect(await take()).toBe('DELETED web LEFT_FILTER')
  })

  it('begins anew after a cursor: what the filter held for then is not known any more', async () => {
    const { follow, service, pod, data } = await open()
    service('web', 'web')
    const { services } = await data('{ services { cache { cursor } } }')
    pod('a', 'web')
    const { take } = follow(`subscription { services(after: "${services.cache.cursor}", ${backed}) { type reason object { metadata { name } } } }`)
    expect([await take(), await take(), await take()]).toEqual(['RESET CURSOR_TOO_OLD', 'ADDED web INITIAL', 'SYNCED'])
    const refused = follow(`subscription { services(after: "nonsense", ${backed}) { type } }`)
    await expect(refused.next()).rejects.toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }])
  })

  it('ends alone, saying why, when it comes to follow too many relations', async () => {
    const { follow, service, pod } = await open({ limits: { relatedObjects: 100 } })
    service('web', 'web')
    const { take } = follow(`subscription { services(initial: true, ${backed}) { type reason object { metadata { name } } } }`)
    expect(await take()).toBe('SYNCED')
    for (let i = 0; i < 120; i += 1) pod(`p${i}`, 'web')
    const last = async (): Promise<unknown> => take().then(last, (error: unknown) => error)
    expect(await last()).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }])
  })
})

describe('a subscription with changedOnly', () => {
  it('counts what the selected relations lead to', async () => {
    const { follow, service, pod, label } = await open()
    service('web', 'web')
    pod('a', 'web')
    const { next } = follow('subscription { pods(initial: true, changedOnly: true) { type object { metadata { name } relations { services { nodes { metadata { name } } } } } } }')
    const services = ({ pods: { object } }: Record<string, any>) => object.relations.services.nodes.map((node: { metadata: { name: string } }) => node.metadata.name) // oxlint-disable-line typescript/no-explicit-any
    expect(services(await next())).toEqual(['web'])
    await next()
    label('pods', 'a', { app: 'web', tier: 'front' })
    label('pods', 'a', { app: 'db' })
    const changed = await next()
    expect(changed['pods'].type).toBe('MODIFIED')
    expect(services(changed)).toEqual([])
  })
})
