import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { HttpKubernetesClient } from '../../../src/kubernetes/http-client.ts'
import { selfSigned } from '../../support/certificate.ts'
import { eventually } from '../../support/gateway.ts'

/** A server that begins an answer to everything, and a client of it. */
async function open() {
  const tls = selfSigned('api-server')
  const server = createSecureServer(tls)
  const answering = new Set<ServerHttp2Stream>()
  const answered = { count: 0 }
  server.on('stream', (stream: ServerHttp2Stream) => {
    answered.count += 1
    answering.add(stream)
    stream.on('error', () => undefined).on('close', () => answering.delete(stream))
    stream.respond({ ':status': 200 })
    stream.write('something')
  })
  server.on('sessionError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const connection = { server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, tls: { ca: tls.cert }, description: 'a test', authorize: async () => ({}), invalidate: () => undefined }
  return { answering, answered, client: new HttpKubernetesClient(connection, { http2: true, connectTimeoutMs: 5000, idleTimeoutMs: 60_000, deadAfterMs: 60_000, userAgent: 'test' }) }
}

it('a request that is given up in the moment that sends it is told to the server, and takes nothing down with its connection', async () => {
  const { answering, answered, client } = await open()
  await client.request({ path: '/other', watch: true })
  const givingUp = new AbortController()
  const giveUp = () => queueMicrotask(() => givingUp.abort())
  subscribe('http2.client.stream.created', giveUp)
  onTestFinished(() => void unsubscribe('http2.client.stream.created', giveUp))
  await expect(client.request({ path: '/watch', watch: true, signal: givingUp.signal })).rejects.toThrow('aborted')
  // The server has been asked, and answers.
  await eventually(() => answered.count, (count) => count === 2)
  await eventually(() => answering.size, (count) => count === 1)
  // Closing destroys the connections with an error, as their own failures do.
  await client.close()
  await new Promise((resolve) => setTimeout(resolve, 50))
})
