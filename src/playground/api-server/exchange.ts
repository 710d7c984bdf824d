import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { anonymous, type User } from './access/users.ts'
import type { RequestInfo } from './request-info.ts'
import { StatusError, badRequest } from './status.ts'

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** As Kubernetes limits what is written. */
const maxBodyBytes = 3 * 1024 * 1024
/** A client that leaves so much unread is cut off, as the API server ends watches that fall behind. */
const maxUnreadBytes = 256 * 1024 * 1024

/** Changes, holds back or passes on what is written; undefined cuts the connection. */
export type Rewriter = (bytes: Buffer) => Buffer | undefined

/** One request and the ways to answer it. All that is written of the body goes through the faults that apply. */
export class Exchange {
  readonly info: RequestInfo
  /** Nobody until authenticated. */
  user: User = anonymous
  /** What faults do to the body, in their order. */
  readonly rewriters: Rewriter[] = []
  contentType = 'application/json'
  readonly #request: Request
  readonly #response: Response
  #heldOpen = false
  #ended = false

  constructor(info: RequestInfo, request: Request, response: Response) {
    this.info = info
    this.#request = request
    this.#response = response
    response.on('close', () => (this.#ended = true))
  }

  get ended(): boolean {
    return this.#ended
  }

  get begun(): boolean {
    return this.#response.headersSent
  }

  onClose(callback: () => void): void {
    this.#response.on('close', callback)
  }

  /** The answer never ends by itself: for a server that falls silent. */
  holdOpen(): void {
    this.#heldOpen = true
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** The request's body as text; empty where there is none. Throws 413. */
  async text(): Promise<string> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBodyBytes) throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  /** The request's body, parsed. Throws 400. */
  async body(): Promise<unknown> {
    const text = await this.text()
    try {
      return JSON.parse(text)
    } catch (error) {
      throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`)
    }
  }

  json(code: number, document: unknown, headers: Readonly<Record<string, string>> = {}): void {
    const bytes = Buffer.from(JSON.stringify(document))
    this.begin(code, this.rewriters.length === 0 ? { ...headers, 'content-length': String(bytes.length) } : headers)
    this.write(bytes)
    this.end()
  }

  plain(code: number, text: string): void {
    this.contentType = 'text/plain; charset=utf-8'
    this.begin(code)
    this.write(Buffer.from(text))
    this.end()
  }

  refuse(error: StatusError): void {
    if (this.begun) this.cut()
    else this.json(error.status.code, error.status, error.headers)
  }

  begin(code: number, headers: Readonly<Record<string, string>> = {}): void {
    if (this.#ended) return
    ;(this.#response as ServerResponse).writeHead(code, { 'content-type': this.contentType, 'cache-control': 'no-cache, private', ...headers })
  }

  /** Sends the headers although no byte follows yet, as a watch must. */
  flush(): void {
    if (!this.#ended) (this.#response as ServerResponse).flushHeaders()
  }

  write(bytes: Buffer): void {
    let rewritten: Buffer | undefined = bytes
    for (const rewrite of this.rewriters) if (rewritten !== undefined) rewritten = rewrite(rewritten)
    if (rewritten === undefined) this.cut()
    else this.writeRaw(rewritten)
  }

  /** Past the faults. False when the client does not read as fast. */
  writeRaw(bytes: Buffer): boolean {
    if (this.#ended || bytes.length === 0) return true
    const ready = (this.#response as ServerResponse).write(bytes)
    if (this.#response.writableLength > maxUnreadBytes) this.cut()
    return ready
  }

  /** Resolves when the client has read what was written, or has gone. */
  async drained(): Promise<void> {
    if (this.#ended || !this.#response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#response.off('drain', done).off('close', done)
        resolve()
      }
      this.#response.on('drain', done).on('close', done)
    })
  }

  end(): void {
    if (this.#ended || this.#heldOpen) return
    this.#ended = true
    this.#response.end()
  }

  /** Breaks the connection off (over HTTP/2 the stream), whatever was promised. What was written before still goes out. */
  cut(): void {
    if (this.#ended) return
    this.#ended = true
    const response = this.#response
    const destroy = () => ('stream' in response ? response.stream.close(2) : this.#request.socket.destroy())
    if (response.writableLength === 0) setImmediate(destroy)
    else (response as ServerResponse).write('', () => setImmediate(destroy))
  }

  /** Tells the client to open another connection for further requests. Over HTTP/1.1 there is no way to say so. */
  goAway(): void {
    if ('stream' in this.#response) this.#response.stream.session?.goaway(0)
  }
}
