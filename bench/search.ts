import { monitorEventLoopDelay } from 'node:perf_hooks'
import { allSeeing } from '../src/access/scope.ts'
import { and, type Predicate } from '../src/model/predicate.ts'
import { searchWords } from '../src/model/search.ts'
import { cutPage } from '../src/store/query/page.ts'
import { selectRows } from '../src/store/query/rows.ts'
import { createStore } from '../src/store/store.ts'
import type { Benchmark, Figures } from './benchmark.ts'
import { quantile } from './support/median.ts'
import { residentBytes } from './support/memory.ts'
import { podResource } from './support/pod-client.ts'
import { podAt } from './support/pods.ts'

const pods = 100_000
const asks = 200

/** Of a Pod that is there: its name whole, as one types it, with a mistake, and its app with its namespace. */
const questions: Readonly<Record<string, (name: string, namespace: string) => string>> = {
  exact: (name) => name,
  prefix: (name) => name.slice(0, name.length - 8),
  typo: (name) => name.replace(/^(.)(.)(.)/, '$1$3$2').split('-').slice(0, 2).join(' '),
  twoWords: (name, namespace) => `${name.split('-')[1] ?? ''} ${namespace}`,
  broad: (name) => name.slice(0, 5),
}

export const benchmark: Benchmark = {
  about: `fuzzy searches over ${pods} Pods, the first 20 by rank`,
  rounds: 3,
  sides: { watchql: measure },
  goals: [{ about: 'event-loop delay at p99 while the index is built, ms', value: ({ watchql }) => watchql?.['buildLoopP99Ms'] ?? Number.NaN, atMost: 20 }],
}

async function measure(): Promise<Figures> {
  const store = createStore('bench', { resource: podResource, publish: () => undefined })
  for (let index = 0; index < pods; index += 1) {
    const { metadata: { managedFields: _managedFields, ...metadata }, ...pod } = podAt(index)
    store.writer.put({ ...pod, metadata })
  }
  const lister = store.lister(allSeeing)
  const before = await residentBytes()
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  const startedAt = performance.now()
  await lister.prepare(search('any'))
  const buildMs = performance.now() - startedAt
  delay.disable()
  const indexMb = ((await residentBytes()) - before) / 2 ** 20
  const figures: Record<string, number> = { buildMs, buildLoopP99Ms: delay.percentile(99) / 1e6, indexMb }
  for (const [name, question] of Object.entries(questions)) {
    const times: number[] = []
    for (let i = 0; i < asks; i += 1) {
      const { metadata } = podAt((i * 7919) % pods)
      const text = question(metadata.name, metadata.namespace ?? '')
      const askedAt = performance.now()
      const rows = selectRows([{ lister, predicate: and([search(text)]) }])
      const page = cutPage(rows, [{ words: searchWords(text), descending: true }], { first: 20 }, { defaultSize: 20, maxSize: 20 })
      times.push(performance.now() - askedAt)
      if (page.rows.length === 0) throw new Error(`Nothing was found for ${text}.`)
    }
    figures[`${name}P95Ms`] = quantile(times, 0.95)
  }
  const writes = 20_000
  const writtenAt = performance.now()
  for (let i = 0; i < writes; i += 1) {
    const pod = podAt(i, pods + i)
    store.writer.put({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, round: String(i) } } })
  }
  figures['writesPerSecond'] = (writes / (performance.now() - writtenAt)) * 1000
  return figures
}

function search(text: string): Predicate {
  return { op: 'search', words: searchWords(text) }
}
