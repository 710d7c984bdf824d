import { monitorEventLoopDelay } from 'node:perf_hooks'
import { allSeeing } from '../src/access/scope.ts'
import type { KubeObject } from '../src/model/object.ts'
import { everything, type Predicate } from '../src/model/predicate.ts'
import { parseSearch } from '../src/model/search.ts'
import type { Lister } from '../src/store/lister.ts'
import { cutPage } from '../src/store/query/page.ts'
import { prepareRows, selectRows } from '../src/store/query/rows.ts'
import { createStore } from '../src/store/store.ts'
import type { Benchmark } from './benchmark.ts'
import { quantile } from './support/median.ts'
import { podResource } from './support/pod-client.ts'
import { podAt } from './support/pods.ts'

const pods = 100_000
const asks = 200
const writes = 20_000
const page = { defaultSize: 50, maxSize: 50 }

const kinds = ['exact', 'prefix', 'typo', 'twoWords'] as const

export const benchmark: Benchmark = {
  about: `searches of ${pods} Pods with 5 labels and 3 annotations each, a page of ${page.maxSize} by rank, no word asked for twice unless by chance`,
  rounds: 3,
  sides: { watchql: search },
  goals: [
    ...kinds.map((kind) => ({ about: `${kind}: 95th percentile, ms`, value: figure(`${kind}P95Ms`), atMost: 50 })),
    { about: 'memory of the index, MB', value: figure('indexMb'), atMost: 60 },
    { about: 'longest stall of the event loop while the index is built, ms', value: figure('buildStallMs'), atMost: 20 },
    { about: 'writes per second with an index, every one changing a label', value: figure('labelWritesPerSecond'), atLeast: 20_000 },
  ],
}

async function search(): Promise<Record<string, number>> {
  const { store, write } = fill()
  const lister = store.lister(allSeeing)
  lister.select(everything)
  const before = heapBytes()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startedAt = performance.now()
  await lister.prepare(searchFor('warm-up'))
  const buildMs = performance.now() - startedAt
  delay.disable()
  const indexMb = (heapBytes() - before) / 2 ** 20
  const figures: Record<string, number> = { buildMs, buildStallMs: delay.max / 1e6, indexMb }
  for (const kind of kinds) {
    for (let i = 0; i < 20; i += 1) await ask(lister, textOf(kind, i + asks))
    const times: number[] = []
    for (let i = 0; i < asks; i += 1) times.push(await ask(lister, textOf(kind, i)))
    figures[`${kind}P50Ms`] = quantile(times, 0.5)
    figures[`${kind}P95Ms`] = quantile(times, 0.95)
  }
  figures['statusWritesPerSecond'] = write((pod, i) => ({ ...pod, status: { count: i } }))
  figures['labelWritesPerSecond'] = write((pod, i) => ({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, changed: `c${i}` } } }))
  return figures
}

function fill() {
  const store = createStore('bench', { resource: podResource, publish: () => undefined })
  // Through JSON, as they come from a server: their texts are then where a parser puts them.
  const put = (pod: KubeObject) => store.writer.put(JSON.parse(JSON.stringify(pod)) as KubeObject)
  for (let index = 0; index < pods; index += 1) put(withoutOwnership(podAt(index)))
  let version = pods
  const write = (change: (pod: KubeObject, i: number) => KubeObject): number => {
    const changed = store
      .lister(allSeeing)
      .select(everything)
      .slice(0, writes)
      .map((pod, i) => {
        version += 1
        const next = change(pod, i)
        return JSON.parse(JSON.stringify({ ...next, metadata: { ...next.metadata, resourceVersion: String(version) } })) as KubeObject
      })
    const startedAt = performance.now()
    for (const pod of changed) store.writer.put(pod)
    return (writes / (performance.now() - startedAt)) * 1000
  }
  return { store, write }
}

/** Milliseconds for a page, preparation and giving way included. */
async function ask(lister: Lister, text: string): Promise<number> {
  const startedAt = performance.now()
  const sources = [{ lister, predicate: searchFor(text) }]
  await prepareRows(sources)
  const { rows } = cutPage(selectRows(sources), [{ rankOf: text }], {}, page)
  const ms = performance.now() - startedAt
  if (rows.length === 0) throw new Error(`Nothing was found by ${text}.`)
  return ms
}

/** The same for the same number, and of all lengths. */
function textOf(kind: (typeof kinds)[number], number: number): string {
  const { name, namespace = '', labels } = podAt((number * 7919) % pods).metadata
  const app = labels?.['app.kubernetes.io/name'] ?? ''
  const from = 2 + (number % 5)
  switch (kind) {
    case 'exact':
      return name
    case 'prefix':
      return name.slice(0, 2 + (number % 14))
    case 'typo':
      return number % 2 === 0 ? app.slice(0, from) + app.slice(from + 1) : `${app.slice(0, from)}x${app.slice(from + 1)}`
    case 'twoWords':
      return `${app.slice(0, 3 + (number % 5))} ${namespace}`
  }
}

function searchFor(text: string): Predicate {
  return { op: 'search', words: parseSearch(text) }
}

function withoutOwnership(pod: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = pod.metadata
  return { ...pod, metadata }
}

function heapBytes(): number {
  for (let i = 0; i < 4; i += 1) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function figure(name: string): Benchmark['goals'][number]['value'] {
  return ({ watchql }) => watchql?.[name] ?? Number.NaN
}
