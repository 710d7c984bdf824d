import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { StatusError, type Status } from './status.ts'

const maxBodyBytes = 3 * 1024 * 1024

/** Who asks. */
export interface User {
  readonly username: string
  readonly groups: readonly string[]
}

/** What a request is about, in Kubernetes' terms. */
export interface RequestInfo {
  readonly verb: string
  readonly path: string
  readonly query: URLSearchParams
  readonly group?: string
  readonly version?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

/** Passes on, changes or holds back what is written. A rewriter that returns undefined cuts the connection. */
export type Rewriter = (bytes: Buffer) => Buffer | undefined

/** One request and the ways to answer it. Everything that is written goes through the faults that apply. */
export class Exchange {
  readonly info: RequestInfo
  readonly user: User
  readonly #request: IncomingMessage | Http2ServerRequest
  readonly #response: ServerResponse | Http2ServerResponse
  readonly rewriters: Rewriter[] = []
  /** Replaces `application/json` where a fault asks for it. */
  contentType = 'application/json'
  #ended = false

  constructor(info: RequestInfo, user: User, request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) {
    this.info = info
    this.user = user
    this.#request = request
    this.#response = response
    response.on('close', () => (this.#ended = true))
  }

  get ended(): boolean {
    return this.#ended
  }

  onClose(callback: () => void): void {
    this.#response.on('close', callback)
  }

  async body(): Promise<unknown> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBodyBytes) throw new StatusError(413, 'RequestEntityTooLarge', `limit is ${maxBodyBytes}`)
      chunks.push(chunk)
    }
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'))
    } catch {
      throw new StatusError(400, 'BadRequest', 'the object provided is unrecognized: the body is not JSON')
    }
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  json(status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.begin(status, headers)
    this.write(Buffer.from(JSON.stringify(document)))
    this.end()
  }

  refuse(error: StatusError): void {
    this.json(error.status.code, error.status satisfies Status, error.headers)
  }

  begin(status: number, headers: Readonly<Record<string, string>> = {}): void {
    ;(this.#response as ServerResponse).writeHead(status, { 'content-type': this.contentType, ...headers })
  }

  /** Sends the headers although no byte follows yet, as a watch must. */
  flush(): void {
    if ('flushHeaders' in this.#response) this.#response.flushHeaders()
  }

  write(bytes: Buffer): void {
    let rewritten: Buffer | undefined = bytes
    for (const rewrite of this.rewriters) {
      if (rewritten !== undefined) rewritten = rewrite(rewritten)
    }
    if (rewritten === undefined) this.cut()
    else this.writeRaw(rewritten)
  }

  writeRaw(bytes: Buffer): void {
    if (!this.#ended && bytes.length > 0) (this.#response as ServerResponse).write(bytes)
  }

  end(): void {
    if (!this.#ended) this.#response.end()
    this.#ended = true
  }

  /** Breaks the connection off (over HTTP/2 the stream), whatever was promised. What was written before still goes out. */
  cut(): void {
    if (this.#ended) return
    this.#ended = true
    if ('stream' in this.#response) this.#response.stream.close(2)
    else setImmediate(() => this.#request.socket.destroy())
  }

  /** Tells the client to use another connection from now on; HTTP/2 only. */
  goAway(): void {
    if ('stream' in this.#response) this.#response.stream.session?.goaway(0)
  }
}
