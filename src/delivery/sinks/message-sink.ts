import type { Payload } from '../../model/sink.ts'
import type { Answer } from '../dispatcher.ts'
import { renderBinary, type Delivery } from '../payload.ts'
import type { Message, MessageSystem, Outcome } from './message-system.ts'

export interface MessageSinkOptions {
  readonly system: MessageSystem
  readonly destinationOf: (delivery: Delivery) => string
  /** What stands before the names of CloudEvents' attributes in headers. */
  readonly attributePrefix: string
  readonly payload: Payload
  /** The largest body that is sent. */
  readonly maxBodyBytes: number
}

/** Brokers limit batches, not only messages: Kafka's to a megabyte unless told otherwise. */
const maxBatchBytes = 512 * 1024
const maxBatch = 500

interface Waiting {
  readonly message: Message
  readonly bytes: number
  readonly settle: (outcome: Outcome) => void
}

/** Sends deliveries as CloudEvents in binary form. Those that come while others are under way go together. */
export class MessageSink {
  readonly #options: MessageSinkOptions
  #waiting: Waiting[] = []
  #isSending = false

  constructor(options: MessageSinkOptions) {
    this.#options = options
  }

  /** Never rejects. No two deliveries of one lane may be under way. With the signal it is not waited for any longer. */
  async send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    const { destinationOf, attributePrefix, payload, maxBodyBytes } = this.#options
    const { attributes, contentType, data } = renderBinary(delivery, payload)
    const bytes = Buffer.byteLength(data)
    if (bytes > maxBodyBytes) return { outcome: 'impossible', status: null, error: `The body has ${bytes} bytes and delivery.maxBodyBytes is ${maxBodyBytes}; raise it, or choose the payload thin` }
    const headers = { 'content-type': contentType, ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${attributePrefix}${name}`, value])) }
    const message: Message = { id: delivery.event, destination: destinationOf(delivery), key: delivery.uid, headers, body: data }
    const outcome = await new Promise<Outcome>((settle) => {
      this.#waiting.push({ message, bytes, settle })
      signal.addEventListener('abort', () => settle({ is: 'FAILED', reason: 'it was broken off' }), { once: true })
      if (!this.#isSending) void this.#sendAll()
    })
    if (outcome.is === 'KEPT') return { outcome: 'accepted', status: null, error: null }
    return { outcome: outcome.is === 'REFUSED' ? 'impossible' : 'unreachable', status: null, error: outcome.reason }
  }

  async close(): Promise<void> {
    this.#waiting = []
    await this.#options.system.close()
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    // What comes in this turn goes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      const outcomes = await this.#options.system.send(batch.map(({ message }) => message))
      batch.forEach(({ settle }, index) => settle(outcomes[index] ?? { is: 'FAILED', reason: 'nothing is known of it' }))
    }
    this.#isSending = false
  }

  #nextBatch(): readonly Waiting[] {
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes
      if (count > 0 && (bytes > maxBatchBytes || count >= maxBatch)) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }
}
