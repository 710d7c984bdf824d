import { createServer } from 'node:net'

/**
 * A loopback port that is free now. It is taken from below the ranges that systems use for
 * outgoing connections: there, a client that reconnects in a loop while the server is down
 * can be given the server's own port and then talks to itself.
 * Another process can still take it before it is used, so whoever listens must be ready to try another.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 16_384 + Math.floor(Math.random() * 16_000)
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw new Error('No free port found on 127.0.0.1 in 100 tries between 16384 and 32383: too many servers run on this machine')
}
