import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Random } from '../cluster/workloads/random.ts'

interface Pair {
  readonly client: Socket
  readonly server: Socket
  /** What arrives is thrown away: the peer looks alive and says nothing. */
  silent: boolean
}

/** A TCP relay on loopback whose connections can be made to fail as connections do. */
export class Relay {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #refusing = false

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(port: number): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    const relay = new Relay(server)
    server.on('connection', (client: Socket) => relay.#accept(client, port))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get connections(): number {
    return this.#pairs.size
  }

  /** Breaks connections off, with RST where the system can: all of them, or one. */
  cut(random?: Random): void {
    for (const pair of this.#some(random)) destroy(pair)
  }

  /** One direction ends with FIN, the other stays open. */
  halfClose(random: Random): void {
    for (const { client, server } of this.#some(random)) (random.below(2) === 0 ? client : server).end()
  }

  /** Nothing passes for so long, then what waited does. Returns what lets it pass earlier. */
  stall(random?: Random): () => void {
    const stalled = this.#some(random)
    for (const { client, server } of stalled) for (const end of [client, server]) end.pause()
    return () => {
      for (const { client, server } of stalled) for (const end of [client, server]) end.resume()
    }
  }

  /** Nothing passes any more on one connection, which stays open. */
  silence(random: Random): void {
    for (const pair of this.#some(random)) pair.silent = true
  }

  /** New connections are closed at once. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing
  }

  /** Breaks off what was silenced, and refuses nobody any more. */
  calm(): void {
    this.#refusing = false
    for (const pair of this.#pairs) if (pair.silent || pair.client.writableEnded || pair.server.writableEnded) destroy(pair)
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.cut()
    await closed
  }

  #some(random: Random | undefined): Pair[] {
    const pairs = [...this.#pairs]
    return random === undefined || pairs.length === 0 ? pairs : [random.pick(pairs)]
  }

  #accept(client: Socket, port: number): void {
    if (this.#refusing) return void client.destroy()
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair: Pair = { client, server, silent: false }
    this.#pairs.add(pair)
    for (const [from, to] of [[client, server], [server, client]] as const) {
      from.on('data', (chunk: Buffer) => {
        if (pair.silent || !to.writable) return
        if (to.write(chunk)) return
        from.pause()
        to.once('drain', () => from.resume())
      })
      from.on('end', () => {
        if (!pair.silent) to.end()
      })
      from.on('error', () => destroy(pair))
      from.on('close', () => {
        this.#pairs.delete(pair)
        destroy(pair)
      })
    }
  }
}

function destroy({ client, server }: Pair): void {
  for (const end of [client, server]) if (!end.destroyed) end.resetAndDestroy()
}
