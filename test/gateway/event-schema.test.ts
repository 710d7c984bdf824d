import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { openReceiver, status } from '../support/receiver.ts'

type Schema = { readonly $defs: Readonly<Record<string, { readonly properties: object }>>; readonly properties: object }
const schemaOf = async (file: string) => JSON.parse(await readFile(join(import.meta.dirname, '../../schema', file), 'utf8')) as Schema
const wrongWith = (schema: Schema, event: unknown) => {
  const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)
  return validate(event) ? [] : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

/** One of everything that events are made of, at webhooks of every kind; what they are sent. */
async function allKindsOfEvents() {
  const server = await openApiServer()
  const configMaps = server.store.resource('configmaps')
  const path = await mkdtemp(join(tmpdir(), 'watchql-schema-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  const [events, grw] = [await openReceiver(), await openReceiver()]
  const payloads = ['full', 'thin', 'oldAndNew', 'patch']
  const config = {
    database: { path: join(path, 'watchql.db') },
    delivery: {
      webhooks: [
        ...payloads.map((payload) => ({ name: payload, url: events.url, payload, maxBacklog: 1, kinds: [{ kind: 'ConfigMap' }, { kind: 'Namespace' }], where: { path: 'data.off', exists: false }, initial: 'snapshot' })),
        { name: 'grw', url: grw.url, format: 'grw', kinds: [{ kind: 'ConfigMap' }, { kind: 'Namespace' }], initial: 'snapshot' },
      ],
    },
  }
  const change = (name: string, data: Record<string, string>) => void server.store.update(configMaps, 'shop', name, { metadata: server.store.get(configMaps, 'shop', name).metadata, data })
  for (const name of ['a', 'gone']) server.make('configmaps', { metadata: { name }, data: { 'x/y': '1' } })
  const first = await openGateway(server, { config })
  await eventually(() => grw.received.length, (count) => count === 3)
  // One by one: each is recorded and sent before the next.
  const changeAndWait = async (data: Record<string, string>) => {
    const before = grw.received.length
    change('a', data)
    await eventually(() => grw.received.length, (count) => count === before + 1)
  }
  for (const data of [{ 'x/y': '2' }, { off: 'yes' }, { on: 'yes' }]) await changeAndWait(data)
  // Those that are disabled begin again with the next start; what happens until then waits, and is more than may.
  await eventually(() => first.data('{ sinks { pending } }'), ({ sinks }) => sinks.every(({ pending }: { pending: number }) => pending === 0))
  events.replies(status(410))
  for (const count of ['1', '2', '3', '4', '5']) await changeAndWait({ count })
  await first.stop()
  events.replies(status(204))
  server.store.delete(configMaps, 'shop', 'gone')
  const second = await openGateway(server, { config })
  await eventually(() => second.data('{ sinks { pending dead } webhooks { id } kinds(kind: "ConfigMap") { kind } }'), ({ sinks, kinds }) => kinds.length === 1 && sinks.every(({ pending, dead }: { pending: number; dead: number }) => pending === 0 && dead === 0), 15_000)
  await eventually(() => grw.told(), (told) => told.includes('DELETED gone'))
  for (const name of [...payloads, 'grw']) await second.data(`mutation { testSink(id: "${name}") { accepted } }`)
  return { events: events.received.map(({ body }) => body), grw: grw.received.map(({ body }) => body) }
}

describe('the schemas of events', () => {
  it('hold for whatever is sent, and leave nothing of it undescribed', async () => {
    const { events, grw } = await allKindsOfEvents()
    const [event, grwEvent] = [await schemaOf('event.schema.json'), await schemaOf('event-grw.schema.json')]
    for (const one of events) expect(wrongWith(event, one), JSON.stringify(one)).toEqual([])
    for (const one of grw) expect(wrongWith(grwEvent, one), JSON.stringify(one)).toEqual([])
    const keysIn = (values: readonly object[]) => [...new Set(values.flatMap((value) => Object.keys(value)))].toSorted()
    // Each member that is described was sent, so that the test has seen it, and the other way round.
    expect(keysIn(events)).toEqual(Object.keys(event.properties).toSorted())
    expect(keysIn(events.map(({ data }) => data as object))).toEqual(Object.keys(event.$defs['data']?.properties ?? {}).toSorted())
    expect(keysIn(grw)).toEqual(Object.keys(grwEvent.properties).toSorted())
    expect(new Set(events.map(({ data }) => data.reason as string))).toEqual(new Set([undefined, 'INITIAL', 'MATCHED', 'UNMATCHED', 'TEST']))
    expect(new Set(grw.map(({ eventType }) => eventType as string))).toEqual(new Set(['ADDED', 'MODIFIED', 'DELETED']))

    const whole = events.find(({ data }) => data.object !== undefined && data.type === 'MODIFIED')
    for (const key of Object.keys(whole as object)) expect(wrongWith(event, { ...whole, [key]: undefined }), key).not.toEqual([])
    for (const changes of [{ type: 'CHANGED' }, { uid: 5 }, { object: 'x' }, { patch: [] }, { coalesced: 0 }, { finalStateUnknown: false }]) expect(wrongWith(event, { ...whole, data: { ...whole.data, ...changes } }), JSON.stringify(changes)).not.toEqual([])
    const modified = grw.find(({ eventType }) => eventType === 'MODIFIED')
    for (const changes of [{ eventObjects: [modified.object] }, { eventType: 'ADDED' }, { group: '' }, { additionalData: { a: 1 } }]) expect(wrongWith(grwEvent, { ...modified, ...changes }), JSON.stringify(changes)).not.toEqual([])
  })
})
