import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../cluster/port.ts'
import { programsIn, untilReady } from '../cluster/programs.ts'
import { selfSigned, type KeyPair } from '../support/certificate.ts'
import { kafkaJars } from './kafka/jars.ts'
import type { TestServer } from './server.ts'

export interface KafkaServer extends TestServer {
  /** `host:port` of its only broker. */
  readonly broker: string
  /** The same, with SASL (PLAIN and SCRAM) over plain text: user `watchql`, password `secret`. */
  readonly saslBroker: string
  /** The same, over TLS. */
  readonly saslTlsBroker: string
  /** Over TLS, for whoever shows `client`. */
  readonly tlsBroker: string
  /** Of the broker: it is signed by itself. */
  readonly ca: string
  readonly client: KeyPair
  /** What a topic holds: partitions one after the other, each in its order. Read by Kafka's own console consumer. */
  read(topic: string): Promise<readonly KafkaRecord[]>
  /** Writes messages of these keys with Kafka's own console producer. */
  write(topic: string, keys: readonly string[]): Promise<void>
}

export interface KafkaRecord {
  readonly partition: number
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

const java = (jars: string, main: string, ...args: readonly string[]) => ['-Xmx384m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), main, ...args]

/** Another process may take a port before the broker does. */
const attempts = 3

/** A real broker that is its own controller, with nothing in it. Topics are made when first asked for, with three partitions. */
export async function startKafka(): Promise<KafkaServer> {
  const jars = await kafkaJars()
  for (let attempt = 1; ; attempt += 1) {
    const started = await startBroker(jars).catch((error: unknown) => {
      if (attempt === attempts) throw error
    })
    if (started !== undefined) return started
  }
}

async function startBroker(jars: string): Promise<KafkaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-kafka-'))
  const programs = programsIn(folder, () => undefined)
  const [port, saslPort, saslTlsPort, tlsPort, controllerPort] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()]
  const [own, client] = [selfSigned('kafka'), selfSigned('client')]
  const [keys, trusted] = [join(folder, 'broker.pem'), join(folder, 'clients.pem')]
  await writeFile(keys, own.key + own.cert)
  await writeFile(trusted, client.cert)
  const open = `PLAINTEXT://127.0.0.1:${port},SASL_PLAINTEXT://127.0.0.1:${saslPort},SASL_SSL://127.0.0.1:${saslTlsPort},SSL://127.0.0.1:${tlsPort}`
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="watchql" password="secret" user_watchql="secret";'
  const properties: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${open},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': open,
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', ...['PLAINTEXT', 'SASL_PLAINTEXT', 'SASL_SSL', 'SSL'].map((protocol) => `${protocol}:${protocol}`)].join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    ...Object.fromEntries(['sasl_plaintext', 'sasl_ssl'].flatMap((listener) => [[`listener.name.${listener}.plain.sasl.jaas.config`, login], ...['256', '512'].map((bits) => [`listener.name.${listener}.scram-sha-${bits}.sasl.jaas.config`, 'org.apache.kafka.common.security.scram.ScramLoginModule required;'])])),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keys,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': trusted,
    'listener.name.ssl.ssl.client.auth': 'required',
    'log.dirs': join(folder, 'data'),
    'num.partitions': 3,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
  }
  const file = join(folder, 'server.properties')
  await writeFile(file, Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join(''))
  const format = await programs.start('format', 'java', java(jars, 'kafka.tools.StorageTool', 'format', '-t', 'abcdefghijklmnopqrstuA', '-c', file, ...['256', '512'].flatMap((bits) => ['--add-scram', `SCRAM-SHA-${bits}=[name=watchql,password=secret]`])))
  await untilReady(format, () => Promise.resolve(format.hasEnded()))

  const start = async () => {
    const program = await programs.start('kafka', 'java', java(jars, 'kafka.Kafka', file))
    await untilReady(program, () => accepts(tlsPort))
    return program
  }
  let program = await start().catch(async (error: unknown) => {
    await programs.close()
    throw error
  })
  return {
    broker: `127.0.0.1:${port}`,
    saslBroker: `127.0.0.1:${saslPort}`,
    saslTlsBroker: `127.0.0.1:${saslTlsPort}`,
    tlsBroker: `127.0.0.1:${tlsPort}`,
    ca: own.cert,
    client,
    read: (topic) => consume(jars, `127.0.0.1:${port}`, topic),
    write: (topic, keys) => produce(jars, `127.0.0.1:${port}`, topic, keys),
    stop: () => programs.close(),
    kill: () => program.stop(0),
    pause: () => void process.kill(program.pid, 'SIGSTOP'),
    resume: () => void process.kill(program.pid, 'SIGCONT'),
    restart: async () => {
      await program.stop(10_000)
      program = await start()
    },
  }
}

async function consume(jars: string, broker: string, topic: string): Promise<readonly KafkaRecord[]> {
  const shown = ['partition', 'headers', 'key', 'value'].flatMap((part) => ['--property', `print.${part}=true`])
  const count = await countOf(jars, broker, topic)
  if (count === 0) return []
  // It ends with the last one; the time is for a machine that has much else to do.
  const args = ['--bootstrap-server', broker, '--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '60000', '--property', 'key.separator=\t', '--property', 'headers.separator=\u0001', ...shown]
  const { stdout } = await promisify(execFile)('java', java(jars, 'org.apache.kafka.tools.consumer.ConsoleConsumer', ...args), { maxBuffer: 256 * 1024 * 1024 })
  const records = stdout.split('\n').filter((line) => line.startsWith('Partition:')).map((line): KafkaRecord => {
    const [partition = '', headers = '', key = '', value = ''] = line.split('\t')
    return { partition: Number(partition.slice('Partition:'.length)), headers: Object.fromEntries(headers.split('\u0001').map((header) => [header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1)])), key, value }
  })
  return records.toSorted((a, b) => a.partition - b.partition)
}

async function countOf(jars: string, broker: string, topic: string): Promise<number> {
  const { stdout } = await promisify(execFile)('java', java(jars, 'org.apache.kafka.tools.GetOffsetShell', '--bootstrap-server', broker, '--topic', topic))
  return stdout.split('\n').reduce((sum, line) => sum + Number(line.split(':')[2] ?? 0), 0)
}

async function produce(jars: string, broker: string, topic: string, keys: readonly string[]): Promise<void> {
  const producing = promisify(execFile)('java', java(jars, 'org.apache.kafka.tools.ConsoleProducer', '--bootstrap-server', broker, '--topic', topic, '--property', 'parse.key=true', '--property', 'key.separator=='))
  producing.child.stdin?.end(keys.map((key) => `${key}=x\n`).join(''))
  await producing
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
