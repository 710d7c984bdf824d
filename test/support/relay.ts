import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A wire between two parties that can break in the ways that wires break. */
export interface Relay {
  readonly port: number
  /** Both ends learn of it. */
  cut(): void
  /** From now on nothing passes and nobody learns of it, on the connections that are open and, with `all`, on new ones. */
  stall(all: boolean): void
  /** Each connection's sending end towards the gateway is closed, the other stays open. */
  halfClose(): void
  /** Whole again; stalled connections are cut, since what they swallowed is lost. */
  heal(): void
  connections(): number
  /** The most that were open at one moment. */
  most(): number
  close(): Promise<void>
}

export async function openRelay(targetPort: number): Promise<Relay> {
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket; stalled: boolean }>()
  let stallNew = false
  let most = 0
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    const pair = { near, far, stalled: stallNew }
    pairs.add(pair)
    most = Math.max(most, pairs.size)
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => {
        pairs.delete(pair)
        if (!pair.stalled) to.destroy()
      })
      from.on('end', () => {
        if (!pair.stalled) to.end()
      })
      from.on('data', (bytes) => {
        if (!pair.stalled) to.write(bytes)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (which: (pair: { stalled: boolean }) => boolean) => {
    for (const pair of pairs)
      if (which(pair)) {
        pair.near.destroy()
        pair.far.destroy()
      }
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => cut(() => true),
    stall: (all) => {
      stallNew = all
      for (const pair of pairs) pair.stalled = true
    },
    halfClose: () => {
      for (const { near } of pairs) near.end()
    },
    heal: () => {
      stallNew = false
      cut(({ stalled }) => stalled)
    },
    connections: () => pairs.size,
    most: () => most,
    close: async () => {
      cut(() => true)
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
