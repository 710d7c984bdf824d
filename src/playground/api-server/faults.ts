import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange, RequestInfo } from './exchange.ts'
import { StatusError } from './status.ts'

/** Which requests a fault befalls; what is absent does not matter. */
export interface FaultMatch {
  readonly verb?: string
  readonly resource?: string
  /** Only pages after the first of a list, or only first ones. */
  readonly continued?: boolean
}

/** What goes wrong. Returns true when it has answered the request itself. */
export type FaultAction = (exchange: Exchange) => boolean | Promise<boolean>

export interface FaultRule {
  readonly match: FaultMatch
  /** How many requests it befalls; default all, until removed. */
  readonly times?: number
  readonly action: FaultAction
}

/** Faults on demand: rules that befall matching requests, the first that fits. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = []

  /** Returns the function that takes the rule back. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY }
    this.#rules.push(entry)
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#rules = []
  }

  /** True when a fault answered the request. */
  async befall(exchange: Exchange): Promise<boolean> {
    const entry = this.#rules.find(({ rule, left }) => left > 0 && fits(rule.match, exchange.info))
    if (entry === undefined) return false
    entry.left -= 1
    return entry.rule.action(exchange)
  }
}

function fits(match: FaultMatch, info: RequestInfo): boolean {
  return (
    (match.verb === undefined || match.verb === info.verb) &&
    (match.resource === undefined || match.resource === info.resource) &&
    (match.continued === undefined || match.continued === info.query.has('continue'))
  )
}

/** Answers with an error status. */
export const respond = (code: number, reason: string, headers: Readonly<Record<string, string>> = {}): FaultAction => (exchange) => {
  exchange.refuse(new StatusError(code, reason, `fault on demand: ${reason}`, { headers }))
  return true
}

/** Breaks the connection off before any answer. */
export const refuse: FaultAction = (exchange) => {
  exchange.cut()
  return true
}

/** Never answers, never closes. */
export const stall: FaultAction = () => true

export const delay = (ms: number): FaultAction => async () => {
  await sleep(ms)
  return false
}

/** Breaks the connection off once so many bytes of the body went out: in the middle of a line or of a character. */
export const cutAfter = (bytes: number): FaultAction => (exchange) => {
  let left = bytes
  exchange.rewriters.push((chunk) => {
    if (left <= 0) return undefined
    if (chunk.length <= left) {
      left -= chunk.length
      return chunk
    }
    exchange.writeRaw(chunk.subarray(0, left))
    left = 0
    return undefined
  })
  return false
}

/** Answers as asked, but from so many bytes of the body on nothing more arrives: half open. */
export const silentAfter = (bytes: number): FaultAction => (exchange) => {
  let left = bytes
  exchange.rewriters.push((chunk) => {
    const passed = chunk.subarray(0, Math.max(0, left))
    left -= chunk.length
    return passed
  })
  return false
}

/** Says another content type than JSON, as a login page of a proxy would. */
export const contentType = (type: string): FaultAction => (exchange) => {
  exchange.contentType = type
  return false
}

/** Sends each watch event twice. */
export const duplicate: FaultAction = (exchange) => {
  exchange.rewriters.push((chunk) => Buffer.concat([chunk, chunk]))
  return false
}

/** Puts bytes in front of the next thing that is written: garbage, an ERROR event, an endless line. */
export const inject = (text: string): FaultAction => (exchange) => {
  let done = false
  exchange.rewriters.push((chunk) => {
    if (done) return chunk
    done = true
    return Buffer.concat([Buffer.from(text), chunk])
  })
  return false
}

/** A watch that begins and at once says that its resourceVersion is too old. */
export const expiredEvent: FaultAction = (exchange) => {
  exchange.begin(200)
  exchange.write(Buffer.from(`${JSON.stringify({ type: 'ERROR', object: new StatusError(410, 'Expired', 'too old resource version').status })}\n`))
  exchange.end()
  return true
}

/** Answers, and asks the client to take its next requests to another connection. */
export const goAway: FaultAction = (exchange) => {
  exchange.goAway()
  return false
}
