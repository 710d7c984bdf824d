import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { eventually } from '../support/gateway.ts'
import { openLittleService, outlivesItsDatabase } from '../support/little-service.ts'
import { openSmallDisk } from '../support/small-disk.ts'

it('a backlog of large objects is sent by a process that could never hold it', { timeout: 120_000 }, async () => {
  const { service, receiver, create, update, remove, metric } = await openLittleService()
  const told = new Map<string, string[]>()
  let isOpen = false
  receiver.replies(({ body }, response) => {
    receiver.received.length = 0
    if (isOpen) told.set(body.data.name, [...(told.get(body.data.name) ?? []), body.data.type])
    // Slowly, so that as much is in hand as ever is.
    setTimeout(() => response.writeHead(isOpen ? 204 : 500).end(), 50)
  })
  const names = Array.from({ length: 250 }, (_, i) => `c${i}`)
  for (const [i, name] of names.entries()) {
    // What is sent first says nothing of how large the others are.
    create(name, i, 1)
    update(name, i, 900_000)
    await sleep(20)
    remove(name)
  }
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 3 * names.length, 60_000)
  isOpen = true
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 0, 60_000)
  expect(service.child.exitCode).toBeNull()
  expect([...told].filter(([, types]) => types.join() !== 'ADDED,MODIFIED,DELETED')).toEqual([])
  expect(told.size).toBe(names.length)
})

it('large objects that were deleted while nobody looked are told with their last states by a process that could not hold those of all at once', { timeout: 120_000 }, async () => {
  const { service, start, receiver, create, remove, metric } = await openLittleService({ megabytes: 500 })
  const told = new Map<string, string>()
  receiver.replies(({ body }, response) => {
    receiver.received.length = 0
    const { type, object, finalStateUnknown } = body.data
    told.set(object.metadata.name, type === 'DELETED' ? `${type} ${object.data.text.length} ${finalStateUnknown}` : type)
    response.writeHead(204).end()
  })
  const names = Array.from({ length: 150 }, (_, i) => `c${i}`)
  for (const [i, name] of names.entries()) {
    create(name, i, 900_000)
    await sleep(20)
  }
  await eventually(() => told.size, (size) => size === names.length, 60_000)
  await eventually(() => metric('watchql_deliveries_pending'), (pending) => pending === 0)
  await service.kill()
  for (const name of names) remove(name)
  const again = start()
  await again.listening
  let errors: string | undefined
  void again.ended.then((said) => (errors = said))
  const wrong = () => names.flatMap((name, i) => (told.get(name) === `DELETED ${900_001 + String(i).length} true` ? [] : [`${name} ${told.get(name)}`]))
  await eventually(wrong, (left) => left.length === 0 || errors !== undefined, 60_000)
  expect(errors).toBeUndefined()
  expect(wrong()).toEqual([])
})

it('changes of large objects wait for a database that takes nothing, as many as memory has room for; the latest states are told when it is back', { timeout: 120_000 }, async (test) => {
  const disk = await openSmallDisk(128 * 1024, test)
  await outlivesItsDatabase(await openLittleService({ database: { path: join(disk.path, 'watchql.db') }, command: disk.command, maxWaitingBytes: 16e6 }), { away: () => disk.fill(), back: () => disk.free() })
})
