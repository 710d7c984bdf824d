import { logLevels } from '../base/logging.ts'
import { defaults } from './defaults.ts'
import { logTypes } from './options.ts'
import { deliverySchema, eventTypes, pathFilterDefinition } from './delivery-schema.ts'
import { choice, flag, object, text, textMap, texts, whole, type Schema } from './schema-parts.ts'

const pemFile = (what: string): Schema => text(`PEM file of ${what}; followed when it is rotated.`)
const pemData = (what: string): Schema => text(`${what} as base64 of PEM; wins over the file.`)

const watchOptions = object('Limits which objects are cached. Absent: every object of the kind.', {
  namespace: text('Only objects of this namespace.'),
  name: text('Only the object of this name.'),
  fieldSelector: textMap('Only objects whose fields have these values; the API server decides which fields it knows.', { examples: [{ 'status.phase': 'Running' }] }),
  labelSelector: textMap('Only objects with these labels.', { examples: [{ 'app.kubernetes.io/name': 'web' }] }),
  additionalK8sApiQueryParams: {
    type: ['object', 'null'],
    description: 'Added to list and watch requests. Parameters of the watch protocol itself have no effect here.',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    examples: [{ labelSelector: 'tier in (web, api)' }],
  },
})

const notifier = object(
  'Webhooks for this kind.',
  {
    webhookUrls: { type: 'array', description: 'Where events are sent.', items: { type: 'string' }, minItems: 1 },
    eventTypes: { type: ['array', 'null'], description: 'Which events; none given is all.', items: { enum: eventTypes } },
    filter: object('Only objects that this query would find. All conditions must hold.', {
      group: text('The group of the watched kind, if anything.'),
      version: text('The version of the watched kind, if anything.'),
      kind: text('The watched kind, if anything.'),
      name: text('Its name.'),
      namespace: text('Its namespace.'),
      uid: text('Its uid.'),
      labelSelectors: texts('Keys and values of labels in turn.', { examples: [['app', 'web', 'tier', 'front']] }),
      annotationSelectors: texts('Keys and values of annotations in turn.'),
      fieldMatches: { type: ['array', 'null'], description: 'Paths and values in turn. A value is any JSON and must be equal.', examples: [['spec.replicas', 3]] },
    }),
  },
  { required: ['webhookUrls'], type: 'object' },
)

const patterns = (description: string, value: readonly string[]): Schema => ({ type: ['array', 'null'], description, items: { type: 'string', pattern: '^[a-z0-9.*-]+/[a-z0-9*]+/[A-Za-z0-9*-]+$' }, default: value, examples: [['*.istio.io/*/*', 'core/v1/Pod']] })

const relatedKind = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  required: ['kind'],
  properties: { group: text('Empty or core for the core group.', { examples: ['core', 'apps'] }), kind: { type: 'string', minLength: 1, description: 'As in manifests.', examples: ['Deployment'] } },
})
const fieldName = { pattern: '^[a-z][A-Za-z0-9]*$', maxLength: 63 }

const { watch, database, limits, transport, feed, http, admin, rest, graphql, types } = defaults

/** The one description of the configuration: validates it, and is emitted as schema/config.schema.json for editors. */
export const configSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'WatchQL configuration',
  description: "k8s-generic-watcher's config.json, with more beside it. JSON or YAML. Every key may be absent or null.",
  examples: [
    {
      minLogLevel: 'info',
      initialWatchingResources: [
        { group: 'core', version: 'v1', kind: 'Pod' },
        { group: 'apps', version: 'v1', kind: 'Deployment', watchOptions: { namespace: 'shop' } },
      ],
      k8sClientConfig: { authType: 'KubeConfig', context: 'staging' },
    },
  ],
  $defs: { pathFilter: pathFilterDefinition },
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: text('For editors.'),
    clusterName: text('Names the cluster in ids and cursors: up to 63 lower-case letters, digits, "-" and ".", a letter or digit at both ends.', { default: defaults.clusterName, pattern: '^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?)?$' }),
    listenAddress: text('IP address to listen on, or localhost. Another address than a loopback one also needs allowUnauthenticated.', { default: defaults.listenAddress, examples: ['0.0.0.0', '::'] }),
    listenPort: whole('TCP port; 0 takes a free one.', defaults.listenPort, 0, 65_535),
    allowUnauthenticated: flag('Says that whoever reaches listenAddress may read everything that is cached.', false),
    minLogLevel: choice('Less is not logged.', logLevels, defaults.minLogLevel),
    logType: choice('json for machines, pretty for people, hidden for none.', logTypes, defaults.logType),
    initialWatchingResources: {
      type: ['array', 'null'],
      description: 'The kinds to watch from the start.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          group: text('Empty or core for the core group.', { examples: ['core', 'apps', 'networking.istio.io'] }),
          version: text('Absent: the version that the server prefers.', { examples: ['v1'] }),
          kind: { type: 'string', minLength: 1, description: 'As in manifests.', examples: ['Deployment'] },
          watchOptions,
          notifiers: { type: ['array', 'null'], description: 'Webhooks for this kind.', items: notifier },
        },
      },
    },
    globalWebhookUrls: texts('Webhooks that receive every event of every initial kind.'),
    initialWebHookUrls: texts('Another name of globalWebhookUrls.'),
    enableSyncApiGroups: flag('Ask at an interval which kinds the cluster serves, beside when a definition changes.', defaults.enableSyncApiGroups),
    apiGroupsSyncIntervalSecond: whole('How often, in seconds.', defaults.apiGroupsSyncIntervalSecond, 1, 86_400),
    k8sClientConfig: object('How to reach the API server. Absent: the service account in a pod, else the kubeconfig.', {
      apiServerUrl: text('Used with BearerToken, ClientCertificate and None.', { examples: ['https://kubernetes.example.com:6443'] }),
      autoInClusterConfig: flag("Use the pod's service account. AUTO_INCLUSTER_CONFIG=true does the same.", false),
      authType: {
        enum: ['KubeConfig', 'BearerToken', 'ClientCertificate', 'None', null],
        description: 'Which credentials to use when not in-cluster. None sends none: for kubectl proxy.',
      },
      kubeConfigFilePath: text('Empty: the files in KUBECONFIG, then ~/.kube/config; in a pod that has none of these, its service account.', { examples: ['~/.kube/staging'] }),
      context: text('A context of the kubeconfig. Absent: the current one.'),
      tokenFilePath: text('For BearerToken; followed when it is rotated.'),
      caCertPath: pemFile('the CA that signed the certificate of the API server'),
      caCertDataPemBase64: pemData('The CA certificate'),
      clientCertPath: pemFile('the client certificate, for ClientCertificate'),
      clientCertDataPemBase64: pemData('The client certificate'),
      clientKeyPath: pemFile('the client key, without a passphrase'),
      clientKeyDataPemBase64: pemData('The client key'),
      insecureSkipTlsVerify: flag('Accept any server certificate. Whoever is between can read and change everything.', false),
      autoKeepAlive: flag('Accepted; connections are always kept alive.'),
      autoReconnect: flag('Accepted; broken connections are always restored.'),
    }),
    watch: object('How kinds are watched.', {
      onDemand: flag('Begin to watch a kind when a query asks for it.', watch.onDemand),
      syncTimeoutMs: whole('How long a query waits for the first list of a kind, in milliseconds.', watch.syncTimeoutMs, 0, 600_000),
      maxKinds: whole('Kinds watched at once.', watch.maxKinds, 1, 10_000),
      memoryPercent: whole('The share of the heap of the process, in percent, that may be in use; with more, a kind is given up.', watch.memoryPercent, 10, 95),
      refusedRetryMs: whole('How soon a kind that was given up is tried again, where there is room.', watch.refusedRetryMs, 1000, 86_400_000),
      maxDedicated: whole('Dedicated watches at once: those of a part of a kind, which a query asked for.', watch.maxDedicated, 0, 10_000),
      dedicatedIdleMs: whole('When a dedicated watch ends that nobody asks for.', watch.dedicatedIdleMs, 10, 86_400_000),
      dedicatedProtectedMs: whole('A dedicated watch that was asked for within this time does not make room for another; if all were, one more is refused.', watch.dedicatedProtectedMs, 0, 86_400_000),
      maxConcurrentLists: whole('Lists under way at once.', watch.maxConcurrentLists, 1, 100),
      streamingLists: flag('Ask for lists as the beginning of a watch (KEP-3157), where the server knows how.', watch.streamingLists),
      pageSize: whole('Objects per page of a list.', watch.pageSize, 1, 10_000),
      maxObjectBytes: whole('The largest object that is taken in.', watch.maxObjectBytes, 1024, 1_073_741_824),
      timeoutSeconds: whole('A watch is renewed after this long, at the latest after twice as long.', watch.timeoutSeconds, 5, 3600),
      idleTimeoutMs: whole('Silence after which a watch counts as dead; API servers send a bookmark every minute.', watch.idleTimeoutMs, 1000, 600_000),
      backoffInitialMs: whole('The first wait after a failure.', watch.backoffInitialMs, 1, 60_000),
      backoffMaxMs: whole('The longest wait after failures.', watch.backoffMaxMs, 1, 600_000),
      absentRetryMs: whole('How soon a forbidden or vanished kind is asked for again.', watch.absentRetryMs, 10, 3_600_000),
    }),
    feed: object('The change feed.', {
      replaySize: whole('How many of the latest changes a cursor can go back.', feed.replaySize, 1, 1_000_000),
      replayBytes: whole('Fewer where their objects, as JSON, are larger than this in all.', feed.replayBytes, 1024, 1_099_511_627_776),
    }),
    transport: object('HTTP to the API server.', {
      http2: flag('Offer HTTP/2.', transport.http2),
      connectTimeoutMs: whole('For a new connection.', transport.connectTimeoutMs, 100, 600_000),
      idleTimeoutMs: whole('Until the first byte of an answer, and between two pieces of one.', transport.idleTimeoutMs, 100, 600_000),
      deadAfterMs: whole('Silence, unanswered pings included, after which an HTTP/2 connection is given up.', transport.deadAfterMs, 400, 600_000),
    }),
    database: object('What is kept across restarts: watches begun and webhooks made by API, what was observed, and what is not delivered yet. Without path or url nothing is.', {
      path: text('A SQLite file, made where there is none; one process only may have it open.', { examples: ['/var/lib/watchql/watchql.db'] }),
      url: text('A PostgreSQL database, which several replicas may share, as libpq reads it.', { pattern: '^postgres(ql)?://', examples: ['postgres://watchql@db/watchql?sslmode=verify-full&sslrootcert=/etc/db/ca.pem'] }),
      urlFile: text('The file that holds such a URL.'),
      urlEnv: text('The environment variable that holds it.', { examples: ['DATABASE_URL'] }),
      connections: whole('Connections to PostgreSQL at most.', database.connections, 2, 1000),
      timeoutMs: whole('For a connection to PostgreSQL, and for each statement.', database.timeoutMs, 100, 600_000),
    }),
    limits: object('What one caller may ask.', {
      bodyBytes: whole('Size of a request body.', limits.bodyBytes, 1024, 104_857_600),
      queryTokens: whole('Tokens in a GraphQL document.', limits.queryTokens, 10, 1_000_000),
      queryDepth: whole('Fields inside fields.', limits.queryDepth, 3, 100),
      queryCost: whole('Fields, weighed with the sizes of the pages they are asked for.', limits.queryCost, 10, 100_000_000),
      aliases: whole('Aliases in a document.', limits.aliases, 0, 10_000),
      pageSizeDefault: whole('Rows of a page when none are asked for.', limits.pageSizeDefault, 1, 100_000),
      pageSizeMax: whole('Rows of a page at most.', limits.pageSizeMax, 1, 100_000),
      filterTerms: whole('Terms in a filter.', limits.filterTerms, 1, 100_000),
      filterDepth: whole('Filters inside filters.', limits.filterDepth, 1, 100),
      groups: whole('Groups in an answer.', limits.groups, 1, 100_000),
      relatedObjects: whole('Objects that one operation may follow relations to without giving way to others.', limits.relatedObjects, 100, 100_000_000),
      kindsPerQuery: whole('Kinds in one list.', limits.kindsPerQuery, 1, 10_000),
      requestTimeoutMs: whole('Until a query is given up.', limits.requestTimeoutMs, 100, 600_000),
      connections: whole('Connections open at once, WebSockets included.', limits.connections, 1, 1_000_000),
      subscriptionsPerSocket: whole('Subscriptions on one WebSocket.', limits.subscriptionsPerSocket, 1, 100_000),
      subscriptions: whole('Subscriptions in all, over WebSockets and as event streams.', limits.subscriptions, 1, 1_000_000),
      subscriptionBacklog: whole('Changes that wait for one slow subscriber before they become one for each object; with more objects than that it is told to begin anew.', limits.subscriptionBacklog, 1, 1_000_000),
    }),
    http: object('The HTTP server.', {
      allowedHosts: texts('Host names beside localhost that requests may name while listening on loopback.'),
      allowedOrigins: texts('Origins of web pages elsewhere that may use the API: https://dashboard.example.com.'),
      drainMs: whole('How long a stop waits for requests under way.', http.drainMs, 0, 600_000),
    }),
    admin: object('A listener of its own for /healthz, /readyz and /metrics, which the API has as well: for probes while the API listens on loopback.', {
      listenAddress: text('IP address to listen on, or localhost. Whoever reaches it learns which kinds are watched and how many objects they have.', { default: admin.listenAddress, examples: ['0.0.0.0', '::'] }),
      listenPort: { type: ['integer', 'null'], description: 'TCP port; 0 takes a free one. Absent: there is no such listener.', minimum: 0, maximum: 65_535, examples: [3001] },
    }),
    rest: object("The API of k8s-generic-watcher.", { textCacheBytes: whole('JSON texts of objects that were listed lately, kept for the next list.', rest.textCacheBytes, 0, 4_294_967_296) }),
    graphql: object('The GraphQL API.', {
      graphiql: flag('Serve GraphiQL to browsers.', graphql.graphiql),
      introspection: flag('Answer introspection queries.', graphql.introspection),
    }),
    delivery: deliverySchema,
    relations: {
      type: ['array', 'null'],
      description: 'Relations beside those that are built in: how objects of one kind say which objects of another they belong with.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'from', 'to'],
        properties: {
          name: { type: 'string', description: 'The field that `from` has.', examples: ['database'], ...fieldName },
          from: relatedKind('The kind whose objects say it.'),
          to: relatedKind('The kind that they say it of.'),
          inverse: text('The field that `to` has, a list; absent for none.', { examples: ['applications'], ...fieldName }),
          many: flag('Whether an object of `from` may have several; a selector always may.', false),
          owner: flag('Said by ownerReferences.'),
          reference: text('Said at this path, by a name or an object with name and namespace; `[*]` stands for all elements of a list.', { examples: ['spec.databaseRef.name', 'spec.backends[*]'] }),
          label: text('Said by the value of this label, a name in the same namespace.', { examples: ['example.com/database'] }),
          selector: text('Selected by labels: the path of a LabelSelector or of a map of labels.', { examples: ['spec.selector'] }),
        },
      },
    },
    types: object('Which kinds have GraphQL types of their own. All others are still there as generic objects.', {
      allow: patterns('The kinds that have types, as group/version/kind; `*` stands for anything, `core` for the core group. None: no kind.', types.allow),
      deny: patterns('Those of them that have none all the same.', types.deny),
      maxTypes: whole('Object types in all; kinds that would exceed it have none.', types.maxTypes, 100, 1_000_000),
      maxTypesPerKind: whole('Object types in one kind; a kind with more has none.', types.maxTypesPerKind, 10, 100_000),
      maxDepth: whole('Objects in objects that have types; what is deeper is JSON.', types.maxDepth, 1, 200),
      documentBytes: whole('The largest OpenAPI document that is read.', types.documentBytes, 1024, 1_073_741_824),
    }),
  },
}

/** The text of schema/config.schema.json. */
export function emitConfigSchema(): string {
  return `${JSON.stringify(configSchema, null, 2)}\n`
}
