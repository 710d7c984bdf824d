import { setTimeout as sleep } from 'node:timers/promises'
import { startApiServer, type ApiServer } from '../../src/playground/api-server/api-server.ts'
import type { FaultAction } from '../../src/playground/api-server/fault-rules.ts'
import { cutMidLine, duplicate, expiredEvent, respond, silentAfter } from '../../src/playground/api-server/faults.ts'
import { selfSigned } from '../../test/support/certificate.ts'
import { openRelay, type Relay } from '../../test/support/relay.ts'
import type { Follow } from './followers.ts'
import { podResource } from './pod-client.ts'

export interface Outcome {
  /** From the first change that it could miss until it knew everything again; -1 when that took longer than `patienceMs`. */
  readonly seconds: number
  /** Of three deletions, those that it never told of. */
  readonly missedDeletions: number
  /** Whether most of its Pods were gone meanwhile. */
  readonly emptied: boolean
  readonly gaveUp: number
}

type Happen = (server: ApiServer, relay: Relay) => void | Promise<void>

const pods = 100
export const patienceMs = 100_000

/** The next `times` requests of a verb meet a fault, and the watch of now ends as watches end every some minutes. */
const meets = (verb: string, action: FaultAction, times = 1): Happen => (server) => {
  server.faults.add({ match: { verb, resource: 'pods' }, action, times })
  endWatches(server)
}

/** The first event arrives as something else. */
const garbled: FaultAction = (exchange) => {
  let line = 0
  exchange.rewriters.push((chunk) => {
    line += 1
    return line === 1 ? Buffer.from('{"type":"DELETED","object":<html>\n') : chunk
  })
  return false
}

const endWatches = (server: ApiServer) => server.disturbWatches('pods', (exchange) => exchange.end())

export const mishaps: Readonly<Record<string, Happen>> = {
  watchEnds: (server) => void endWatches(server),
  connectionCut: (_server, relay) => relay.cut(),
  cutMidLine: meets('watch', cutMidLine()),
  gone410: meets('watch', respond(410, 'Expired')),
  gone410InEvent: meets('watch', expiredEvent),
  tooMany429: meets('watch', respond(429, 'TooManyRequests', { 'retry-after': '1' }), 2),
  error500: meets('watch', respond(500, 'InternalError'), 2),
  error500OfRelist: (server, relay) => {
    server.faults.add({ match: { verb: 'list', resource: 'pods' }, action: respond(500, 'InternalError'), times: 2 })
    return meets('watch', expiredEvent)(server, relay)
  },
  serverDown5s: async (server) => {
    await server.refuseConnections()
    void sleep(5000).then(() => server.acceptConnections())
  },
  connectionSilent: (_server, relay) => {
    relay.stall(false)
  },
  watchSilent: meets('watch', silentAfter(0)),
  garbledDeletion: meets('watch', garbled),
  duplicates: meets('watch', duplicate, 100),
}

/** Lets one thing happen to a follower while Pods come, change and go. */
export async function suffer(follow: Follow, happen: Happen): Promise<Outcome> {
  const tls = selfSigned('bench')
  const server = await startApiServer({ tls })
  const relay = await openRelay(Number(new URL(server.url).port))
  const pod = (name: string, image = 'one') => ({ metadata: { name }, spec: { containers: [{ name: 'main', image }] } })
  for (let i = 0; i < pods; i += 1) server.store.create(podResource, 'default', pod(`pod-${i}`))
  const follower = follow({ server: `https://127.0.0.1:${relay.port}`, ca: tls.cert })
  const knowsAll = () => {
    const known = follower.known()
    const all = server.store.list(podResource)
    return known.size === all.length && all.every(({ metadata }) => known.get(`${metadata.namespace ?? ''}/${metadata.name}`) === metadata.resourceVersion)
  }
  await follower.synced()
  await until(() => knowsAll() && server.disturbWatches('pods', () => undefined) === 1, patienceMs)

  let emptied = false
  const look = setInterval(() => (emptied ||= follower.size() < pods / 2), 1)
  await happen(server, relay)
  for (const i of [1, 2, 3]) server.store.delete(podResource, 'default', `pod-${i}`)
  // Enough for each connection that follows to bring something.
  for (let i = 10; i < 20; i += 1) {
    server.store.update(podResource, 'default', `pod-${i}`, pod(`pod-${i}`, 'two'))
    await sleep(50)
  }
  const startedAt = performance.now()
  const recovered = await until(knowsAll, patienceMs)
  clearInterval(look)
  const outcome = { seconds: recovered ? (performance.now() - startedAt) / 1000 : -1, missedDeletions: 3 - follower.deleted(), emptied, gaveUp: follower.gaveUp() }
  await follower.stop()
  await relay.close()
  await server.close()
  return outcome
}

async function until(holds: () => boolean, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!holds()) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}
