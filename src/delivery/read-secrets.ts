import { readFile } from 'node:fs/promises'
import type { Environment } from '../base/environment.ts'
import { WatchqlError } from '../base/errors.ts'
import type { DeliveryConfig, KafkaDeclaration, NatsDeclaration, SecretSource, TlsFiles, WebhookDeclaration } from '../config/options.ts'
import type { KafkaDefinition, NatsDefinition, SinkDefinition, TlsMaterial, WebhookDefinition } from '../model/sink.ts'

/** What a file declares, with the secrets that it points at. Rejects with UNREADABLE_FILE or INVALID_CONFIG, which never show them. */
export async function declaredSinks({ webhooks, kafka, nats }: Pick<DeliveryConfig, 'webhooks' | 'kafka' | 'nats'>, env: Environment): Promise<readonly SinkDefinition[]> {
  const all: readonly Promise<SinkDefinition>[] = [
    ...webhooks.map((declaration) => webhookOf(declaration, env)),
    ...kafka.map((declaration) => kafkaOf(declaration, env)),
    ...nats.map((declaration) => natsOf(declaration, env)),
  ]
  return Promise.all(all)
}

async function webhookOf({ secrets, secretHeaders, tlsFiles, ...declared }: WebhookDeclaration, env: Environment): Promise<WebhookDefinition> {
  const keys = await Promise.all(secrets.map(async (source) => ({ secret: await readSecret(source, env, declared.id) })))
  const headers = await Promise.all(Object.entries(secretHeaders).map(async ([name, source]) => [name, await readSecret(source, env, declared.id)] as const))
  return { ...declared, ...(await tlsOf(tlsFiles, declared.id)), keys, headers: { ...declared.headers, ...Object.fromEntries(headers) } }
}

async function kafkaOf({ sasl, tlsFiles, ...declared }: KafkaDeclaration, env: Environment): Promise<KafkaDefinition> {
  const login = sasl === undefined ? {} : { sasl: { ...sasl, password: await readSecret(sasl.password, env, declared.id) } }
  return { ...declared, ...(await tlsOf(tlsFiles, declared.id)), ...login }
}

async function natsOf({ login, tlsFiles, ...declared }: NatsDeclaration, env: Environment): Promise<NatsDefinition> {
  const read = (source: SecretSource) => readSecret(source, env, declared.id)
  const given =
    login === undefined
      ? {}
      : { login: 'username' in login ? { username: login.username, password: await read(login.password) } : 'token' in login ? { token: await read(login.token) } : { credentials: await read(login.credentials) } }
  return { ...declared, ...(await tlsOf(tlsFiles, declared.id)), ...given }
}

async function tlsOf(files: TlsFiles, sink: string): Promise<{ readonly tls?: TlsMaterial }> {
  const parts = await Promise.all(Object.entries(files).map(async ([part, file]) => [part, await readText(file, sink)] as const))
  return parts.length === 0 ? {} : { tls: Object.fromEntries(parts) }
}

async function readSecret(source: SecretSource, env: Environment, sink: string): Promise<string> {
  if ('file' in source) return (await readText(source.file, sink)).trim()
  const secret = env[source.env]
  if (!secret) throw new WatchqlError('INVALID_CONFIG', `The environment variable ${source.env}, a secret of the sink ${sink}, is not set.`)
  return secret.trim()
}

async function readText(file: string, sink: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read ${file}, a secret of the sink ${sink}: ${(error as Error).message}.`, { cause: error })
  }
}
