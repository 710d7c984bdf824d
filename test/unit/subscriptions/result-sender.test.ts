import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Payload } from '../../../src/graphql/live/payload.ts'
import { ResultSender } from '../../../src/subscriptions/result-sender.ts'
import { connectedSockets } from '../../support/connected-sockets.ts'

describe('a result', () => {
  it('keeps its place between the messages that ws sends itself', async () => {
    const { client, connection } = await connectedSockets()
    const received: string[] = []
    client.on('message', (data: Buffer) => received.push(data.toString()))
    client.on('ping', () => received.push('ping'))
    const sender = new ResultSender(connection, 'a "b" é')
    const sent: string[] = []
    for (let i = 0; i < 300; i += 1) {
      const payload = new Payload(JSON.stringify({ data: `${i}:${'é'.repeat(i)}` }))
      const message = `{"id":"a \\"b\\" é","type":"next","payload":${payload.text}}`
      if (i % 3 === 0) connection.socket.send(message)
      else if (i % 3 === 1) expect(sender.take(payload)).toBe(true)
      else void sender.send(payload)
      sent.push(message)
      if (i % 10 !== 0) continue
      connection.socket.ping()
      sent.push('ping')
    }
    await expect.poll(() => received).toEqual(sent)
  })

  it('is not taken by a socket that has fallen behind, and is by one that has caught up', async () => {
    const { client, connection } = await connectedSockets()
    const sender = new ResultSender(connection, 'a')
    const payload = new Payload(JSON.stringify({ data: 'x'.repeat(100_000) }))
    let received = 0
    client.on('message', () => (received += 1))
    client.pause()
    let sent = 0
    while (sender.take(payload)) sent += 1
    expect(sent).toBeGreaterThan(0)
    client.resume()
    await expect.poll(() => received).toBe(sent)
    expect(sender.take(payload)).toBe(true)
  })

  it('is not written after the closing handshake has begun', async () => {
    const { client, connection } = await connectedSockets()
    const sender = new ResultSender(connection, 'a')
    const closed = once(client, 'close')
    const received: unknown[] = []
    client.on('message', (data) => received.push(data))
    connection.socket.close(1001, 'over')
    expect(sender.take(new Payload('{}'))).toBe(false)
    await sender.send(new Payload('{}'))
    expect((await closed)[0]).toBe(1001)
    expect(received).toEqual([])
  })
})
