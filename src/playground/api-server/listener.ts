import { createServer, type Server } from 'node:http'
import { createSecureServer, type Http2SecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Request, Response } from './exchange.ts'

export interface TlsOptions {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

export interface ListenerOptions {
  readonly port: number
  /** With it, HTTP/2 and HTTP/1.1 over TLS, as the client likes; without, HTTP/1.1 in the clear. */
  readonly tls: TlsOptions | undefined
  readonly maxConcurrentStreams: number
}

/** The server's door: a port on loopback, and the connections that came through it. */
export class Listener {
  readonly #server: Server | Http2SecureServer
  readonly #secure: boolean
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<Http2Session>()
  #port: number

  constructor({ port, tls, maxConcurrentStreams }: ListenerOptions, answer: (request: Request, response: Response) => void) {
    this.#port = port
    this.#secure = tls !== undefined
    this.#server = tls === undefined ? createServer(answer) : createSecureServer({ ...tls, allowHTTP1: true, settings: { maxConcurrentStreams } }, answer)
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    if (tls !== undefined) {
      this.#server.on('session', (session: Http2Session) => {
        this.#sessions.add(session)
        session.on('error', () => undefined)
        session.on('close', () => this.#sessions.delete(session))
      })
      this.#server.on('stream', (stream: ServerHttp2Stream) => {
        // Node keeps a stream that the client has reset for as long as something written waits in it, and with it the
        // stream's place. Not at once: a stream that we reset is aborted too, and the client is to be told.
        stream.on('aborted', () => setImmediate(() => stream.destroy()))
      })
      this.#server.on('sessionError', () => undefined)
      this.#server.on('tlsClientError', () => undefined)
    }
  }

  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${this.#port}`
  }

  /** How many connections clients hold now. */
  get connections(): number {
    return this.#sockets.size
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Sends GOAWAY on every HTTP/2 connection: streams under way go on, new ones need a new connection. */
  goAway(): void {
    for (const session of this.#sessions) session.goaway(0)
  }

  /** Breaks every connection off. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Breaks every connection off and takes no new ones, until opened again on the same port. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.cutAll()
    await closed
  }
}
