import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { page, respond, type FaultAction } from '../../src/playground/api-server/faults.ts'
import { eventually, openApiServer, openGateway } from '../support/gateway.ts'
import { definitionsOf } from '../support/gizmos.ts'
import { openReceiver } from '../support/receiver.ts'

/** A gateway that has told of the Gizmos a and b, and can be started again. */
async function open() {
  const server = await openApiServer()
  const { install, remove } = definitionsOf(server)
  install('Gizmo', ['v1'])
  for (const name of ['a', 'b']) server.make('gizmos', { metadata: { name } })
  const receiver = await openReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-definitions-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const webhook = { name: 'all', url: receiver.url, kinds: [{ group: 'lab.example.com', kind: 'Gizmo' }], initial: 'snapshot' }
  const start = () => openGateway(server, { config: { apiGroupsSyncIntervalSecond: 1, database: { path: join(folder, 'watchql.db') }, delivery: { webhooks: [webhook], retryWaitsSeconds: [0.1] } } })
  const gateway = await start()
  await eventually(receiver.told, (told) => told.length === 2)
  receiver.received.length = 0
  /** In the order of their objects, of which each has its own. */
  const told = () => receiver.told().toSorted()
  const unseen = () => receiver.received.map(({ body }) => body.data.finalStateUnknown === true)
  return { server, install, remove, start, gateway, told, unseen }
}

describe('a kind whose definition is removed', () => {
  it('while it is delivered has each object deleted once, and begins anew when it is back, in another version too', async () => {
    const { server, install, remove, told } = await open()
    remove('Gizmo')
    await eventually(told, (all) => all.join() === 'DELETED a,DELETED b', 10_000)
    install('Gizmo', ['v2'])
    server.make('gizmos', { metadata: { name: 'a' } })
    await eventually(told, (all) => all.join() === 'ADDED a,DELETED a,DELETED b', 10_000)
  })

  it('while the service was down has each object deleted with its last known state, and begins anew when it is back', async () => {
    const { server, install, remove, start, gateway, told, unseen } = await open()
    await gateway.stop()
    remove('Gizmo')
    await start()
    await eventually(told, (all) => all.join() === 'DELETED a,DELETED b', 10_000)
    expect(unseen()).toEqual([true, true])
    install('Gizmo', ['v2'])
    server.make('gizmos', { metadata: { name: 'a' } })
    await eventually(told, (all) => all.join() === 'ADDED a,DELETED a,DELETED b', 10_000)
  })

  it('and installed again while the service was down has the old objects deleted and the new ones added', async () => {
    const { server, install, remove, start, gateway, told } = await open()
    await gateway.stop()
    remove('Gizmo')
    install('Gizmo', ['v1'])
    server.make('gizmos', { metadata: { name: 'b' } })
    await start()
    await eventually(told, (all) => all.join() === 'ADDED b,DELETED a,DELETED b')
  })
})

describe('a kind that only cannot be asked for', () => {
  const gizmos = /gizmos/
  const discovery = /^\/apis?(\/|$)(?!.*\/gizmos)/
  const nothingServed = page(200, 'application/json', '{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[{"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment","verbs":["list","watch"]}]}]}]}')

  it.each<[string, RegExp, FaultAction]>([
    ['its list is forbidden', gizmos, respond(403, 'Forbidden')],
    ['its list is unauthorized', gizmos, respond(401, 'Unauthorized')],
    ['its list fails', gizmos, respond(503, 'ServiceUnavailable')],
    ['discovery fails', discovery, respond(500, 'InternalError')],
    ['discovery no longer names it', /^\/apis$/, nothingServed],
  ])('after a start has none of its objects deleted: %s', async (_what, path, action) => {
    const { server, start, gateway, told } = await open()
    await gateway.stop()
    server.faults.add({ match: { path }, action })
    await start()
    await sleep(700)
    expect(told()).toEqual([])
    server.store.update(server.store.resource('gizmos'), 'shop', 'a', { metadata: { name: 'a', labels: { is: 'new' } } })
    server.faults.clear()
    await eventually(told, (all) => all.join() === 'MODIFIED a', 10_000)
  })
})
