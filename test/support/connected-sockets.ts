import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Connection } from '../../src/subscriptions/serve-socket.ts'

/** A WebSocket from both its ends. */
export async function connectedSockets(): Promise<{ readonly client: WebSocket; readonly connection: Connection }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  await once(server, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => client.terminate())
  const [socket, request] = (await once(server, 'connection')) as [Connection['socket'], Connection['request']]
  await once(client, 'open')
  return { client, connection: { socket, request } }
}
