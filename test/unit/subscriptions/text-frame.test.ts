import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { sendFrame, sendFrameNow, type Connection } from '../../../src/subscriptions/serve-socket.ts'
import { textFrame } from '../../../src/subscriptions/text-frame.ts'

/** A connection from both its ends. */
async function connected() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  await once(server, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => client.terminate())
  const [socket, request] = (await once(server, 'connection')) as [Connection['socket'], Connection['request']]
  await once(client, 'open')
  return { client, connection: { socket, request } }
}

describe('a text frame', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 1_000_000])('of %d bytes is read by an independent peer', async (length) => {
    const { client, connection } = await connected()
    const received = once(client, 'message')
    const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2)
    const bytes = Buffer.from(text)
    await sendFrame(connection, textFrame(bytes.subarray(0, 3), bytes.subarray(3)))
    const [data, isBinary] = (await received) as [Buffer, boolean]
    expect({ isBinary, same: data.toString() === text }).toEqual({ isBinary: false, same: true })
  })

  it('keeps its place between the messages that ws sends itself', async () => {
    const { client, connection } = await connected()
    const received: string[] = []
    client.on('message', (data: Buffer) => received.push(data.toString()))
    client.on('ping', () => received.push('ping'))
    const sent: string[] = []
    for (let i = 0; i < 300; i += 1) {
      const text = `${i}:${'x'.repeat(i)}`
      if (i % 3 === 0) connection.socket.send(text)
      else if (i % 3 === 1) expect(sendFrameNow(connection, textFrame(Buffer.from(text)))).toBe(true)
      else void sendFrame(connection, textFrame(Buffer.from(text)))
      sent.push(text)
      if (i % 10 !== 0) continue
      connection.socket.ping()
      sent.push('ping')
    }
    await expect.poll(() => received).toEqual(sent)
  })

  it('is not written after the closing handshake has begun', async () => {
    const { client, connection } = await connected()
    const closed = once(client, 'close')
    const received: unknown[] = []
    client.on('message', (data) => received.push(data))
    connection.socket.close(1001, 'over')
    expect(sendFrameNow(connection, textFrame(Buffer.from('late')))).toBe(false)
    await sendFrame(connection, textFrame(Buffer.from('late')))
    expect((await closed)[0]).toBe(1001)
    expect(received).toEqual([])
  })
})
