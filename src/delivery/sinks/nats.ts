import { jetstream, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream'
import { InvalidArgumentError, InvalidSubjectError, RequestError, connect, credsAuthenticator, headers as natsHeaders, type NatsConnection, type TlsOptions } from '@nats-io/transport-node'
import type { Message, MessageSystem, Outcome } from './message-system.ts'

/** How a system is reached. */
export interface NatsAccess {
  /** `nats://host:port` or `tls://host:port`. */
  readonly servers: readonly string[]
  readonly tls?: TlsOptions
  readonly login?: { readonly username: string; readonly password: string } | { readonly token: string } | { readonly credentials: string }
}

export interface NatsOptions {
  /** Asked for each new connection. */
  readonly access: () => Promise<NatsAccess>
  readonly name: string
  /** Until an attempt is given up. */
  readonly timeoutMs: number
}

/**
 * Publishes to JetStream. A message is acknowledged when a stream has it; one that a stream has
 * already, by its `Nats-Msg-Id`, is kept once. There must be a stream for the subject.
 */
export class Nats implements MessageSystem {
  readonly #options: NatsOptions
  #connected: { readonly connection: NatsConnection; readonly client: JetStreamClient } | undefined
  #isClosed = false

  constructor(options: NatsOptions) {
    this.#options = options
  }

  async send(messages: readonly Message[]): Promise<readonly Outcome[]> {
    try {
      const { client } = (this.#connected ??= await this.#connect())
      const outcomes = await Promise.all(messages.map((message) => this.#publish(client, message)))
      if (outcomes.some(({ is }) => is === 'FAILED')) await this.#drop()
      return outcomes
    } catch (error) {
      await this.#drop()
      return messages.map(() => ({ is: 'FAILED', reason: (error as Error).message }))
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#drop()
  }

  async #drop(): Promise<void> {
    const connected = this.#connected
    this.#connected = undefined
    await connected?.connection.close().catch(() => undefined)
  }

  async #connect() {
    const { access, timeoutMs } = this.#options
    const { servers, tls, login } = await access()
    let failure: unknown
    // One by one: with several, the library does not say which one TLS is begun with.
    for (const server of servers) {
      try {
        const connection = await this.#connectTo(server, Math.ceil(timeoutMs / servers.length), { ...tlsOf(server, tls), ...loginOf(login) })
        return { connection, client: jetstream(connection, { timeout: timeoutMs }) }
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  async #connectTo(server: string, timeout: number, more: object): Promise<NatsConnection> {
    // The next attempt connects anew: what is told to wait here would not be seen to wait.
    const connection = await connect({ servers: [server], name: this.#options.name, timeout, reconnect: false, ...more })
    if (!this.#isClosed) return connection
    await connection.close()
    throw new Error('it was closed')
  }

  async #publish(client: JetStreamClient, { id, destination, headers, body }: Message): Promise<Outcome> {
    try {
      const named = natsHeaders()
      for (const [name, value] of Object.entries(headers)) named.set(name, value)
      await client.publish(destination, body, { msgID: id, headers: named })
      return { is: 'KEPT' }
    } catch (error) {
      return { is: isRefusal(error) ? 'REFUSED' : 'FAILED', reason: reasonOf(error, destination) }
    }
  }
}

/** The library goes by what the server says of TLS unless it is given something here, and compares certificates with `localhost` where a server is named by its address. */
function tlsOf(server: string, tls: TlsOptions | undefined): object {
  if (tls === undefined && !server.startsWith('tls:')) return {}
  return { tls: { ...tls, host: new URL(server).hostname.replace(/^\[|\]$/g, '') } }
}

function loginOf(login: NatsAccess['login']): object {
  if (login === undefined) return {}
  if ('username' in login) return { user: login.username, pass: login.password }
  return 'token' in login ? login : { authenticator: credsAuthenticator(new TextEncoder().encode(login.credentials)) }
}

/** What the stream says of the message itself: too large, or sealed. https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const refusals: ReadonlySet<number> = new Set([10_054, 10_109])

function isRefusal(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return refusals.has(error.code)
  // The server's own limit, known to the client since it connected; and a subject that is none.
  return error instanceof InvalidArgumentError || error instanceof InvalidSubjectError
}

function reasonOf(error: unknown, subject: string): string {
  const { cause, message } = error as Error
  return cause instanceof RequestError && cause.isNoResponders() ? `no stream takes the subject ${subject}, or JetStream is off` : message
}
