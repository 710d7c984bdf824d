import { formats, payloads, saslMechanisms } from '../model/sink.ts'
import { defaults } from './defaults.ts'
import { choice, flag, object, text, textMap, texts, whole, type Schema } from './schema-parts.ts'

export const eventTypes = ['ADDED', 'MODIFIED', 'DELETED']

/** Operators of the GraphQL input of the same name. */
const pathFilter: Schema = { $ref: '#/$defs/pathFilter' }
const scalar: Schema = { type: ['number', 'string'] }
export const pathFilterDefinition: Schema = {
  type: 'object',
  description: 'What must hold of the value at a path; all operators must.',
  additionalProperties: false,
  properties: {
    path: { type: 'string' },
    eq: {},
    ne: {},
    in: { type: 'array' },
    notIn: { type: 'array' },
    gt: scalar,
    gte: scalar,
    lt: scalar,
    lte: scalar,
    ...Object.fromEntries(['contains', 'startsWith', 'endsWith', 'icontains', 'matches'].map((name) => [name, { type: 'string' }])),
    exists: { type: 'boolean' },
    some: pathFilter,
    every: pathFilter,
    none: pathFilter,
    and: { type: 'array', items: pathFilter },
    or: { type: 'array', items: pathFilter },
    not: pathFilter,
  },
}

const { delivery } = defaults

/** What every sink has. */
const common = {
  name: { type: 'string', description: 'Its id: with another name it is another sink, and begins anew.', pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$', examples: ['audit'] },
  payload: choice('The object; only which one it is; with its state before; or what changed (RFC 6902). Of cloudevents.', payloads, 'full'),
  kinds: {
    type: ['array', 'null'],
    description: 'Only these kinds, which are watched for it. Absent: every kind that is watched.',
    minItems: 1,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      properties: { group: text('Empty or core for the core group.'), version: text('Absent: the version that the server prefers.'), kind: { type: 'string', minLength: 1, description: 'As in manifests.' } },
    },
  },
  eventTypes: { type: ['array', 'null'], description: 'Which events; none given is all.', items: { enum: eventTypes } },
  namespaces: texts('Only objects of these namespaces.'),
  labelSelector: text("Only objects with these labels, in Kubernetes' grammar.", { examples: ['app=web,tier in (a,b)'] }),
  where: { ...pathFilter, description: 'Only objects that this holds for: the path filter of the GraphQL API.' },
  cel: text('Only events that this expression (https://cel.dev) holds for; it reads object, oldObject and type.', { examples: ['object.spec.replicas != oldObject.spec.replicas'] }),
  changedPaths: texts('MODIFIED only where one of these paths changed.', { examples: [['spec', 'status.phase']] }),
  initial: choice('Whether a new sink is told what there is already.', ['none', 'snapshot'], 'none'),
  concurrency: whole('Deliveries under way at once.', delivery.concurrency, 1, 1000),
  ratePerSecond: whole('Deliveries per second; 0 is no limit.', delivery.ratePerSecond, 0, 1_000_000),
  timeoutMs: whole('For one attempt.', delivery.timeoutMs, 100, 600_000),
  maxBacklog: whole('Pending deliveries above which states in between are left out.', delivery.maxBacklog, 1, 100_000_000),
} as const satisfies Readonly<Record<string, Schema>>

const tls = object('Beside the well-known authorities.', {
  caFile: text('PEM file of the authorities that are trusted instead.'),
  certFile: text('PEM file of the certificate that is shown to the other side.'),
  keyFile: text('PEM file of its key.'),
})

const sink = (description: string, required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', description, additionalProperties: false, required: ['name', ...required], properties: { ...common, ...properties } })

const webhook = sink('One receiver.', ['url'], {
  url: { type: 'string', description: 'Where events are sent.', examples: ['https://audit.example.com/hook'] },
  format: choice("cloudevents, or grw for k8s-generic-watcher's payload.", formats, 'cloudevents'),
  secretFiles: texts('Files with secrets that the requests are signed with: whsec_ and base64, or whsk_ for ed25519. Several while one is replaced.'),
  secretEnvs: texts('Environment variables that hold such secrets.'),
  headers: textMap('Added to each request.'),
  headerFiles: textMap('The same, with values that stand in files.', { examples: [{ authorization: '/var/run/secrets/hooks/token' }] }),
  headerEnvs: textMap('The same, with values that stand in environment variables.'),
  tls,
})

const kafkaConnection = {
  brokers: { type: ['array', 'null'], description: 'Some brokers of the cluster.', minItems: 1, items: { type: 'string', pattern: '^[^\\s/]+:[0-9]{1,5}$' }, examples: [['kafka-0.kafka:9092']] },
  createTopics: flag('Let missing topics be made, as the brokers are set up to make them.', false),
  encrypted: flag('Over TLS.', false),
  tls,
  sasl: object('Who logs in.', {
    mechanism: choice('How.', saslMechanisms, 'SCRAM-SHA-512'),
    username: text('Who.'),
    passwordFile: text('The file that holds the password.'),
    passwordEnv: text('The environment variable that holds it.'),
  }),
} as const satisfies Readonly<Record<string, Schema>>

const natsConnection = {
  servers: { type: ['array', 'null'], description: 'Some servers of the cluster.', minItems: 1, items: { type: 'string', pattern: '^(nats|tls)://[^\\s/]+$' }, examples: [['nats://nats:4222']] },
  username: text('Who logs in.'),
  passwordFile: text('The file that holds the password.'),
  passwordEnv: text('The environment variable that holds it.'),
  tokenFile: text('The file that holds a token to log in with.'),
  credentialsFile: text('The .creds file of a user.'),
  tls,
} as const satisfies Readonly<Record<string, Schema>>

const kafka = sink('One sink of messages, in binary CloudEvents with the uid as the key.', ['topic'], {
  topic: { type: 'string', description: 'A name, or several with {cluster}, {group}, {version}, {kind}, {namespace} and {type} in it.', examples: ['watchql', 'watchql.{group}.{kind}'] },
  connection: text('The name of one of kafkaConnections, instead of brokers and what belongs to them.', { examples: ['main'] }),
  ...kafkaConnection,
})

const nats = sink('One sink of messages, in binary CloudEvents; a stream must take its subjects.', ['subject'], {
  subject: { type: 'string', description: 'A name, or several, as for topics; a dot in a value becomes _.', examples: ['watchql.{group}.{kind}'] },
  connection: text('The name of one of natsConnections, instead of servers and what belongs to them.', { examples: ['main'] }),
  ...natsConnection,
})

const connection = (description: string, addresses: string, properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  required: ['name', addresses],
  properties: { name: { ...common.name, description: 'What sinks call it.', examples: ['main'] }, ...properties },
})
const kafkaConnections = connection('One Kafka cluster that sinks may choose, those made over the API too.', 'brokers', {
  ...kafkaConnection,
  brokers: { ...kafkaConnection.brokers, type: 'array' },
  topics: texts('The only topics that sinks made over the API may name: names, or beginnings with * behind them. Absent: all.', { items: { type: 'string', pattern: '^([A-Za-z0-9._-]+\\*?|\\*)$' }, examples: [['watchql.*']] }),
})
const natsConnections = connection('One NATS system that sinks may choose, those made over the API too.', 'servers', {
  ...natsConnection,
  servers: { ...natsConnection.servers, type: 'array' },
  subjects: texts('The only subjects that sinks made over the API may name: names, or beginnings with .> behind them. Absent: all.', { items: { type: 'string', pattern: '^([A-Za-z0-9_-]+\\.)*([A-Za-z0-9_-]+|>)$' }, examples: [['watchql.>']] }),
})

export const deliverySchema = object('Change events delivered to receivers.', {
      webhooks: { type: ['array', 'null'], description: 'Beside notifiers and globalWebhookUrls.', items: webhook },
      kafka: { type: ['array', 'null'], description: 'Topics of Kafka.', items: kafka },
      nats: { type: ['array', 'null'], description: 'Subjects of NATS JetStream.', items: nats },
      kafkaConnections: { type: ['array', 'null'], description: 'Kafka clusters that sinks choose by name.', items: kafkaConnections },
      natsConnections: { type: ['array', 'null'], description: 'NATS systems that sinks choose by name.', items: natsConnections },
      concurrency: whole('Deliveries under way at once, per sink.', delivery.concurrency, 1, 1000),
      ratePerSecond: whole('Deliveries per second, per sink; 0 is no limit.', delivery.ratePerSecond, 0, 1_000_000),
      timeoutMs: whole('For one attempt.', delivery.timeoutMs, 100, 600_000),
      maxBacklog: whole('Pending deliveries per sink above which states in between are left out.', delivery.maxBacklog, 1, 100_000_000),
      retryWaitsSeconds: { type: ['array', 'null'], description: 'The waits between the attempts at one delivery, each spread by a tenth; when all have passed it is given up. The default is what Standard Webhooks proposes.', items: { type: 'number', minimum: 0.01, maximum: 604_800 }, minItems: 1, maxItems: 100, default: delivery.retryWaitsSeconds },
      maxWebhooks: whole('Sinks in all: webhooks, Kafka and NATS.', delivery.maxWebhooks, 0, 10_000),
      allowLocalTargets: flag('Whether webhooks made by API may go to loopback, link-local and metadata addresses.', delivery.allowLocalTargets),
      redactSecrets: flag('Leave out the values in Secrets.', delivery.redactSecrets),
      maxBodyBytes: whole('The largest body that is sent.', delivery.maxBodyBytes, 1024, 1_073_741_824),
      keepDelivered: whole('Deliveries per sink that are remembered after they were made.', delivery.keepDelivered, 0, 1_000_000),
      keepDead: whole('Deliveries per sink that were given up and can still be sent by hand.', delivery.keepDead, 0, 10_000_000),
      disableAfterHours: whole('A sink that accepted nothing for so long is disabled.', delivery.disableAfterHours, 1, 10_000),
      rotationHours: whole('How long a secret that was replaced signs along.', delivery.rotationHours, 0, 10_000),
      leaseSeconds: whole('With replicas that share a database: how long one that is not heard of keeps the kinds that it records.', delivery.leaseSeconds, 2, 3600),
      gatherMs: whole('Time from one transaction with changes to the next, in which they are gathered; what comes after a quiet time waits for nothing.', delivery.gatherMs, 0, 10_000),
      batchSize: whole('Changes in one transaction; fewer when their objects are large.', delivery.batchSize, 1, 2000),
      maxWaiting: whole('Changes that wait in memory to be recorded; with more, states in between are lost.', delivery.maxWaiting, 100, 1_000_000),
      maxWaitingBytes: whole('The same, by the lengths of their objects.', delivery.maxWaitingBytes, 1024 * 1024, 1_099_511_627_776),
    })
