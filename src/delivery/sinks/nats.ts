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
    const { access, name, timeoutMs } = this.#options
    const { servers, tls, login } = await access()
    const connection = await connect({
      servers: [...servers],
      name,
      timeout: timeoutMs,
      // The next attempt connects anew: what is told to wait here would not be seen to wait.
      reconnect: false,
      ...(tls === undefined ? {} : { tls }),
      ...loginOf(login),
    })
    if (this.#isClosed) {
      await connection.close()
      throw new Error('it was closed')
    }
    return { connection, client: jetstream(connection, { timeout: timeoutMs }) }
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
