import { LineSplitter } from '../src/kubernetes/json-lines.ts'
import type { Benchmark, Parameters } from './benchmark.ts'
import { podClient } from './support/pod-client.ts'
import { watchPods } from './support/pod-informer.ts'
import { startPodServer } from './support/pod-server.ts'

const pods = 20_000
const events = 60_000

export const benchmark: Benchmark = {
  about: `${events} MODIFIED events of ${pods} Pods of 8 KB through reflector, store and feed, against only splitting and parsing them`,
  rounds: 5,
  start: () => startPodServer({ pods, events }),
  sides: { watchql: follow, parse },
  goals: [{ about: 'events per second, as a multiple of only splitting and parsing', value: ({ watchql, parse }) => (watchql?.['perSecond'] ?? Number.NaN) / (parse?.['perSecond'] ?? Number.NaN), atLeast: 0.5 }],
}

async function follow(parameters: Parameters): Promise<Record<string, number>> {
  const { informer, feed, stop } = watchPods(parameters)
  const rate = new Rate()
  const done = new Promise<void>((resolve) => {
    feed.subscribe((change) => {
      if (change.type === 'MODIFIED' && rate.count() === events) resolve()
    })
  })
  await informer.whenSynced(600_000)
  await done
  await stop()
  return { perSecond: rate.perSecond() }
}

async function parse(parameters: Parameters): Promise<Record<string, number>> {
  const client = podClient(parameters)
  const response = await client.request({ path: '/api/v1/pods', query: { watch: 'true' }, watch: true })
  const splitter = new LineSplitter(1_000_000)
  const rate = new Rate()
  read: for await (const chunk of response.body)
    for (const line of splitter.push(chunk)) {
      JSON.parse(line.toString('utf8'))
      if (rate.count() === events) break read
    }
  await client.close()
  return { perSecond: rate.perSecond() }
}

/** From the first event to the latest. */
class Rate {
  #count = 0
  #first = 0
  #latest = 0

  count(): number {
    this.#latest = performance.now()
    if (this.#count === 0) this.#first = this.#latest
    this.#count += 1
    return this.#count
  }

  perSecond(): number {
    return ((this.#count - 1) / (this.#latest - this.#first)) * 1000
  }
}
