import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Relay {
  readonly port: number
  /** Open now. */
  connections(): number
  /** The most that were open at one moment. */
  most(): number
}

/** Passes connections on to a local port and counts them. Closed when the test ends. */
export async function openRelay(port: number): Promise<Relay> {
  const open = new Set<Socket>()
  let most = 0
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    open.add(near)
    most = Math.max(most, open.size)
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
    near.on('close', () => open.delete(near))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => open.size, most: () => most }
}
