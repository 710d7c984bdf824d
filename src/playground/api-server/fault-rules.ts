import type { Exchange } from './exchange.ts'
import type { RequestInfo } from './request-info.ts'

/** Which requests a fault befalls; what is absent does not matter. */
export interface FaultMatch {
  /** `list`, `watch`, `get`, `create`, …; the lower-case method where the path is no resource. */
  readonly verb?: string
  /** The plural. */
  readonly resource?: string
  readonly namespace?: string
  readonly path?: RegExp
  /** True for pages after the first of a list, false for the others. */
  readonly continued?: boolean
}

/**
 * What goes wrong. Called before the request is answered; returns true when it has answered
 * itself (or never will), false to let the server answer, through whatever it has prepared.
 */
export type FaultAction = (exchange: Exchange) => boolean | Promise<boolean>

export interface FaultRule {
  readonly match: FaultMatch
  /** How many requests it befalls. Default: all, until it is removed. */
  readonly times?: number
  readonly action: FaultAction
}

interface Entry {
  readonly rule: FaultRule
  hits: number
}

/** Faults on demand: rules for requests to come, and blows at those under way. */
export class Faults {
  readonly #open = new Set<Exchange>()
  #entries: Entry[] = []

  /** The first rule that fits a request befalls it; the others do not. Returns the function that takes the rule back. */
  add(rule: FaultRule): () => void {
    const entry: Entry = { rule, hits: 0 }
    this.#entries.push(entry)
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#entries = []
  }

  /** Does something to the requests that are under way now, open watches above all. Returns how many there were. */
  strike(match: FaultMatch, blow: (exchange: Exchange) => void): number {
    const hit = [...this.#open].filter(({ info, ended }) => !ended && fits(match, info))
    for (const exchange of hit) blow(exchange)
    return hit.length
  }

  /** True when a fault answers the request. */
  async befall(exchange: Exchange): Promise<boolean> {
    this.#open.add(exchange)
    exchange.onClose(() => this.#open.delete(exchange))
    const entry = this.#entries.find(({ rule, hits }) => hits < (rule.times ?? Number.POSITIVE_INFINITY) && fits(rule.match, exchange.info))
    if (entry === undefined) return false
    entry.hits += 1
    return entry.rule.action(exchange)
  }
}

function fits(match: FaultMatch, info: RequestInfo): boolean {
  return (
    (match.verb === undefined || match.verb === info.verb) &&
    (match.resource === undefined || match.resource === info.resource) &&
    (match.namespace === undefined || match.namespace === info.namespace) &&
    (match.path === undefined || match.path.test(info.path)) &&
    (match.continued === undefined || match.continued === info.query.has('continue'))
  )
}
