import { once } from 'node:events'
import { expect, it } from 'vitest'
import { textFrame } from '../../../src/subscriptions/text-frame.ts'
import { connectedSockets } from '../../support/connected-sockets.ts'

it.each([0, 1, 125, 126, 65_535, 65_536, 1_000_000])('a text frame of %d bytes is read by an independent peer', async (length) => {
  const { client, connection } = await connectedSockets()
  const received = once(client, 'message')
  const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2)
  const bytes = Buffer.from(text)
  connection.request.socket.write(textFrame(bytes.subarray(0, 3), bytes.subarray(3)))
  const [data, isBinary] = (await received) as [Buffer, boolean]
  expect({ isBinary, same: data.toString() === text }).toEqual({ isBinary: false, same: true })
})
