import type { Measured } from './gateway-process.ts'
import type { GatewayUnderTest } from './gateway-under-test.ts'
import type { SoakTarget } from './target.ts'

interface Sample extends Measured {
  readonly connections: number
  readonly watches: number
  readonly subscriptions: number
}

/** What may be more at the end than at the beginning: noise, not growth. */
const slack = { heapMb: 24, externalMb: 32, files: 12, connections: 8, watches: 8, resources: 12 }

/** What the service holds in each calm, when it always has the same to do. */
export class Leaks {
  readonly #gateway: GatewayUnderTest
  readonly #target: SoakTarget
  readonly #samples: Sample[] = []

  constructor(gateway: GatewayUnderTest, target: SoakTarget) {
    this.#gateway = gateway
    this.#target = target
  }

  async measure(): Promise<void> {
    const measured = await this.#gateway.measure()
    const [clients, subscriptions] = await Promise.all([this.#target.clients(), this.#gateway.metric('watchql_subscriptions')])
    this.#samples.push({ ...measured, ...clients, subscriptions })
  }

  latest(): string {
    const sample = this.#samples.at(-1)
    return sample === undefined ? 'nothing measured yet' : describe(sample)
  }

  history(): string[] {
    return this.#samples.map((sample, round) => `  after round ${round}: ${describe(sample)}`)
  }

  /** Compared with the more of the first two samples: by the second, caches and pools are filled. */
  found(): string[] {
    const early = this.#samples.slice(0, 2)
    const later = this.#samples.slice(2)
    if (later.length === 0) return []
    const grown = (name: string, value: (sample: Sample) => number, allowed: number) => {
      const from = Math.max(...early.map(value))
      const to = median(later.slice(-3).map(value))
      return to > from + allowed ? [`a leak: ${name} went from ${from.toFixed(0)} to ${to.toFixed(0)}`] : []
    }
    const types = new Set(later.flatMap(({ resources }) => Object.keys(resources)))
    const subscriptions = later.at(-1)?.subscriptions
    return [
      ...grown('heap (MB)', ({ heapMb }) => heapMb, slack.heapMb),
      ...grown('memory outside the heap (MB)', ({ externalMb }) => externalMb, slack.externalMb),
      ...grown('open files', ({ files }) => files, slack.files),
      ...grown('connections to the server', ({ connections }) => connections, slack.connections),
      ...grown("the server's open watches", ({ watches }) => watches, slack.watches),
      ...[...types].flatMap((type) => grown(`handles of type ${type}`, ({ resources }) => resources[type] ?? 0, slack.resources)),
      ...(subscriptions === 1 ? [] : [`a leak: there is one subscriber, and ${subscriptions} subscriptions run`]),
    ]
  }
}

function describe({ heapMb, externalMb, rssMb, files, resources, connections, watches, subscriptions, longestTurnMs }: Sample): string {
  const handles = Object.entries(resources).map(([type, count]) => `${type} ${count}`).join(' ')
  return `heap ${heapMb.toFixed(1)} MB, external ${externalMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB, ${files} files, ${handles}, ${connections} connections, ${watches} watches on the server, ${subscriptions} subscriptions, longest turn ${longestTurnMs.toFixed(0)} ms`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
