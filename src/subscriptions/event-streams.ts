import type { ServerResponse } from 'node:http'
import type { GraphQLError } from 'graphql'
import { whenExpired, type Caller } from '../access/authenticate.ts'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import type { GivenOperation } from '../graphql/check-operation.ts'
import { payloadText } from '../graphql/live/shared-operation.ts'
import { asGraphqlError, type BegunOperation, type Operations } from './operations.ts'
import { progressOf } from './progress.ts'

export interface EventStreamsOptions {
  readonly operations: Operations
  /** How often a remark keeps the stream open. A caller for whom something waits, and who takes nothing for so long, has gone. */
  readonly pingEveryMs: number
  readonly logger: Logger
}

/** How long a caller may take to read the end of its stream when the service stops. */
const closeTimeoutMs = 2000

/**
 * GraphQL over server-sent events, each operation on a request of its own ("distinct
 * connections"): https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Every
 * operation passes the same checks, and counts among the same limits, as on a WebSocket.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions
  readonly #open = new Set<EventStream>()
  #closing = false

  constructor(options: EventStreamsOptions) {
    this.#options = options
  }

  /** Answers with the stream of an operation's results; settles when it has ended. Throws SHUTTING_DOWN at once. */
  answer(response: ServerResponse, given: GivenOperation, caller: Caller, how: { readonly headers: Headers; readonly readOnly: boolean }): Promise<void> {
    if (this.#closing) throw new WatchqlError('SHUTTING_DOWN', 'The service is shutting down; ask again.')
    const stream = new EventStream(response, how.headers, this.#options.pingEveryMs)
    this.#open.add(stream)
    return this.#answer(stream, given, caller, how.readOnly)
  }

  async #answer(stream: EventStream, given: GivenOperation, caller: Caller, readOnly: boolean): Promise<void> {
    const { operations, logger } = this.#options
    const begun = operations.begin(stream, given, caller.scope)
    // Whatever waits for its next result must not wait for it in vain.
    stream.onceClosed(() => operations.endAll(stream))
    const forget = whenExpired(caller, () => {
      stream.last = this.#refusal([asGraphqlError(new WatchqlError('FORBIDDEN', 'The credentials have expired; ask again with new ones.'))])
      operations.endAll(stream)
    })
    try {
      if (!('document' in begun)) await stream.next(this.#refusal(begun))
      else if (begun.type === 'mutation' && readOnly) await stream.next(this.#refusal([asGraphqlError(new WatchqlError('BAD_REQUEST', 'Send mutations with POST.'))]))
      else await this.#run(begun, stream)
    } catch (error) {
      logger.log('error', 'an event stream failed', { error })
      stream.last = this.#refusal([asGraphqlError(error as Error)])
    } finally {
      forget()
      operations.endAll(stream)
      await stream.complete()
      this.#open.delete(stream)
    }
  }

  /** Tells all callers to ask elsewhere, and ends their streams. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(
      [...this.#open].map(async (stream) => {
        stream.farewell = 'The service is shutting down; connect again.'
        const closed = stream.closed(closeTimeoutMs)
        this.#options.operations.endAll(stream)
        await closed
      }),
    )
  }

  async #run(begun: BegunOperation, stream: EventStream): Promise<void> {
    if (begun.type !== 'subscription') return stream.next(payloadText(await begun.execute(), this.#options.logger))
    const opened = await begun.open()
    if (!(Symbol.asyncIterator in opened)) return stream.next(this.#refusal(opened))
    for await (const payload of opened) {
      if (begun.contextValue.signal.aborted) break
      await stream.next(payload.text)
    }
  }

  #refusal(errors: readonly GraphQLError[]): string {
    return payloadText({ errors }, this.#options.logger)
  }
}

type Headers = Readonly<Record<string, number | string | string[] | undefined>>

/** One answer of type text/event-stream. */
class EventStream {
  /** A result to end with, beside those that come. */
  last: string | undefined
  /** A remark to end with. */
  farewell: string | undefined
  readonly #response: ServerResponse
  readonly #heartbeat: NodeJS.Timeout
  #waiting = 0

  constructor(response: ServerResponse, headers: Headers, pingEveryMs: number) {
    this.#response = response
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' })
    response.flushHeaders()
    const progresses = response.socket === null ? () => false : progressOf(response.socket)
    this.#heartbeat = setInterval(() => {
      const takes = progresses()
      if (this.#waiting === 0) void this.#write(':\n\n')
      else if (!takes) response.destroy()
    }, pingEveryMs)
    response.once('close', () => clearInterval(this.#heartbeat))
    // A caller that is gone is noticed by the end of the response.
    response.on('error', () => undefined)
  }

  onceClosed(then: () => void): void {
    if (this.#response.closed) then()
    else this.#response.once('close', then)
  }

  /** Settles when the network took it, or nobody takes it any more. */
  next(payload: string): Promise<void> {
    return this.#write(`event: next\ndata: ${payload}\n\n`)
  }

  async complete(): Promise<void> {
    if (this.last !== undefined) await this.next(this.last)
    if (this.farewell !== undefined) await this.#write(`: ${this.farewell}\n\n`)
    // Without data, EventSource tells nobody of it.
    await this.#write('event: complete\ndata:\n\n')
    this.#response.end()
  }

  /** When it is over; cut off after this long. */
  async closed(withinMs: number): Promise<void> {
    const cut = setTimeout(() => this.#response.destroy(), withinMs)
    await new Promise<void>((resolve) => this.onceClosed(resolve))
    clearTimeout(cut)
  }

  async #write(text: string): Promise<void> {
    if (this.#response.destroyed || this.#response.writableEnded) return
    this.#waiting += 1
    await new Promise<void>((resolve) => {
      this.#response.once('close', resolve)
      this.#response.write(text, () => {
        this.#response.off('close', resolve)
        resolve()
      })
    })
    this.#waiting -= 1
  }
}
