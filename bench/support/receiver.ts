import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FastReceiver {
  readonly url: string
  readonly server: Server
  /** Called with each body, when there is somebody to. */
  onBody: ((body: Buffer) => void) | undefined
}

/** Accepts whatever it is sent as fast as Node does. */
export async function startReceiver(): Promise<FastReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      receiver.onBody?.(Buffer.concat(chunks))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: FastReceiver = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, onBody: undefined }
  return receiver
}
