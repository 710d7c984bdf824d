import type { Environment } from '../base/environment.ts'
import { readSecret, readText, type SecretSource } from '../base/secret.ts'
import type { DeliveryConfig, KafkaConnection, NatsConnection, TlsFiles, WebhookDeclaration } from '../config/options.ts'
import type { SinkDefinition, TlsMaterial, WebhookDefinition } from '../model/sink.ts'
import type { KafkaAccess } from './sinks/kafka.ts'
import type { NatsAccess } from './sinks/nats.ts'

/** What a file declares; of webhooks with the secrets that it points at. Rejects with UNREADABLE_FILE or INVALID_CONFIG, which never show them. */
export async function declaredSinks({ webhooks, kafka, nats }: Pick<DeliveryConfig, 'webhooks' | 'kafka' | 'nats'>, env: Environment): Promise<readonly SinkDefinition[]> {
  const messages = [...kafka, ...nats].map(({ own: _own, ...definition }) => definition)
  return [...(await Promise.all(webhooks.map((declaration) => webhookOf(declaration, env)))), ...messages]
}

async function webhookOf({ secrets, secretHeaders, tlsFiles, ...declared }: WebhookDeclaration, env: Environment): Promise<WebhookDefinition> {
  const of = `the sink ${declared.id}`
  const keys = await Promise.all(secrets.map(async (source) => ({ secret: await readSecret(source, env, of) })))
  const headers = await Promise.all(Object.entries(secretHeaders).map(async ([name, source]) => [name, await readSecret(source, env, of)] as const))
  return { ...declared, ...(await tlsOf(tlsFiles, of)), keys, headers: { ...declared.headers, ...Object.fromEntries(headers) } }
}

/** With the secrets as they are now. Rejects as `declaredSinks` does. */
export async function kafkaAccess({ brokers, createTopics, encrypted, sasl, tlsFiles }: KafkaConnection, env: Environment, of: string): Promise<KafkaAccess> {
  return {
    brokers,
    createTopics,
    ...(encrypted ? { tls: { ...(await tlsOf(tlsFiles, of)).tls } } : {}),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, password: await readSecret(sasl.password, env, of) } }),
  }
}

/** The same for NATS. */
export async function natsAccess({ servers, login, tlsFiles }: NatsConnection, env: Environment, of: string): Promise<NatsAccess> {
  const read = (source: SecretSource) => readSecret(source, env, of)
  const given =
    login === undefined
      ? {}
      : { login: 'username' in login ? { username: login.username, password: await read(login.password) } : 'token' in login ? { token: await read(login.token) } : { credentials: await read(login.credentials) } }
  return { servers, ...(await tlsOf(tlsFiles, of)), ...given }
}

async function tlsOf(files: TlsFiles, of: string): Promise<{ readonly tls?: TlsMaterial }> {
  const parts = await Promise.all(Object.entries(files).map(async ([part, file]) => [part, await readText(file, of)] as const))
  return parts.length === 0 ? {} : { tls: Object.fromEntries(parts) }
}
