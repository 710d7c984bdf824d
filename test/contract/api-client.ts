import { Agent, type Dispatcher } from 'undici'

export interface ApiTarget {
  readonly url: string
  readonly token?: string
  /** PEM. */
  readonly ca?: string
}

/** Objects as they come: tests know what they ask for. */
export type Document = any // eslint-disable-line typescript/no-explicit-any

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Document
}

export interface Asked {
  readonly method?: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: Document
}

/** A plain client that hides nothing: what the server says is what the test sees. HTTP/2 where the server has it. */
export class ApiClient {
  readonly #target: ApiTarget
  readonly #agent: Agent

  constructor(target: ApiTarget) {
    this.#target = target
    this.#agent = new Agent({ allowH2: true, connect: target.ca === undefined ? {} : { ca: target.ca } })
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const response = await this.#open(path, asked)
    const content = await response.body.text()
    return { status: response.statusCode, headers: response.headers, body: content.startsWith('{') ? JSON.parse(content) : content }
  }

  /** The body of an answer that is 2xx. */
  async get(path: string, query?: Asked['query']): Promise<Document> {
    return this.#succeed(path, query === undefined ? {} : { query })
  }

  async create(path: string, body: unknown): Promise<Document> {
    return this.#succeed(path, { method: 'POST', body })
  }

  async update(path: string, body: unknown): Promise<Document> {
    return this.#succeed(path, { method: 'PUT', body })
  }

  /** Without a type, a JSON merge patch. */
  async patch(path: string, body: unknown, type = 'application/merge-patch+json'): Promise<Document> {
    return this.#succeed(path, { method: 'PATCH', body, headers: { 'content-type': type } })
  }

  async delete(path: string, body?: unknown): Promise<Document> {
    return this.#succeed(path, { method: 'DELETE', ...(body === undefined ? {} : { body }) })
  }

  async watch(path: string, query: Asked['query'] = {}, headers: Asked['headers'] = {}): Promise<Watching> {
    const response = await this.#open(path, { query: { watch: true, ...query }, headers })
    if (response.statusCode !== 200) throw new Error(`The watch of ${path} was answered ${response.statusCode}: ${await response.body.text()}`)
    return new Watching(response.body)
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #succeed(path: string, asked: Asked): Promise<Document> {
    const { status, body } = await this.ask(path, asked)
    if (status >= 200 && status < 300) return body
    throw new Error(`${asked.method ?? 'GET'} ${path} was answered ${status}: ${JSON.stringify(body)}`)
  }

  #open(path: string, { method = 'GET', query = {}, body, headers = {} }: Asked): Promise<Dispatcher.ResponseData> {
    const { url, token } = this.#target
    const address = new URL(path, url)
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value))
    const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    return this.#agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      method,
      body: content ?? null,
      headers: {
        accept: 'application/json',
        'user-agent': 'contract/1',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
  }
}

const patienceMs = 15_000

/** An open watch, its events in order. */
export class Watching {
  readonly #body: Dispatcher.ResponseData['body']
  readonly #lines: AsyncIterator<string>

  constructor(body: Dispatcher.ResponseData['body']) {
    this.#body = body
    body.on('error', () => undefined)
    this.#lines = linesOf(body)
  }

  /** The next event; undefined when the watch has ended. */
  async next(): Promise<WatchEvent | undefined> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`No watch event came within ${patienceMs} ms`)), patienceMs)
    })
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late])
      return done === true ? undefined : (JSON.parse(value) as WatchEvent)
    } finally {
      clearTimeout(timer)
    }
  }

  /** The next events; fewer when the watch ends. */
  async take(count: number): Promise<WatchEvent[]> {
    const events: WatchEvent[] = []
    for (let event = await this.next(); event !== undefined; event = await this.next()) {
      events.push(event)
      if (events.length === count) break
    }
    return events
  }

  /** Everything until the watch ends. */
  rest(): Promise<WatchEvent[]> {
    return this.take(Number.POSITIVE_INFINITY)
  }

  close(): void {
    this.#body.destroy()
  }
}

/** Cut at line feeds only: other separators of Unicode may stand in JSON. */
async function* linesOf(body: Dispatcher.ResponseData['body']): AsyncGenerator<string> {
  let carry = ''
  body.setEncoding('utf8')
  for await (const chunk of body as AsyncIterable<string>) {
    const lines = (carry + chunk).split('\n')
    carry = lines.pop() ?? ''
    yield* lines
  }
}

/** What happened, in short. */
export function brief(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, object }) => `${type} ${object.metadata.name}`)
}

/** Tries until it passes; throws the last failure. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
