import fc from 'fast-check'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { grwConfig, mistakesIn, mistakesOf, parse } from './parse.ts'

const watching = (...resources: readonly object[]) => ({ initialWatchingResources: resources })
const notifying = (notifier: object) => watching({ group: 'apps', version: 'v1', kind: 'Deployment', notifiers: [{ webhookUrls: ['http://a/'], ...notifier }] })
const notifier = 'initialWatchingResources[0].notifiers[0]'
const delivering = (delivery: object) => ({ delivery: { kafkaConnections: [{ name: 'main', brokers: ['a:1'] }], natsConnections: [{ name: 'stream', servers: ['nats://a:1'] }], ...delivery } })

describe('mistakes', () => {
  it('are all told at once, each with its path', () => {
    const document = {
      listenPort: 'http',
      minLogLevl: 'info',
      logType: 'prety',
      clusterName: 'My Cluster',
      initialWatchingResources: [{ group: 'apps' }, { kind: 'Pod', watchOptions: { nameSpace: 'x' } }, { kind: 'Pod', group: 'apps/v1' }, { kind: 5 }],
      limits: { queryDepth: 1 },
      globalWebhookUrls: ['nowhere', 3],
      k8sClientConfig: { authType: 'BearerToken', tokenFilePath: 7 },
    }
    expect(mistakesOf(document)).toEqual([
      { path: 'minLogLevl', message: 'is no key that is known here; did you mean minLogLevel?' },
      { path: 'clusterName', message: expect.stringMatching(/^does not fit; it is "My Cluster"\. .*lower-case/) as string },
      { path: 'listenPort', message: 'must be integer; it is "http"' },
      { path: 'logType', message: 'must be one of json, pretty, hidden; it is "prety"; did you mean pretty?' },
      { path: 'initialWatchingResources[0].kind', message: 'is missing' },
      { path: 'initialWatchingResources[1].watchOptions.nameSpace', message: 'is no key that is known here; did you mean namespace?' },
      { path: 'initialWatchingResources[3].kind', message: 'must be string; it is 5' },
      { path: 'globalWebhookUrls[1]', message: 'must be string; it is 3' },
      { path: 'k8sClientConfig.tokenFilePath', message: 'must be string; it is 7' },
      { path: 'limits.queryDepth', message: 'must be >= 3; it is 1' },
      { path: 'initialWatchingResources[2].group', message: 'holds a group and a version; write group apps and version v1' },
      { path: 'globalWebhookUrls[0]', message: '"nowhere" is no http or https URL' },
      { path: 'k8sClientConfig.apiServerUrl', message: expect.stringContaining('is needed for authType BearerToken') as string },
    ])
  })

  it.each([
    ['a duplicate kind', watching({ kind: 'Pod', group: '' }, { kind: 'Service' }, { group: 'core', kind: 'Pod', version: 'v1' }), 'initialWatchingResources[2]'],
    ['a kind that is limited in two ways', watching({ kind: 'Pod', watchOptions: { namespace: 'a' } }, { kind: 'Pod', watchOptions: { namespace: 'b' } }), 'initialWatchingResources[1]'],
    ['a version that holds a group', watching({ kind: 'Deployment', version: 'apps/v1' }), 'initialWatchingResources[0].version'],
    ['a group that cannot be', watching({ kind: 'Pod', group: 'Core!' }), 'initialWatchingResources[0].group'],
    ['a kind that cannot be', watching({ kind: 'Pod Deployment' }), 'initialWatchingResources[0].kind'],
    ['several namespaces in one', watching({ kind: 'Pod', watchOptions: { namespace: 'a,b' } }), 'initialWatchingResources[0].watchOptions.namespace'],
    ['a label that cannot be', watching({ kind: 'Pod', watchOptions: { labelSelector: { 'a b': 'c' } } }), 'initialWatchingResources[0].watchOptions.labelSelector["a b"]'],
    ['a field that cannot be', watching({ kind: 'Pod', watchOptions: { fieldSelector: { 'status..phase': 'x' } } }), 'initialWatchingResources[0].watchOptions.fieldSelector["status..phase"]'],
    ['a webhook that is no URL', notifying({ webhookUrls: ['http://a/', 'ftp://b/'] }), `${notifier}.webhookUrls[1]`],
    ['an unknown event type', notifying({ eventTypes: ['CREATED'] }), `${notifier}.eventTypes[0]`],
    ['a label without a value', notifying({ filter: { labelSelectors: ['app'] } }), `${notifier}.filter.labelSelectors`],
    ['a label value that cannot be', notifying({ filter: { labelSelectors: ['app', 'web', 'tier', 'a b'] } }), `${notifier}.filter.labelSelectors[2]`],
    ['a match on no path', notifying({ filter: { fieldMatches: ['spec..x', 1] } }), `${notifier}.filter.fieldMatches[0]`],
    ['a match on a number', notifying({ filter: { fieldMatches: [3, 'spec.replicas'] } }), `${notifier}.filter.fieldMatches[0]`],
    ['a filter of another kind', notifying({ filter: { group: 'apps', kind: 'Pod' } }), `${notifier}.filter.kind`],
    ['an open address said once', { listenAddress: '0.0.0.0' }, 'listenAddress'],
    ['an address for health that is none', { admin: { listenAddress: 'everywhere', listenPort: 1 } }, 'admin.listenAddress'],
    ['an address for health without a port', { admin: { listenAddress: '0.0.0.0' } }, 'admin.listenAddress'],
    ['one port for health and the API', { listenPort: 4000, admin: { listenPort: 4000 } }, 'admin.listenPort'],
    ['an address that is none', { listenAddress: 'everywhere' }, 'listenAddress'],
    ['a port that is none', { listenPort: 70_000 }, 'listenPort'],
    ['a duration that is negative', { http: { drainMs: -1 } }, 'http.drainMs'],
    ['a number that is none', { watch: { pageSize: 1.5 } }, 'watch.pageSize'],
    ['a host with a port', { http: { allowedHosts: ['localhost.example.com', 'a.example.com:3000'] } }, 'http.allowedHosts[1]'],
    ['an origin with a path', { http: { allowedOrigins: ['https://a.example.com/app'] } }, 'http.allowedOrigins[0]'],
    ['credentials without their server', { k8sClientConfig: { authType: 'BearerToken', tokenFilePath: '/t' } }, 'k8sClientConfig.apiServerUrl'],
    ['a server that is no URL', { k8sClientConfig: { authType: 'None', apiServerUrl: 'lab:6443' } }, 'k8sClientConfig.apiServerUrl'],
    ['a server without an authType', { k8sClientConfig: { apiServerUrl: 'https://a' } }, 'k8sClientConfig.authType'],
    ['a token without its file', { k8sClientConfig: { authType: 'BearerToken', apiServerUrl: 'https://a' } }, 'k8sClientConfig.tokenFilePath'],
    ['a certificate without its key', { k8sClientConfig: { authType: 'ClientCertificate', apiServerUrl: 'https://a', clientCertPath: '/c' } }, 'k8sClientConfig.clientKeyPath'],
    ['a page larger than the largest', { limits: { pageSizeDefault: 200, pageSizeMax: 100 } }, 'limits.pageSizeDefault'],
    ['a sink of messages that goes nowhere', delivering({ kafka: [{ name: 'a', topic: 't' }] }), 'delivery.kafka[0].brokers'],
    ['a sink on a connection that is not declared', delivering({ kafka: [{ name: 'a', topic: 't', connection: 'stream' }] }), 'delivery.kafka[0].connection'],
    ['a sink on a connection, with brokers of its own', delivering({ kafka: [{ name: 'a', topic: 't', connection: 'main', brokers: ['b:1'] }] }), 'delivery.kafka[0].brokers'],
    ['a sink on a connection, with a login of its own', delivering({ nats: [{ name: 'a', subject: 't', connection: 'stream', tokenFile: '/t' }] }), 'delivery.nats[0].tokenFile'],
    ['a template that names no topics', delivering({ kafka: [{ name: 'a', topic: '{color}', connection: 'main' }] }), 'delivery.kafka[0].topic'],
    ['a path that is none, in a sink', delivering({ webhooks: [{ name: 'a', url: 'http://a/', changedPaths: ['spec', 'a['] }] }), 'delivery.webhooks[0].changedPaths[1]'],
    ['two connections of one name', delivering({ kafkaConnections: [{ name: 'a', brokers: ['a:1'] }, { name: 'a', brokers: ['b:1'] }] }), 'delivery.kafkaConnections[1].name'],
    ['a connection to nothing', delivering({ natsConnections: [{ name: 'a' }] }), 'delivery.natsConnections[0].servers'],
    ['a connection to nothing, without the sinks that choose it', delivering({ kafkaConnections: [{ name: 'a' }], kafka: [{ name: 'b', topic: 't', connection: 'a' }] }), 'delivery.kafkaConnections[0].brokers'],
    ['a login without a password', delivering({ kafkaConnections: [{ name: 'a', brokers: ['a:1'], sasl: { username: 'me' } }] }), 'delivery.kafkaConnections[0].sasl.passwordFile'],
    ['a login in two ways', delivering({ natsConnections: [{ name: 'a', servers: ['nats://a'], tokenFile: '/t', credentialsFile: '/c' }] }), 'delivery.natsConnections[0].credentialsFile'],
    ['topics that cannot be', delivering({ kafkaConnections: [{ name: 'a', brokers: ['a:1'], topics: ['a.*.b'] }] }), 'delivery.kafkaConnections[0].topics[0]'],
    ['subjects that cannot be', delivering({ natsConnections: [{ name: 'a', servers: ['nats://a'], subjects: ['a>'] }] }), 'delivery.natsConnections[0].subjects[0]'],
    ['a first wait longer than the longest', { watch: { backoffInitialMs: 200, backoffMaxMs: 100 } }, 'watch.backoffInitialMs'],
  ])('include %s', (_, document, path) => {
    expect(mistakesOf(document).map((mistake) => mistake.path)).toEqual([path])
  })

  it('read well where people see them', () => {
    expect(() => parse({ listenPort: 'x', logTyp: 'json' })).toThrow(`test has 2 mistakes:
  logTyp: is no key that is known here; did you mean logType?
  listenPort: must be integer; it is "x"`)
  })

  it('show nothing of a key that stands in the configuration', () => {
    const document = { k8sClientConfig: { authType: 'ClientCertificate', apiServerUrl: 'https://a', clientCertPath: '/c', clientKeyDataPemBase64: 'c2VjcmV0' } }
    const [mistake] = mistakesOf(document)
    expect(mistake).toMatchObject({ path: 'k8sClientConfig.clientKeyDataPemBase64' })
    expect(JSON.stringify(mistake)).not.toMatch(/c2VjcmV0|secret/)
  })

  it('are the only thing that a mangled configuration leads to', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mangledDocument.map((document) => JSON.stringify(document)), mangledDocument.map((document) => stringify(document)), mangledText), fc.constantFrom('c.json', 'c.yaml', 'c'), (text, source) => {
        mistakesIn(text, source)
      }),
      { numRuns: 1000 },
    )
  })
})

/** The places of every value in a document, as keys to follow. */
function placesIn(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [[], ...keys.flatMap((key) => placesIn((value as Record<string | number, unknown>)[key]).map((rest) => [key, ...rest]))]
}

const rich = { ...grwConfig, listenAddress: '::1', clusterName: 'lab', watch: { pageSize: 10 }, limits: { pageSizeMax: 10, pageSizeDefault: 5 }, http: { allowedOrigins: ['https://a'] } }
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '~', '//', 'a/b/c', '../..', '__proto__', -1, 1e308, [], {}, [null], { __proto__: null }))

const mangledDocument = fc.tuple(fc.uniqueArray(fc.constantFrom(...placesIn(rich)), { minLength: 1, maxLength: 4 }), odd).map(([places, value]) => {
  const document = structuredClone<object>(rich)
  for (const place of places) {
    const last = place.at(-1)
    const parent = place.slice(0, -1).reduce<unknown>((inside, key) => (inside as Record<string | number, unknown> | null | undefined)?.[key], document)
    if (last !== undefined && typeof parent === 'object' && parent !== null) (parent as Record<string | number, unknown>)[last] = structuredClone(value)
  }
  return document
})

/** The text with a piece of it cut out or replaced. */
const mangledText = fc.tuple(fc.constantFrom(JSON.stringify(rich, null, 1), stringify(rich)), fc.nat(3000), fc.nat(20), fc.constantFrom('', '{', ']', ',', '"', '&a *a', '\t', ': ', '!!x ', '%', '\n- ')).map(
  ([text, position, length, replacement]) => text.slice(0, position) + replacement + text.slice(position + length),
)
