import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject } from '../src/model/object.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { openQueue, type Queue } from './support/queue.ts'
import { startReceiver } from './support/receiver.ts'

const backlog = 1_000_000
const few = 20_000
/** Of the backlog, by which its rate and memory are told. */
const sample = 20_000

export const benchmark: Benchmark = {
  about: `${backlog} events that wait in SQLite, drained to one fast receiver: its rate from the first to the last, beside that of ${few} that wait, and what memory it takes`,
  rounds: 1,
  start,
  sides: { few: (parameters) => drain(few, parameters), backlog: (parameters) => drain(backlog, parameters) },
  goals: [
    { about: 'rate of the whole backlog, as a share of that of few', value: (medians) => of(medians, 'backlog', 'perSecond') / of(medians, 'few', 'perSecond'), atLeast: 0.8 },
    { about: 'lowest rate within the backlog, as a share of that of few', value: (medians) => of(medians, 'backlog', 'lowestPerSecond') / of(medians, 'few', 'perSecond'), atLeast: 0.6 },
    { about: 'heap at its largest above that at the beginning, in MB', value: (medians) => of(medians, 'backlog', 'grownMb'), atMost: 50 },
  ],
}

function of(medians: Readonly<Record<string, Figures>>, side: string, figure: string): number {
  return medians[side]?.[figure] ?? Number.NaN
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const receiver = await startReceiver()
  return { parameters: { receiver: receiver.url }, stop: () => new Promise((resolve) => receiver.server.close(() => resolve())) }
}

async function drain(count: number, { receiver }: Parameters): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-bench-'))
  const queue = await openQueue({ path: join(folder, 'queue.db') }, String(receiver))
  // Warm, so that the first of them are not slower than the rest.
  await queue.fill(smallObjects(0, 2000))
  await queue.drain()
  await queue.fill(smallObjects(2000, count))
  const figures = await measure(queue, count)
  await queue.close()
  await rm(folder, { recursive: true })
  return figures
}

async function measure(queue: Queue, count: number): Promise<Figures> {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const rates: number[] = []
  let [left, at, largest] = [count, performance.now(), 0]
  const watching = setInterval(() => {
    if (left - queue.pending() < sample) return
    rates.push(((left - queue.pending()) / (performance.now() - at)) * 1000)
    ;[left, at] = [queue.pending(), performance.now()]
    globalThis.gc?.()
    largest = Math.max(largest, process.memoryUsage().heapUsed)
  }, 50)
  const startedAt = performance.now()
  await queue.drain()
  const ms = performance.now() - startedAt
  clearInterval(watching)
  return { perSecond: (count / ms) * 1000, lowestPerSecond: Math.min(...rates, (count / ms) * 1000), grownMb: Math.max(0, largest - before) / 1e6 }
}

function* smallObjects(from: number, count: number): Generator<KubeObject> {
  for (let index = from; index < from + count; index += 1)
    yield { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, namespace: 'default', uid: `uid-${index}`, resourceVersion: String(index + 1), labels: { app: `app-${index % 100}` } }, spec: { nodeName: `node-${index % 50}` } }
}
