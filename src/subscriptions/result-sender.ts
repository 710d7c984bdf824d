import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { Outlet, Payload } from '../graphql/live/payload.ts'
import type { Connection } from './serve-socket.ts'
import { textFrame } from './text-frame.ts'

/** Bytes that wait in memory for a socket before it is no longer sent what it did not ask for. */
const maxAhead = 65_536

/**
 * Sends the results of one operation over its WebSocket. A result is bytes already, the same for
 * many: all that is done for each is to put the id of its operation around it. The way to the
 * socket is as short as it can be; see `Follower`.
 */
export class ResultSender implements Outlet {
  readonly #socket: WebSocket
  readonly #stream: Socket
  readonly #before: Buffer

  constructor({ socket, request }: Connection, id: string) {
    this.#socket = socket
    this.#stream = request.socket
    this.#before = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`)
  }

  take(payload: Payload): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#stream.writableLength > maxAhead) return false
    this.#stream.write(this.#frame(payload))
    return true
  }

  /** Settles when the network took it. A result that cannot be sent any more belongs to a socket that is closing. */
  send(payload: Payload): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve()
    return new Promise((resolve) => this.#stream.write(this.#frame(payload), () => resolve()))
  }

  #frame({ bytes }: Payload): Buffer {
    return textFrame(this.#before, bytes, closingBrace)
  }
}

const closingBrace = Buffer.from('}')
