import { get } from 'node:http'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { QuietWebSocket } from '../soak/quiet-web-socket.ts'

export interface LiveOperation {
  readonly url: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly onResult: (result: LiveResult) => void
  /** Once, however it ended. */
  readonly onEnd: () => void
}

export interface LiveResult {
  readonly data?: Readonly<Record<string, any>> | null // oxlint-disable-line typescript/no-explicit-any -- of every shape
  readonly errors?: unknown
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A subscription that runs. */
export interface LiveConnection {
  /** Ends it without a word, as a broken wire does. */
  cut(): void
  /** Reads nothing more. */
  pause(): void
  resume(): void
}

/** A client of the bare graphql-transport-ws. */
export function plainSocket({ url, query, variables, onResult, onEnd }: LiveOperation): LiveConnection {
  const socket = new QuietWebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: LiveResult }
    if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }))
    else if (type === 'next') onResult(payload ?? {})
    else if (type === 'error') onResult({ errors: payload })
    else if (type === 'complete') socket.close()
  })
  socket.once('close', onEnd)
  return { cut: () => socket.terminate(), pause: () => void (socket.readyState === WebSocket.OPEN && socket.pause()), resume: () => void (socket.readyState === WebSocket.OPEN && socket.resume()) }
}

/** The public client of graphql-transport-ws. */
export function publicSocket({ url, query, variables, onResult, onEnd }: LiveOperation): LiveConnection {
  let socket: WebSocket | undefined
  class Own extends QuietWebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols)
      socket = this // oxlint-disable-line typescript/no-this-alias unicorn/no-this-assignment -- the client keeps it to itself
    }
  }
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: Own, retryAttempts: 0, onNonLazyError: () => undefined })
  const end = () => {
    client.terminate()
    onEnd()
  }
  client.subscribe<LiveResult['data']>({ query, variables }, { next: (result) => onResult(result as LiveResult), error: end, complete: end })
  return { cut: () => client.terminate(), pause: () => socket?.pause(), resume: () => socket?.resume() }
}

/** A client of event streams that knows no more of them than how they are written. */
export function eventStream({ url, query, variables, onResult, onEnd }: LiveOperation): LiveConnection {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const request = get(`${url}/graphql?${search.toString()}`, { headers: { accept: 'text/event-stream' }, agent: false }, (response) => {
    let rest = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const events = `${rest}${chunk}`.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) if (event.startsWith('event: next\ndata: ')) onResult(JSON.parse(event.slice('event: next\ndata: '.length)) as LiveResult)
    })
    response.on('error', () => undefined)
  })
  request.on('error', () => undefined).once('close', onEnd)
  return { cut: () => void request.destroy(), pause: () => request.socket?.pause(), resume: () => request.socket?.resume() }
}
