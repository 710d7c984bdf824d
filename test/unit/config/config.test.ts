import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { loadConfig, parseConfig } from '../../../src/config/load.ts'
import type { ConnectionOptions } from '../../../src/config/options.ts'
import type { ConnectionConfig } from '../../../src/kubernetes/credentials/connection.ts'
import { grwConfig, parse } from './parse.ts'

describe("a configuration of k8s-generic-watcher's", () => {
  it('watches a kind that is declared twice once, with the notifiers of both', () => {
    const pods = { group: 'core', version: 'v1', kind: 'Pod', watchOptions: { namespace: 'shop' } }
    const { watch } = parse({ initialWatchingResources: [{ ...pods, notifiers: [{ webhookUrls: ['http://a/'] }] }, { kind: 'Node' }, { ...pods, group: '', notifiers: [{ webhookUrls: ['http://b/'] }] }] })
    expect(watch.resources.map(({ kind, notifiers }) => [kind.kind, ...notifiers.flatMap(({ webhookUrls }) => webhookUrls)])).toEqual([['Pod', 'http://a/', 'http://b/'], ['Node']])
  })

  it('means what it meant', () => {
    expect(parse(grwConfig)).toMatchObject({
      listen: { address: '127.0.0.1', port: 3100 },
      log: { level: 'trace', type: 'pretty' },
      discovery: { sync: true, intervalMs: 60_000 },
      cluster: { name: 'default', connection: { type: 'kubeConfig', file: '/home/me/clusters/lab' } },
      notifications: { globalWebhookUrls: ['http://localhost:8080/all'] },
      watch: {
        resources: [
          {
            kind: { group: '', version: 'v1', kind: 'Pod' },
            options: { namespace: 'shop', labelSelector: { app: 'web' }, fieldSelector: { 'status.phase': 'Running' }, queryParameters: { pretty: 'false' } },
            notifiers: [],
          },
          {
            kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
            options: {},
            notifiers: [
              {
                webhookUrls: ['http://localhost:8080/hook'],
                eventTypes: ['ADDED'],
                filter: {
                  namespace: 'shop',
                  labels: [['app', 'web']],
                  annotations: [['team', 'a & b']],
                  fields: [
                    ['.spec.replicas', 3],
                    ['spec.selector', { matchLabels: { app: 'web' } }],
                  ],
                },
              },
              { webhookUrls: ['http://localhost:8080/all-types'], eventTypes: ['ADDED', 'MODIFIED', 'DELETED'], filter: { labels: [], annotations: [], fields: [] } },
            ],
          },
        ],
      },
    })
  })

  it('may name its global webhooks either way, or both', () => {
    expect(parse({ globalWebhookUrls: ['http://a/', 'http://b/'], initialWebHookUrls: ['http://b/', 'http://c/'] }).notifications.globalWebhookUrls).toEqual(['http://a/', 'http://b/', 'http://c/'])
  })

  it('lets AUTO_INCLUSTER_CONFIG decide', () => {
    expect(parse(grwConfig, { AUTO_INCLUSTER_CONFIG: 'true' }).cluster.connection).toEqual({ type: 'inCluster' })
  })

  it.each([
    ['BearerToken', { apiServerUrl: 'https://a:6443', tokenFilePath: '~/token', caCertPath: '/ca' }, { type: 'bearerToken', server: 'https://a:6443', tokenFile: '/home/me/token', ca: { file: '/ca' } }],
    [
      'ClientCertificate',
      { apiServerUrl: 'https://a:6443', clientCertDataPemBase64: Buffer.from('-----BEGIN X').toString('base64'), clientKeyPath: '/key' },
      { type: 'clientCertificate', server: 'https://a:6443', cert: { pem: '-----BEGIN X' }, key: { file: '/key' } },
    ],
    ['KubeConfig', { apiServerUrl: 'https://ignored', kubeConfigFilePath: '' }, { type: 'kubeConfig' }],
    ['None', { apiServerUrl: 'http://localhost:8001' }, { type: 'anonymous', server: 'http://localhost:8001' }],
    [null, {}, { type: 'auto' }],
    [null, { context: 'staging' }, { type: 'kubeConfig', context: 'staging' }],
    ['BearerToken', { autoInClusterConfig: true }, { type: 'inCluster' }],
  ])('connects by %s', (authType, keys, expected) => {
    expect(parse({ k8sClientConfig: { authType, ...keys } }).cluster.connection).toEqual(expected)
  })

  it('never switches TLS verification off unless asked to', () => {
    expect(parse(grwConfig).cluster.connection).not.toHaveProperty('insecureSkipTlsVerify')
    expect(parse({ k8sClientConfig: { insecureSkipTlsVerify: true } }).cluster.connection).toEqual({ type: 'auto', insecureSkipTlsVerify: true })
  })
})

describe('the configuration', () => {
  it('is complete when nothing is given, and null means not given', () => {
    const nothing = parse({})
    expect(nothing).toMatchObject({ listen: { address: '127.0.0.1', port: 3000 }, log: { level: 'info', type: 'json' }, cluster: { connection: { type: 'auto' } } })
    expect(parse({ listenPort: null, watch: null, limits: { queryDepth: null }, k8sClientConfig: null, initialWatchingResources: null, clusterName: '' })).toEqual(nothing)
    expect(parseConfig('', 'empty.yaml', { env: {}, home: '/' })).toEqual(nothing)
  })

  it('cannot be changed by those who read it', () => {
    const config = parse(grwConfig)
    expect(() => Object.assign(config.listen, { port: 1 })).toThrow(TypeError)
    expect(() => (config.watch.resources as unknown[]).push({})).toThrow(TypeError)
  })

  it('describes connections as the transport takes them', () => {
    expectTypeOf<ConnectionOptions>().toExtend<ConnectionConfig>()
  })
})

describe('finding the file', () => {
  const folderOf = () => mkdtemp(join(tmpdir(), 'watchql-config-'))

  it('takes --config, then CONFIG_FILE_PATH, then ./config.json, then the defaults', async () => {
    const folder = await folderOf()
    const port = async (options: { file?: string; env?: Record<string, string> }) => (await loadConfig({ env: {}, home: folder, folder, ...options })).config.listen.port
    expect(await port({})).toBe(3000)
    await writeFile(join(folder, 'config.json'), '{"listenPort": 1}')
    await writeFile(join(folder, 'env.yaml'), 'listenPort: 2')
    await writeFile(join(folder, 'named.json'), '{"listenPort": 3}')
    expect(await port({})).toBe(1)
    expect(await port({ env: { CONFIG_FILE_PATH: '' } })).toBe(1)
    expect(await port({ env: { CONFIG_FILE_PATH: '~/env.yaml' } })).toBe(2)
    expect(await port({ env: { CONFIG_FILE_PATH: '~/env.yaml' }, file: 'named.json' })).toBe(3)
  })

  it.each(['/no/such/config.json', '/'])('says that it cannot read %s', async (file) => {
    await expect(loadConfig({ env: {}, home: '/', folder: '/', file })).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining(file) as string })
  })

  it('finds the files that it names where the service was started', async () => {
    const folder = await folderOf()
    await writeFile(join(folder, 'token'), 'abc')
    await writeFile(join(folder, 'config.yaml'), 'k8sClientConfig: { authType: BearerToken, apiServerUrl: "https://a", tokenFilePath: token }')
    const { config, source } = await loadConfig({ env: {}, home: folder, folder, file: 'config.yaml' })
    expect(config.cluster.connection).toMatchObject({ tokenFile: join(folder, 'token') })
    expect(source).toBe(join(folder, 'config.yaml'))
  })

  it('tells files that cannot be read together with all other mistakes, and looks at none that is not used', async () => {
    const folder = await folderOf()
    const k8sClientConfig = { authType: 'ClientCertificate', apiServerUrl: 'https://a', clientCertPath: 'no.crt', clientKeyPath: '~/no.key', tokenFilePath: '/unused', kubeConfigFilePath: '/unused' }
    await writeFile(join(folder, 'config.json'), JSON.stringify({ listenPort: -1, listenAddress: 'x', k8sClientConfig }))
    const error = await loadConfig({ env: {}, home: folder, folder }).then(() => undefined, (wrong: unknown) => wrong)
    expect(error).toMatchObject({
      code: 'INVALID_CONFIG',
      details: {
        mistakes: [
          { path: 'listenPort' },
          { path: 'listenAddress' },
          { path: 'k8sClientConfig.clientCertPath', message: `names ${join(folder, 'no.crt')}, which cannot be read: there is no such file` },
          { path: 'k8sClientConfig.clientKeyPath' },
        ],
      },
    })
  })

  it('tells once what is wrong with a file that is not even named', async () => {
    const folder = await folderOf()
    await writeFile(join(folder, 'config.json'), JSON.stringify({ k8sClientConfig: { authType: 'BearerToken', apiServerUrl: 'https://a' } }))
    await expect(loadConfig({ env: {}, home: folder, folder })).rejects.toMatchObject({ details: { mistakes: [{ path: 'k8sClientConfig.tokenFilePath', message: 'is needed for authType BearerToken' }] } })
  })

  it('warns in a pod that nobody outside it can connect, unless an address is given', async () => {
    const folder = await folderOf()
    const warnings = async () => (await loadConfig({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, home: folder, folder })).warnings.map(({ path }) => path)
    expect(await warnings()).toEqual(['listenAddress'])
    await writeFile(join(folder, 'config.json'), '{"listenPort": 3000}')
    expect(await warnings()).toEqual(['listenAddress'])
    await writeFile(join(folder, 'config.json'), '{"listenAddress": "127.0.0.1"}')
    expect(await warnings()).toEqual([])
  })

  it('warns of request parameters that the watch protocol sets itself, and leaves them out', async () => {
    const folder = await folderOf()
    await writeFile(join(folder, 'config.json'), JSON.stringify({ initialWatchingResources: [{ kind: 'Pod', watchOptions: { additionalK8sApiQueryParams: { limit: 5, watch: true, labelSelector: 'a in (b)' } } }] }))
    const { config, warnings } = await loadConfig({ env: {}, home: folder, folder })
    expect(config.watch.resources[0]?.options).toEqual({ queryParameters: { labelSelector: 'a in (b)' } })
    expect(warnings.map(({ path }) => path)).toEqual(['limit', 'watch'].map((name) => `initialWatchingResources[0].watchOptions.additionalK8sApiQueryParams.${name}`))
  })
})
