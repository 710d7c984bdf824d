import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange, Rewriter } from './exchange.ts'
import type { FaultAction } from './fault-rules.ts'
import { StatusError, expired, type Status } from './status.ts'

/** What can go wrong: one small function per way. Those that change an answer can be joined by `all`. */
export type { FaultAction }

/** One after the other, until one has answered. */
export const all = (...actions: readonly FaultAction[]): FaultAction => async (exchange) => {
  for (const action of actions) if (await action(exchange)) return true
  return false
}

/** Answers with an error status. */
export const respond = (code: number, reason: string, headers: Readonly<Record<string, string>> = {}): FaultAction => (exchange) => {
  exchange.refuse(new StatusError(code, reason, `fault on demand: ${reason}`, { headers }))
  return true
}

/** Answers what no API server answers: the page of a proxy or a load balancer. */
export const page = (code: number, type: string, text: string): FaultAction => (exchange) => {
  exchange.contentType = type
  exchange.begin(code)
  exchange.write(Buffer.from(text))
  exchange.end()
  return true
}

/** Breaks the connection off before any answer. */
export const refuse: FaultAction = (exchange) => {
  exchange.cut()
  return true
}

/** Never answers, never closes: half open from the start. */
export const stall: FaultAction = () => true

/** Answers late. */
export const delay = (ms: number): FaultAction => async () => {
  await sleep(ms, undefined, { ref: false })
  return false
}

/** Breaks the connection off once so many bytes of the body went out. */
export const cutAfter = (bytes: number): FaultAction => (exchange) => {
  let left = bytes
  return rewrite(exchange, (chunk) => {
    if (chunk.length <= left) {
      left -= chunk.length
      return chunk
    }
    exchange.writeRaw(chunk.subarray(0, left))
    return undefined
  })
}

/** Breaks the connection off in the middle of a watch event, after so many whole ones. */
export const cutMidLine = (wholeLines = 0): FaultAction => (exchange) => {
  let line = 0
  return rewrite(exchange, (chunk) => {
    line += 1
    if (line <= wholeLines) return chunk
    exchange.writeRaw(chunk.subarray(0, Math.floor(chunk.length / 2)))
    return undefined
  })
}

/** Breaks the connection off inside the first character that has several bytes. */
export const cutMidCharacter: FaultAction = (exchange) =>
  rewrite(exchange, (chunk) => {
    const lead = chunk.findIndex((byte) => byte >= 0xc0)
    if (lead === -1) return chunk
    exchange.writeRaw(chunk.subarray(0, lead + 1))
    return undefined
  })

/** Answers as asked, but from so many bytes of the body on nothing arrives any more, and nothing ends. */
export const silentAfter = (bytes: number): FaultAction => (exchange) => {
  let left = bytes
  exchange.holdOpen()
  return rewrite(exchange, (chunk) => {
    const passed = chunk.subarray(0, Math.max(0, left))
    left -= chunk.length
    return passed
  })
}

/** Says another content type than JSON. */
export const contentType = (type: string): FaultAction => (exchange) => {
  exchange.contentType = type
  return false
}

/** Sends each watch event twice. */
export const duplicate: FaultAction = (exchange) => rewrite(exchange, (chunk) => Buffer.concat([chunk, chunk]))

/** Sends the body in pieces of so many bytes, each on its own. */
export const inPiecesOf = (bytes: number): FaultAction => (exchange) =>
  rewrite(exchange, (chunk) => {
    for (let at = 0; at < chunk.length; at += bytes) exchange.writeRaw(chunk.subarray(at, at + bytes))
    return Buffer.alloc(0)
  })

/** Puts text in front of the next thing that is written, after so many watch events. */
export const inject = (text: string, afterLines = 0): FaultAction => (exchange) => {
  let line = 0
  return rewrite(exchange, (chunk) => {
    line += 1
    return line === afterLines + 1 ? Buffer.concat([Buffer.from(text), chunk]) : chunk
  })
}

/** A line that is no JSON. */
export const garbageLine = (afterLines = 0): FaultAction => inject('{"type":"MODIFIED","object":<html>\n', afterLines)

/** An ERROR event before the next event, and the watch goes on. */
export const errorEvent = (status: Status, afterLines = 0): FaultAction => inject(errorLine(status), afterLines)

/** A watch that begins and at once says that its resourceVersion is too old. */
export const expiredEvent: FaultAction = (exchange) => {
  exchange.begin(200)
  exchange.write(Buffer.from(errorLine(expired('too old resource version: 1 (2)').status)))
  exchange.end()
  return true
}

/** A line that goes on for as long as the client reads it. */
export const endlessLine: FaultAction = async (exchange) => {
  exchange.begin(200)
  exchange.writeRaw(Buffer.from('{"type":"ADDED","object":{"data":"'))
  const piece = Buffer.alloc(64 * 1024, 'x')
  while (!exchange.ended) {
    exchange.writeRaw(piece)
    await exchange.drained()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return true
}

/** Watch events and bookmarks say a resourceVersion that is lower by so much, after so many right ones. */
export const resourceVersionsGoBack = (by: number, afterLines = 0): FaultAction => (exchange) => {
  let line = 0
  return rewrite(exchange, (chunk) => {
    line += 1
    if (line <= afterLines) return chunk
    const back = (_found: string, version: string) => `"resourceVersion":"${Math.max(1, Number(version) - by)}"`
    return Buffer.from(chunk.toString('utf8').replace(/"resourceVersion":"(\d+)"/, back))
  })
}

/** A continue token whose moment is forgotten: the list can only begin anew. First pages are answered. */
export const continueExpires: FaultAction = (exchange) => {
  if (!exchange.info.query.has('continue')) return false
  exchange.refuse(expired('The provided continue parameter is too old to display a consistent list result.'))
  return true
}

/** Answers, and asks the client to take its next requests to another connection. Over HTTP/1.1 nothing happens. */
export const goAway: FaultAction = (exchange) => {
  exchange.goAway()
  return false
}

function errorLine(status: Status): string {
  return `${JSON.stringify({ type: 'ERROR', object: status })}\n`
}

function rewrite(exchange: Exchange, rewriter: Rewriter): false {
  exchange.rewriters.push(rewriter)
  return false
}
