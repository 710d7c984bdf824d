import { WebSocket } from 'ws'
import { startApiServer } from '../src/playground/api-server/api-server.ts'
import type { Draft } from '../src/playground/api-server/store/draft.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { startGatewayProcess } from './support/gateway.ts'
import { quantile } from './support/median.ts'
import { podAt } from './support/pods.ts'

const pods = 5000
const filters = 100
const changesPerSecond = 1000
/** In one turn of the writer at most: after a pause of its own collector it comes back to its pace, not in one burst that nobody is told of before it is over. */
const changesPerTurn = 2
/** Until the ring of past changes is full, and the heap grows no more. */
const warmUpMs = 15_000
/** A service that has just begun has a list, and all that came meanwhile, to catch up with. Longer than this it is not waited for. */
const maxCatchUpMs = 30_000
const caughtUpMs = 500
const measuredMs = 20_000

export const benchmark: Benchmark = {
  about: `${changesPerSecond} changes per second of ${pods} Pods, each told to one of ${filters} subscribers with filters of their own: milliseconds from the write to the subscriber, beside a bare watch of the same Pods at the same time`,
  rounds: 3,
  start,
  sides: { watchql: measure },
  goals: [{ about: 'p99 above that of the bare watch, in milliseconds', value: ({ watchql }) => (watchql?.['p99Ms'] ?? Number.NaN) - (watchql?.['watchP99Ms'] ?? Number.NaN), atMost: 50 }],
}

/** The same clock in every process. */
const now = () => performance.timeOrigin + performance.now()

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  // What it keeps, its collector looks through again and again, on the processors of what is measured.
  const server = await startApiServer({ history: 1000 })
  const { store } = server
  const resource = store.resource('pods')
  const drafts = Array.from({ length: pods }, (_, index): Draft & { readonly metadata: { readonly name: string } } => {
    const { resourceVersion: _version, uid: _uid, ...metadata } = podAt(index).metadata
    return { ...podAt(index), metadata: { ...metadata, name: `pod-${index}`, namespace: 'default', labels: { ...metadata.labels, part: String(index % filters) } } }
  })
  for (const draft of drafts) store.create(resource, 'default', draft)
  const startedAt = now()
  let changes = 0
  const writing = setInterval(() => {
    for (let turn = 0; turn < changesPerTurn && changes < ((now() - startedAt) / 1000) * changesPerSecond; turn += 1, changes += 1) {
      const draft = drafts[(changes * 7919) % pods] as (typeof drafts)[number]
      store.update(resource, 'default', draft.metadata.name, { ...draft, metadata: { ...draft.metadata, annotations: { at: String(now()) } } })
    }
  }, 1)
  return {
    parameters: { server: server.url },
    stop: async () => {
      clearInterval(writing)
      await server.close()
    },
  }
}

async function measure({ server }: Parameters): Promise<Figures> {
  const gateway = await startGatewayProcess(String(server))
  await gateway.ask('mutation { startWatch(kind: { kind: "Pod" }) { state } }')
  await gateway.ask('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')
  const leaving = new AbortController()
  const [told, seen] = [new Latencies(), new Latencies()]
  const sockets = await Promise.all(Array.from({ length: filters }, (_, part) => subscribe(gateway.url, part, told)))
  const watching = watch(String(server), seen, leaving.signal)
  await new Promise((resolve) => setTimeout(resolve, warmUpMs))
  for (let waitedMs = 0; told.latest > caughtUpMs && waitedMs < maxCatchUpMs; waitedMs += 100) await new Promise((resolve) => setTimeout(resolve, 100))
  for (const latencies of [told, seen]) latencies.clear()
  await new Promise((resolve) => setTimeout(resolve, measuredMs))
  const figures = { p50Ms: told.quantile(0.5), watchP50Ms: seen.quantile(0.5), p99Ms: told.quantile(0.99), watchP99Ms: seen.quantile(0.99), toldPerSecond: (told.count / measuredMs) * 1000, seenPerSecond: (seen.count / measuredMs) * 1000 }
  leaving.abort()
  await watching.catch(() => undefined)
  for (const socket of sockets) socket.terminate()
  gateway.stop()
  return figures
}

class Latencies {
  #all: number[] = []

  get latest(): number {
    return this.#all.at(-1) ?? Number.POSITIVE_INFINITY
  }

  get count(): number {
    return this.#all.length
  }

  add(at: unknown): void {
    if (typeof at === 'string') this.#all.push(now() - Number(at))
  }

  clear(): void {
    this.#all = []
  }

  quantile(q: number): number {
    return quantile(this.#all, q)
  }
}

interface Told {
  readonly type: string
  readonly payload?: { readonly data?: { readonly objects: { readonly object: { readonly metadata: { readonly annotation: string | null } } | null } } }
}

async function subscribe(url: string, part: number, latencies: Latencies): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const query = `subscription { objects(kinds: [{ kind: "Pod" }], where: { path: "metadata.labels.part", eq: "${part}" }) { type object { metadata { name annotation(key: "at") } phase: value(path: "status.phase") } } }`
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as Told
    if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    else latencies.add(payload?.data?.objects.object?.metadata.annotation)
  })
  socket.send(JSON.stringify({ type: 'connection_init' }))
  return socket
}

async function watch(server: string, latencies: Latencies, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${server}/api/v1/pods?watch=true`, { signal })
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = `${rest}${decoder.decode(chunk as Uint8Array, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) latencies.add(/"at":"([\d.]+)"/.exec(line)?.[1])
  }
}
