import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Benchmark, Parameters } from './benchmark.ts'
import { residentBytes } from './support/memory.ts'
import { podClient } from './support/pod-client.ts'
import { watchPods } from './support/pod-informer.ts'
import { startPodServer } from './support/pod-server.ts'
import { podAt } from './support/pods.ts'

const pods = 100_000

export const benchmark: Benchmark = {
  about: `${pods} Pods of 8 KB each from list to live, against only reading and JSON.parse of the same bytes`,
  rounds: 5,
  start: () => startPodServer({ pods }),
  sides: { watchql: ingest, parse },
  goals: [
    { about: 'time, as a multiple of only reading and parsing', value: ({ watchql, parse }) => ratio(watchql?.['totalMs'], parse?.['totalMs']), atMost: 2 },
    { about: 'event-loop delay at p99, ms', value: ({ watchql }) => watchql?.['loopP99Ms'] ?? Number.NaN, atMost: 20 },
    { about: 'resident memory, as a multiple of the stripped JSON', value: ({ watchql }) => ratio(watchql?.['residentMb'], watchql?.['strippedMb']), atMost: 0.75 },
  ],
}

async function ingest(parameters: Parameters): Promise<Record<string, number>> {
  const idle = await residentBytes()
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  const startedAt = performance.now()
  const { informer, stop } = watchPods(parameters)
  await informer.whenSynced(600_000)
  const totalMs = performance.now() - startedAt
  delay.disable()
  if (informer.status().objects !== pods) throw new Error(`${informer.status().objects} Pods came in.`)
  const resident = (await residentBytes()) - idle
  await stop()
  return { totalMs, loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6, residentMb: resident / 2 ** 20, strippedMb: strippedBytes() / 2 ** 20 }
}

/** What the lists would be without field ownership, as text. Estimated from every hundredth Pod. */
function strippedBytes(): number {
  let bytes = 0
  for (let index = 0; index < pods; index += 100) {
    const { metadata: { managedFields: _managedFields, ...metadata }, ...pod } = podAt(index)
    bytes += Buffer.byteLength(JSON.stringify({ ...pod, metadata }))
  }
  return bytes * 100
}

async function parse(parameters: Parameters): Promise<Record<string, number>> {
  const client = podClient(parameters)
  const startedAt = performance.now()
  let next: string | undefined
  let read = 0
  do {
    const response = await client.request({ path: '/api/v1/pods', query: { limit: '500', continue: next } })
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body) chunks.push(chunk)
    const list = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { metadata: { continue?: string }; items: unknown[] }
    read += list.items.length
    next = list.metadata.continue
  } while (next !== undefined)
  const totalMs = performance.now() - startedAt
  if (read !== pods) throw new Error(`${read} Pods were read.`)
  await client.close()
  return { totalMs }
}

function ratio(a: number | undefined, b: number | undefined): number {
  return (a ?? Number.NaN) / (b ?? Number.NaN)
}
