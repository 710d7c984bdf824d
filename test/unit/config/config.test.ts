import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WatchqlError } from '../../../src/base/errors.ts'
import { loadConfig, parseConfig } from '../../../src/config/load.ts'
import type { ConfigMistake } from '../../../src/config/mistakes.ts'

const context = { env: {}, home: '/home/me' }
const parse = (document: unknown, env = {}) => parseConfig(JSON.stringify(document), 'test', { ...context, env })

function mistakesOf(text: string): readonly ConfigMistake[] {
  try {
    parseConfig(text, 'test', context)
  } catch (error) {
    if (error instanceof WatchqlError && error.code === 'INVALID_CONFIG') return error.details['mistakes'] as ConfigMistake[]
    throw error
  }
  return []
}

/** As the users of k8s-generic-watcher have it. */
const grwConfig = {
  minLogLevel: 'debug',
  logType: 'pretty',
  listenPort: 3100,
  enableSyncApiGroups: true,
  apiGroupsSyncIntervalSecond: 60,
  globalWebhookUrls: [],
  initialWatchingResources: [
    { group: 'core', version: 'v1', kind: 'Pod', watchOptions: { namespace: 'shop', labelSelector: { app: 'web' }, fieldSelector: null, additionalK8sApiQueryParams: null } },
    { group: 'apps', version: 'v1', kind: 'Deployment', watchOptions: null, notifiers: [{ webhookUrls: ['http://localhost:8080/hook'], eventTypes: ['ADDED'], filter: { fieldMatches: ['spec.replicas', 3] } }] },
  ],
  k8sClientConfig: { apiServerUrl: '', autoInClusterConfig: false, authType: 'KubeConfig', kubeConfigFilePath: '~/clusters/lab', tokenFilePath: '', autoKeepAlive: true, autoReconnect: true },
}

describe("a configuration of k8s-generic-watcher's", () => {
  it('means what it meant', () => {
    expect(parse(grwConfig)).toMatchObject({
      listen: { address: '127.0.0.1', port: 3100 },
      log: { level: 'debug', type: 'pretty' },
      discovery: { sync: true, intervalMs: 60_000 },
      cluster: { name: 'default', connection: { type: 'kubeConfig', file: '/home/me/clusters/lab' } },
      watch: {
        resources: [
          { kind: { group: '', version: 'v1', kind: 'Pod' }, options: { namespace: 'shop', labelSelector: { app: 'web' } } },
          { kind: { group: 'apps', version: 'v1', kind: 'Deployment' }, options: {} },
        ],
      },
      webhookUrls: ['http://localhost:8080/hook'],
    })
  })

  it('is the same in YAML', () => {
    const yaml = 'listenPort: 3100\ninitialWatchingResources:\n  - group: core\n    version: v1\n    kind: Pod # all of them\n'
    expect(parseConfig(yaml, 'test', context)).toEqual(parse({ listenPort: 3100, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'Pod' }] }))
  })

  it('lets AUTO_INCLUSTER_CONFIG decide', () => {
    expect(parse(grwConfig, { AUTO_INCLUSTER_CONFIG: 'true' }).cluster.connection).toEqual({ type: 'inCluster' })
  })

  it.each([
    ['BearerToken', { apiServerUrl: 'https://a:6443', tokenFilePath: '~/token', caCertPath: '/ca' }, { type: 'bearerToken', server: 'https://a:6443', tokenFile: '/home/me/token', ca: { file: '/ca' } }],
    [
      'ClientCertificate',
      { apiServerUrl: 'https://a:6443', clientCertDataPemBase64: Buffer.from('C').toString('base64'), clientKeyPath: '/key' },
      { type: 'clientCertificate', server: 'https://a:6443', cert: { pem: 'C' }, key: { file: '/key' } },
    ],
  ])('connects by %s', (authType, keys, expected) => {
    expect(parse({ k8sClientConfig: { authType, ...keys } }).cluster.connection).toEqual(expected)
  })
})

describe('mistakes', () => {
  it('are all told at once, each with its path', () => {
    const document = {
      listenPort: 'http',
      minLogLevl: 'info',
      initialWatchingResources: [{ group: 'apps' }, { kind: 'Pod', watchOptions: { nameSpace: 'x' } }],
      limits: { queryDepth: 1 },
    }
    expect(mistakesOf(JSON.stringify(document))).toEqual(
      expect.arrayContaining([
        { path: 'minLogLevl', message: 'is no key that is known here; did you mean minLogLevel?' },
        { path: 'listenPort', message: 'must be integer; it is "http"' },
        { path: 'initialWatchingResources[0].kind', message: 'is missing' },
        { path: 'initialWatchingResources[1].watchOptions.nameSpace', message: 'is no key that is known here; did you mean namespace?' },
        { path: 'limits.queryDepth', message: 'must be >= 3; it is 1' },
      ]),
    )
  })

  it.each([
    ['a duplicate kind', { initialWatchingResources: [{ kind: 'Pod' }, { group: 'core', kind: 'Pod' }] }, 'initialWatchingResources[1]'],
    ['a label that cannot be', { initialWatchingResources: [{ kind: 'Pod', watchOptions: { labelSelector: { 'a b': 'c' } } }] }, 'initialWatchingResources[0].watchOptions.labelSelector'],
    ['an open address said once', { listenAddress: '0.0.0.0' }, 'listenAddress'],
    ['an address that is none', { listenAddress: 'everywhere' }, 'listenAddress'],
    ['a webhook that is no URL', { globalWebhookUrls: ['nowhere'] }, 'webhookUrls'],
    ['credentials without their server', { k8sClientConfig: { authType: 'BearerToken', tokenFilePath: '/t' } }, 'k8sClientConfig.apiServerUrl'],
    ['a certificate without its key', { k8sClientConfig: { authType: 'ClientCertificate', apiServerUrl: 'https://a', clientCertPath: '/c' } }, 'k8sClientConfig.clientKeyPath'],
    ['a page larger than the largest', { limits: { pageSizeDefault: 200, pageSizeMax: 100 } }, 'limits.pageSizeDefault'],
  ])('include %s', (_, document, path) => {
    expect(mistakesOf(JSON.stringify(document)).map((mistake) => mistake.path)).toEqual([path])
  })

  it('of syntax name line and column', () => {
    expect(mistakesOf('{"listenPort": 3000,\n "x": [1')[0]?.path).toMatch(/^line 2, column \d+$/)
    expect(mistakesOf('[1, 2]')[0]).toEqual({ path: '', message: 'must be object; it is [1,2]' })
  })

  it('never crash the reader, whatever the document is', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), mangled()), (text) => void mistakesOf(text)), { numRuns: 300 })
  })
})

/** The valid document with some member replaced by anything. */
function mangled() {
  const keys = ['listenPort', 'initialWatchingResources', 'k8sClientConfig', 'limits', 'watch', 'http', 'globalWebhookUrls', 'logType']
  return fc.tuple(fc.constantFrom(...keys), fc.jsonValue()).map(([key, value]) => JSON.stringify({ ...grwConfig, [key]: value }))
}

describe('finding the file', () => {
  it('takes --config, then CONFIG_FILE_PATH, then ./config.json, then the defaults', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchql-config-'))
    const port = async (options: { file?: string; env?: Record<string, string> }) => (await loadConfig({ env: {}, home: folder, folder, ...options })).config.listen.port
    expect(await port({})).toBe(3000)
    await writeFile(join(folder, 'config.json'), '{"listenPort": 1}')
    await writeFile(join(folder, 'env.yaml'), 'listenPort: 2')
    await writeFile(join(folder, 'named.json'), '{"listenPort": 3}')
    expect(await port({})).toBe(1)
    expect(await port({ env: { CONFIG_FILE_PATH: '~/env.yaml' } })).toBe(2)
    expect(await port({ env: { CONFIG_FILE_PATH: '~/env.yaml' }, file: 'named.json' })).toBe(3)
  })

  it('says which file it cannot read', async () => {
    await expect(loadConfig({ env: {}, home: '/', folder: '/', file: '/no/such/config.json' })).rejects.toMatchObject({
      code: 'UNREADABLE_FILE',
      message: expect.stringContaining('/no/such/config.json') as string,
    })
  })
})
