import { Pool } from 'undici'
import type { Clock } from '../../base/clock.ts'
import type { WebhookDefinition } from '../../model/sink.ts'
import type { Answer } from '../dispatcher.ts'
import { renderPayload, type Delivery } from '../payload.ts'
import { parseRetryAfter } from '../retry.ts'
import { signerOf } from '../signature.ts'
import { checkHost, guardedLookup } from './egress.ts'
import { post, type Posted } from './post.ts'

export interface WebhookOptions {
  readonly definition: WebhookDefinition
  /** Whether it may be on a loopback, link-local or metadata address: what the operator configured may. */
  readonly anywhere: boolean
  /** The largest body that is sent. */
  readonly maxBodyBytes: number
  readonly clock: Clock
}

/** What is read of an answer; more is cut off with its connection. */
const maxAnswerBytes = 16 * 1024
const shownBytes = 200

/** POSTs deliveries to one URL as Standard Webhooks has it. Follows no redirects. */
export class Webhook {
  readonly #options: WebhookOptions
  readonly #pool: Pool
  readonly #host: string
  readonly #path: string
  readonly #signature: ReturnType<typeof signerOf>

  /** Throws INVALID_ARGUMENT for a secret that is none. */
  constructor(options: WebhookOptions) {
    this.#options = options
    const { definition, anywhere } = options
    const { origin, hostname, pathname, search } = new URL(definition.url)
    this.#host = hostname
    this.#path = `${pathname}${search}`
    this.#signature = signerOf(definition.keys)
    this.#pool = new Pool(origin, {
      connections: definition.concurrency,
      pipelining: 1,
      // Each attempt has one time for everything.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: maxAnswerBytes,
      connect: { ...definition.tls, timeout: Math.min(10_000, definition.timeoutMs), ...(anywhere ? {} : { lookup: guardedLookup() }) },
    })
  }

  /** Never rejects. */
  async send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    const { definition, anywhere, maxBodyBytes, clock } = this.#options
    const { body: text, contentType } = renderPayload(delivery, definition.format, definition.payload)
    const body = Buffer.from(text)
    if (body.length > maxBodyBytes) return { outcome: 'impossible', status: null, error: `The body has ${body.length} bytes and delivery.maxBodyBytes is ${maxBodyBytes}; raise it, or choose the payload thin` }
    const now = clock.now()
    const timestamp = Math.floor(now / 1000)
    const signature = this.#signature(delivery.event, timestamp, body, now)
    const headers = {
      'user-agent': 'watchql',
      ...definition.headers,
      'content-type': contentType,
      'webhook-id': delivery.event,
      'webhook-timestamp': String(timestamp),
      ...(signature === undefined ? {} : { 'webhook-signature': signature }),
    }
    try {
      if (!anywhere) checkHost(this.#host)
      const answer = await post(this.#pool, { path: this.#path, headers, body, timeoutMs: definition.timeoutMs, signal })
      return answerOf(answer, now)
    } catch (error) {
      return { outcome: 'unreachable', status: null, error: reasonOf(error) }
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

function answerOf({ status, text, headers }: Posted, now: number): Answer {
  if (status >= 200 && status < 300) return { outcome: 'accepted', status, error: null }
  const error = status >= 300 && status < 400 ? `${status}: redirects are not followed` : `${status}${text === '' ? '' : ` ${text.slice(0, shownBytes)}`}`
  if (status === 410) return { outcome: 'gone', status, error }
  const after = parseRetryAfter([headers['retry-after']].flat()[0], now)
  const wait = after === undefined ? {} : { retryAfterMs: after }
  return { outcome: status === 429 || (status === 503 && after !== undefined) ? 'busy' : 'refused', status, error, ...wait }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = error instanceof AggregateError ? error.errors[0] as unknown : undefined
  return inner instanceof Error ? inner.message : error.message
}
