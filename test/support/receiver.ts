import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- tests read payloads of every shape
  readonly at: number
  /** Whether it was answered with 2xx; known when the answer is over. */
  accepted: boolean
}

export type Reply = (received: Received, response: ServerResponse, request: IncomingMessage) => void

/** An HTTP server that remembers what it was sent, and answers as the test says; 204 at first. Closed when the test ends. */
export async function openReceiver() {
  const received: Received[] = []
  const state: { reply: Reply } = { reply: (_received, response) => void response.writeHead(204).end() }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const one: Received = { path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text), at: Date.now(), accepted: false }
      received.push(one)
      response.on('close', () => (one.accepted = response.headersSent && response.statusCode < 300))
      state.reply(one, response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    replies: (reply: Reply) => (state.reply = reply),
    /** Each event as `ADDED name`, in whichever format, duplicates included. */
    told: () => received.map(({ body }) => `${String(body.eventType ?? body.data.type)} ${String(body.object?.metadata.name ?? body.data.name)}`),
  }
}

export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (_received, response) =>
    void response.writeHead(code, headers).end()
