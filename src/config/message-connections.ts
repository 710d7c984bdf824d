import { expandHome } from './connection.ts'
import type { CompletionContext } from './context.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { SecretSource } from '../base/secret.ts'
import type { KafkaConnection, Named, NatsConnection, TlsFiles } from './options.ts'
import { at } from './paths.ts'
import type { RawDelivery, RawKafkaConnection, RawNatsConnection, RawPassword, RawTls } from './raw.ts'

/** Tells what is wrong at a place inside. */
export type Wrong = (member: string, message: string) => void

/** The connections that sinks may choose by name. */
export function completeConnections({ kafkaConnections, natsConnections }: RawDelivery, context: CompletionContext, mistakes: ConfigMistake[]) {
  const kafka = each('delivery.kafkaConnections', kafkaConnections, mistakes, (raw, wrong): Named<KafkaConnection> => ({ name: raw.name, ...kafkaConnection(raw, wrong, context), ...(raw.topics ? { allowed: raw.topics } : {}) }))
  const nats = each('delivery.natsConnections', natsConnections, mistakes, (raw, wrong): Named<NatsConnection> => ({ name: raw.name, ...natsConnection(raw, wrong, context), ...(raw.subjects ? { allowed: raw.subjects } : {}) }))
  return { kafkaConnections: kafka, natsConnections: nats }
}

export function kafkaConnection({ brokers, createTopics, encrypted, tls, sasl }: RawKafkaConnection, wrong: Wrong, context: CompletionContext): KafkaConnection {
  const password = sasl ? passwordOf(sasl, (member, message) => wrong(`sasl.${member}`, message), context) : undefined
  if (sasl && !sasl.username) wrong('sasl.username', 'is missing')
  return {
    brokers: brokers ?? [],
    createTopics: createTopics ?? false,
    encrypted: encrypted ?? Boolean(tls),
    tlsFiles: tlsFilesOf(tls, context),
    ...(sasl && password ? { sasl: { mechanism: sasl.mechanism ?? 'SCRAM-SHA-512', username: sasl.username ?? '', password } } : {}),
  }
}

export function natsConnection(raw: RawNatsConnection, wrong: Wrong, context: CompletionContext): NatsConnection {
  const file = (name: string) => ({ file: expandHome(name, context.home) })
  const ways = (['username', 'tokenFile', 'credentialsFile'] as const).filter((way) => raw[way])
  if (ways.length > 1) wrong(ways[1] ?? '', `is given beside ${ways[0]}; one way to log in is enough`)
  const password = raw.username ? passwordOf(raw, wrong, context) : undefined
  const login = raw.tokenFile ? { token: file(raw.tokenFile) } : raw.credentialsFile ? { credentials: file(raw.credentialsFile) } : raw.username && password ? { username: raw.username, password } : undefined
  return { servers: raw.servers ?? [], tlsFiles: tlsFilesOf(raw.tls, context), ...(login === undefined ? {} : { login }) }
}

export function tlsFilesOf(tls: RawTls['tls'], { home }: CompletionContext): TlsFiles {
  const part = (name: keyof TlsFiles, file: string | null | undefined) => (file ? { [name]: expandHome(file, home) } : {})
  return { ...part('ca', tls?.caFile), ...part('cert', tls?.certFile), ...part('key', tls?.keyFile) }
}

function passwordOf({ passwordFile, passwordEnv }: RawPassword, wrong: Wrong, { home }: CompletionContext): SecretSource | undefined {
  if (passwordFile) return { file: expandHome(passwordFile, home) }
  if (passwordEnv) return { env: passwordEnv }
  wrong('passwordFile', 'is missing, and passwordEnv too')
  return undefined
}

function each<Raw extends { readonly name: string }, Complete>(list: string, raw: readonly Raw[] | null | undefined, mistakes: ConfigMistake[], complete: (raw: Raw, wrong: Wrong) => Complete): readonly Complete[] {
  const names = new Set<string>()
  return (raw ?? []).map((one, index) => {
    const wrong: Wrong = (member, message) => void mistakes.push({ path: `${at(list, index)}.${member}`, message })
    if (names.has(one.name)) wrong('name', `${JSON.stringify(one.name)} names two connections`)
    names.add(one.name)
    return complete(one, wrong)
  })
}
