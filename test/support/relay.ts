import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Chooses among the open connections: one of so many. */
export type Choice = (connections: number) => number

/** A wire between two parties that can break in the ways that wires break: on every open connection, or on a chosen one. */
export interface Relay {
  readonly port: number
  /** Both ends learn of it. */
  cut(choice?: Choice): void
  /** From now on nothing passes and nobody learns of it, on the connections that are open and, with `all`, on new ones. */
  stall(all: boolean, choice?: Choice): void
  /** Nothing passes, nothing is lost, until the returned function is called. */
  hold(choice?: Choice): () => void
  /** Each connection's sending end towards the gateway is closed, the other stays open; with `towards` the other way round. */
  halfClose(choice?: Choice, towards?: 'gateway' | 'server'): void
  /** New connections are closed at once, or no more. */
  refuse(refusing: boolean): void
  /** Whole again; stalled and half-closed connections are cut, since what they swallowed is lost. */
  heal(): void
  connections(): number
  /** How many were opened since the start. */
  opened(): number
  /** The most that were open at one moment. */
  most(): number
  close(): Promise<void>
}

interface Pair {
  /** Towards the gateway. */
  readonly near: Socket
  readonly far: Socket
  stalled: boolean
}

export async function openRelay(targetPort: number): Promise<Relay> {
  const pairs = new Set<Pair>()
  let stallNew = false
  let refusing = false
  let most = 0
  let opened = 0
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    near.on('error', () => undefined)
    if (refusing) return void near.destroy()
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair: Pair = { near, far, stalled: stallNew }
    pairs.add(pair)
    opened += 1
    most = Math.max(most, pairs.size)
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => {
        if (!pair.stalled || from === near) to.destroy()
        if (to.destroyed) pairs.delete(pair)
      })
      from.on('end', () => {
        if (!pair.stalled) to.end()
        // Nobody is left who could learn of it.
        else if (from === near) near.destroy()
      })
      from.on('data', (bytes) => {
        if (pair.stalled || !to.writable || to.write(bytes)) return
        from.pause()
        to.once('drain', () => from.resume())
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const chosen = (choice: Choice | undefined) => (choice === undefined ? [...pairs] : [...pairs].slice(choice(pairs.size)).slice(0, 1))
  const cut = (which: Iterable<Pair>) => {
    for (const { near, far } of which) for (const end of [near, far]) end.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut: (choice) => cut(chosen(choice)),
    stall: (all, choice) => {
      stallNew = all
      for (const pair of chosen(choice)) pair.stalled = true
    },
    hold: (choice) => {
      const held = chosen(choice).flatMap(({ near, far }) => [near, far])
      for (const end of held) end.pause()
      return () => {
        for (const end of held) end.resume()
      }
    },
    halfClose: (choice, towards = 'gateway') => {
      for (const { near, far } of chosen(choice)) (towards === 'gateway' ? near : far).end()
    },
    refuse: (now) => {
      refusing = now
    },
    heal: () => {
      stallNew = false
      refusing = false
      cut([...pairs].filter(({ stalled, near, far }) => stalled || near.writableEnded || far.writableEnded))
    },
    connections: () => pairs.size,
    opened: () => opened,
    most: () => most,
    close: async () => {
      cut([...pairs])
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
