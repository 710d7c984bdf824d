import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { startApiServer } from '../src/playground/api-server/api-server.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { startCrowd } from './support/crowd.ts'
import { median } from './support/median.ts'
import { openGateway } from './support/open-gateway.ts'
import { podAt } from './support/pods.ts'

const counts = [1000, 5000]
const rounds = 5
const deliveries = 20_000

const query = 'subscription { objects(kinds: [{ kind: "Pod" }]) { type cursor object { metadata { name namespace labels } phase: value(path: "status.phase") ready: value(path: "status.conditions[2].status") } } }'

export const benchmark: Benchmark = {
  about: `one change to ${counts.join(' and ')} subscribers over WebSockets: processor time of the service per delivery when all ask the same, when each is executed for itself, and when ws alone broadcasts the same bytes, by itself and at a request`,
  rounds: 3,
  start,
  sides: { watchql: measure },
  goals: counts.flatMap((count) => [
    { about: `${count} identical subscribers as a multiple of broadcasting`, value: ratio(count, 'shared', 'broadcast'), atMost: 1.5 },
    { about: `${count} identical subscribers as a multiple of broadcasting at a request`, value: ratio(count, 'shared', 'requested'), atMost: 1.5 },
    { about: `${count} identical subscribers as a multiple of executing for each`, value: ratio(count, 'shared', 'separate'), atMost: 0.25 },
  ]),
}

function ratio(count: number, one: string, other: string): Benchmark['goals'][number]['value'] {
  return ({ watchql }) => (watchql?.[`${one}Of${count}Us`] ?? Number.NaN) / (watchql?.[`${other}Of${count}Us`] ?? Number.NaN)
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const server = await startApiServer()
  server.store.create(server.store.resource('pods'), 'default', { ...podAt(0), metadata: { ...podAt(0).metadata, name: 'pod', namespace: 'default' } })
  return { parameters: { server: server.url }, stop: () => server.close() }
}

/** By turns: what the machine does meanwhile meets them alike. */
async function measure({ server }: Parameters): Promise<Figures> {
  const gateway = await openGateway(String(server), { initialWatchingResources: [{ kind: 'Pod' }], types: { allow: [] }, limits: { subscriptions: 10_000, connections: 20_000 } })
  const crowd = await startCrowd()
  const plain = await startBroadcaster(() => example)
  const url = `${gateway.url.replace('http', 'ws')}/graphql`
  let example = ''
  const patch = patches(String(server))
  const change = () => crowd.ask({ do: 'await', messages: 1, request: patch() })
  const connectPlain = (count: number) => crowd.ask({ do: 'connect', url: plain.url.replace('http', 'ws'), count, send: [], readyAfter: 0 })
  const ways: Record<string, { readonly connect: (count: number) => Promise<unknown>; readonly change: () => Promise<string> }> = {
    shared: { connect: (count) => crowd.ask(connecting(url, count, query)), change },
    separate: { connect: (count) => crowd.ask(connecting(url, count, `${query} # ID`)), change },
    broadcast: {
      connect: connectPlain,
      change: () => {
        const heard = crowd.ask({ do: 'await', messages: 1 })
        plain.broadcast()
        return heard
      },
    },
    requested: { connect: connectPlain, change: () => crowd.ask({ do: 'await', messages: 1, request: { url: plain.url, init: {} } }) },
  }
  const times: Record<string, number[]> = {}
  for (const count of counts)
    for (let round = -1; round < rounds; round += 1)
      for (const name of round % 2 === 0 ? Object.keys(ways).toReversed() : Object.keys(ways)) {
        const way = ways[name] as (typeof ways)[string]
        await way.connect(count)
        const changes = deliveries / count
        let us = 0
        for (let i = 0; i < changes + 1; i += 1) {
          // The first of them warms up.
          const before = process.cpuUsage()
          const message = await way.change()
          const { user, system } = process.cpuUsage(before)
          if (i > 0) us += user + system
          if (name === 'shared') example = message
        }
        await crowd.ask({ do: 'leave' })
        if (round >= 0) (times[`${name}Of${count}Us`] ??= []).push(us / (changes * count))
      }
  crowd.stop()
  plain.stop()
  await gateway.stop()
  return { bytes: example.length, ...Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)])) }
}

/**
 * What `ws` alone can do: it sends a text to all sockets, at a request too. Then the crowd's
 * process is as busy or idle as when it has asked for a change.
 */
async function startBroadcaster(text: () => string): Promise<{ readonly url: string; broadcast(): void; stop(): void }> {
  const broadcast = () => {
    const bytes = Buffer.from(text())
    for (const client of sockets.clients) client.send(bytes, { binary: false })
  }
  const server = createServer((_request, response) => {
    broadcast()
    response.end()
  })
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, broadcast, stop: () => server.close() }
}

/** Acknowledged, and told where the stream begins: a query on the same socket is answered after the subscription began. */
function connecting(url: string, count: number, text: string) {
  const subscribe = { id: 'ID', type: 'subscribe', payload: { query: text } }
  const after = { id: 'after-ID', type: 'subscribe', payload: { query: '{ __typename }' } }
  // The acknowledgement, the answer, and that it is complete.
  return { do: 'connect', url, protocol: 'graphql-transport-ws', count, send: [JSON.stringify({ type: 'connection_init' }), JSON.stringify(subscribe), JSON.stringify(after)], readyAfter: 3 } as const
}

/** What changes the readiness of the Pod; others do that, not the service. */
function patches(server: string): () => { readonly url: string; readonly init: Readonly<Record<string, unknown>> } {
  let changes = 0
  return () => {
    changes += 1
    const body = JSON.stringify([{ op: 'replace', path: '/status/conditions/2/status', value: changes % 2 === 0 ? 'True' : 'False' }])
    return { url: `${server}/api/v1/namespaces/default/pods/pod/status`, init: { method: 'PATCH', headers: { 'content-type': 'application/json-patch+json' }, body } }
  }
}
