/** See crowd.ts. Each request is answered with the message that a socket received last. */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { CrowdRequest } from './crowd.ts'

/** Opened at a time: a listen queue holds some hundreds. */
const atOnce = 100

let sockets: WebSocket[] = []
let [received, wanted, last] = [0, Number.POSITIVE_INFINITY, '']
let done: () => void = () => undefined

function hear(data: Buffer): void {
  received += 1
  if (received !== wanted) return
  last = data.toString()
  done()
}

async function expect(messages: number): Promise<void> {
  wanted = messages
  if (received < wanted) await new Promise<void>((resolve) => (done = resolve))
}

async function connect({ url, protocol, count, send, readyAfter }: Extract<CrowdRequest, { do: 'connect' }>): Promise<void> {
  received = 0
  for (let begun = 0; begun < count; begun += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - begun) }, async () => {
        const socket = new WebSocket(url, protocol)
        socket.on('message', hear)
        await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
        const [first, ...others] = send.map((text) => text.replaceAll('ID', randomUUID()))
        if (first !== undefined) socket.send(first)
        // The others once that is acknowledged.
        if (others.length > 0) socket.once('message', () => others.forEach((text) => socket.send(text)))
        sockets.push(socket)
      }),
    )
    await expect((begun + Math.min(atOnce, count - begun)) * readyAfter)
  }
  received = 0
}

async function hearAll({ messages, request }: Extract<CrowdRequest, { do: 'await' }>): Promise<void> {
  const heard = expect(messages * sockets.length)
  if (request !== undefined) {
    const response = await fetch(request.url, request.init)
    if (!response.ok) throw new Error(await response.text())
    await response.arrayBuffer()
  }
  await heard
  received = 0
}

async function leave(): Promise<void> {
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  for (const socket of sockets) socket.close()
  await Promise.all(closed)
  sockets = []
}

process.on('message', (request: CrowdRequest) => {
  const work = request.do === 'connect' ? connect(request) : request.do === 'await' ? hearAll(request) : leave()
  void work.then(() => process.send?.(last))
})
