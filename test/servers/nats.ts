import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { freePort } from '../cluster/port.ts'
import { programsIn, untilReady } from '../cluster/programs.ts'
import type { KeyPair } from '../support/certificate.ts'
import type { TestServer } from './server.ts'

export interface NatsServer extends TestServer {
  readonly url: string
  /** Makes a stream that takes these subjects. */
  addStream(name: string, subjects: readonly string[]): Promise<void>
  /** What a stream has of a subject, in its order. */
  read(stream: string, subject: string): Promise<readonly NatsRecord[]>
}

export interface NatsRecord {
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

export interface NatsServerOptions {
  /** Over TLS, with this certificate. */
  readonly tls?: KeyPair
  readonly token?: string
}

/** A real NATS server with JetStream (Debian: apt-get install nats-server) and no streams. */
export async function startNats({ tls, token }: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-nats-'))
  const programs = programsIn(folder, () => undefined)
  const [port, monitorPort] = [await freePort(), await freePort()]
  const [certFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  if (tls !== undefined) {
    await writeFile(certFile, tls.cert)
    await writeFile(keyFile, tls.key)
  }
  const more = [...(tls === undefined ? [] : ['--tls', '--tlscert', certFile, '--tlskey', keyFile]), ...(token === undefined ? [] : ['--auth', token])]
  const isReady = () => fetch(`http://127.0.0.1:${monitorPort}/healthz`).then(({ ok }) => ok, () => false)
  const start = async () => {
    const program = await programs.start('nats', 'nats-server', ['--addr', '127.0.0.1', '--port', String(port), '--http_port', String(monitorPort), '--jetstream', '--store_dir', join(folder, 'data'), ...more])
    await untilReady(program, isReady)
    return program
  }
  let program = await start()
  const url = `${tls === undefined ? 'nats' : 'tls'}://127.0.0.1:${port}`
  const login = { servers: url, ...(tls === undefined ? {} : { tls: { ca: tls.cert, host: '127.0.0.1' } as object }), ...(token === undefined ? {} : { token }) }
  return {
    url,
    addStream: async (name, subjects) => {
      const connection = await connect(login)
      await (await jetstreamManager(connection)).streams.add({ name, subjects: [...subjects] })
      await connection.close()
    },
    read: async (stream, subject) => {
      const connection = await connect(login)
      const { name } = await (await jetstreamManager(connection)).consumers.add(stream, { ack_policy: AckPolicy.None, filter_subject: subject })
      const consumer = await jetstream(connection).consumers.get(stream, name)
      const read: NatsRecord[] = []
      for await (const message of await consumer.fetch({ max_messages: 100_000, expires: 1500 })) read.push({ headers: Object.fromEntries((message.headers?.keys() ?? []).map((header) => [header, message.headers?.get(header) ?? ''])), value: message.string() })
      await connection.close()
      return read
    },
    stop: () => programs.close(),
    kill: () => program.stop(0),
    pause: () => void process.kill(program.pid, 'SIGSTOP'),
    resume: () => void process.kill(program.pid, 'SIGCONT'),
    restart: async () => {
      await program.stop(5000)
      program = await start()
    },
  }
}
