import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { freePort } from '../cluster/port.ts'
import { ApiClient } from '../contract/api-client.ts'
import { selfSigned } from '../support/certificate.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually, openConfigured } from '../support/gateway.ts'
import { makeWorld } from '../support/grw/world.ts'
import { startService } from '../support/service-process.ts'

let plane: ControlPlane
let client: ApiClient
/** The home folder of whoever starts the service, with all that a configuration may name. */
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'watchql-home-'))
  const certificate = selfSigned('certified')
  await writeFile(join(home, 'client.crt'), certificate.cert)
  await writeFile(join(home, 'client.key'), certificate.key)
  // The certificate is its own authority.
  plane = await startControlPlane({ controllers: false, kwok: false, apiServerFlags: [`--client-ca-file=${join(home, 'client.crt')}`] })
  client = new ApiClient({ url: plane.url, ca: plane.ca, token: plane.token() })
  await makeWorld(client)
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'viewer' } }
  await client.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { ...rbac, kind: 'ClusterRoleBinding', metadata: { name: 'certified' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'certified' }] })
  for (const folder of ['.kube', 'account']) await mkdir(join(home, folder))
  const written = { 'ca.crt': plane.ca, token: plane.token(), 'account/ca.crt': plane.ca, 'account/token': plane.token(), 'account/namespace': 'shop', kubeconfig: plane.kubeconfig(), '.kube/config': plane.kubeconfig() }
  for (const [file, content] of Object.entries(written)) await writeFile(join(home, file), content)
}, 900_000)

afterAll(async () => {
  await client?.close()
  await plane?.stop()
  await rm(home, { recursive: true, force: true })
})

/** A service that is started with this config.json in the home folder, and these variables. */
async function start(config: object, env: Readonly<Record<string, string>> = {}, file = 'config.json') {
  await writeFile(join(home, file), JSON.stringify({ listenPort: 0, types: { allow: [] }, ...config }))
  const loaded = await loadConfig({ env, home, folder: home })
  const { url } = await openConfigured(loaded.config, { surroundings: { env, home, serviceAccountFolder: join(home, 'account') } })
  const get = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as { readonly code: number; readonly data: any } // oxlint-disable-line typescript/no-explicit-any -- answers of every shape
  const names = async (kind: string, more = '') => (await get(`/resources/k8sObjects?${kind}${more}`)).data?.map(({ metadata }: { metadata: { namespace: string; name: string } }) => `${metadata.namespace}/${metadata.name}`)
  return { get, names }
}

const configMaps = 'group=core&version=v1&kind=ConfigMap'
const at = (path: string) => join(home, path)
const base64 = (text: string) => Buffer.from(text).toString('base64')
const inCluster = () => ({ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: new URL(plane.url).port })

const none = () => ({})
/** Each way to reach the API server: the configuration and the variables. */
const connections: readonly (readonly [sentence: string, config: () => object, env: () => Readonly<Record<string, string>>])[] = [
  ['a kubeconfig that is named', () => ({ authType: 'KubeConfig', kubeConfigFilePath: '~/kubeconfig' }), none],
  ['the kubeconfig of KUBECONFIG where none is named', () => ({ authType: 'KubeConfig', kubeConfigFilePath: '' }), () => ({ KUBECONFIG: at('kubeconfig') })],
  ['~/.kube/config where nothing is named', () => ({ authType: 'KubeConfig' }), none],
  ['a kubeconfig, whatever apiServerUrl says', () => ({ authType: 'KubeConfig', kubeConfigFilePath: '~/kubeconfig', apiServerUrl: 'https://10.0.0.1' }), none],
  ['a token and the CA in files', () => ({ authType: 'BearerToken', apiServerUrl: plane.url, tokenFilePath: at('token'), caCertPath: at('ca.crt') }), none],
  ['a token and the CA as data', () => ({ authType: 'BearerToken', apiServerUrl: plane.url, tokenFilePath: at('token'), caCertDataPemBase64: base64(plane.ca) }), none],
  ['a client certificate in files', () => ({ authType: 'ClientCertificate', apiServerUrl: plane.url, caCertPath: at('ca.crt'), clientCertPath: at('client.crt'), clientKeyPath: at('client.key') }), none],
  ['a client certificate as data', () => ({ authType: 'ClientCertificate', apiServerUrl: plane.url, caCertDataPemBase64: base64(plane.ca), clientCertDataPemBase64: base64(readFileSync(at('client.crt'), 'utf8')), clientKeyDataPemBase64: base64(readFileSync(at('client.key'), 'utf8')) }), none],
  ["the pod's service account", () => ({ autoInClusterConfig: true, autoKeepAlive: true, autoReconnect: true }), inCluster],
  ["the pod's service account where authType means a kubeconfig and there is none", () => ({ authType: 'KubeConfig', kubeConfigFilePath: '', autoInClusterConfig: false }), () => ({ ...inCluster(), KUBECONFIG: at('nowhere') })],
  ['a kubeconfig, whatever files the keys of other ways name', () => ({ apiServerUrl: 'https://kubernetes.default', authType: 'KubeConfig', kubeConfigFilePath: '', autoInClusterConfig: false, autoKeepAlive: true, autoReconnect: false, caCertDataPemBase64: '', caCertPath: '/nowhere/ca.crt', clientCertDataPemBase64: '', clientCertPath: '/nowhere/client.crt', clientKeyDataPemBase64: '', clientKeyPath: '/nowhere/client.key', tokenFilePath: '/nowhere/token' }), none],
  ["the pod's service account, whatever authType says, by AUTO_INCLUSTER_CONFIG", () => ({ authType: 'BearerToken', apiServerUrl: 'https://10.0.0.1', tokenFilePath: at('token'), caCertPath: at('ca.crt') }), () => ({ ...inCluster(), AUTO_INCLUSTER_CONFIG: 'true' })],
]

/** What a watch is limited to, and what is then cached. */
const watchOptions: readonly (readonly [sentence: string, options: object | null, cached: readonly string[]])[] = [
  ['nothing', null, ['lab/web', 'shop/api', 'shop/web']],
  ['a namespace', { namespace: 'shop' }, ['shop/api', 'shop/web']],
  ['a name', { name: 'web' }, ['lab/web', 'shop/web']],
  ['labels', { labelSelector: { app: 'web', tier: 'front' } }, ['lab/web', 'shop/web']],
  ['fields', { fieldSelector: { 'metadata.namespace': 'shop', 'metadata.name': 'api' } }, ['shop/api']],
  ['query parameters', { additionalK8sApiQueryParams: { labelSelector: 'tier in (back)' } }, ['shop/api']],
  ['all of them together', { namespace: 'shop', name: 'web', labelSelector: { app: 'web' }, fieldSelector: { 'metadata.namespace': 'shop' }, additionalK8sApiQueryParams: { labelSelector: 'tier!=back' } }, ['shop/web']],
]

onControlPlane("k8s-generic-watcher's config.json", () => {
  it.each(connections)('connects by %s', async (_sentence, config, env) => {
    const { names } = await start({ k8sClientConfig: config() }, env())
    expect(await names(configMaps, '&namespace=shop')).toEqual(['shop/api', 'shop/web'])
  })

  it.each([
    ['json', 'trace', /^\{"level":"info".*"listening"/],
    ['json', 'error', undefined],
    ['pretty', 'info', /^[^{]*listening/],
    ['hidden', 'trace', undefined],
  ] as const)('has the built service listen on listenPort, and log %s from %s on', async (logType, minLogLevel, said) => {
    const listenPort = await freePort()
    const file = at(`${logType}-${minLogLevel}.json`)
    await writeFile(file, JSON.stringify({ listenPort, logType, minLogLevel, types: { allow: [] }, k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: at('kubeconfig') }, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'ConfigMap' }] }))
    const service = startService(file)
    const cached = async () => ((await (await fetch(`http://127.0.0.1:${listenPort}/manage/cachedResourcesList`)).json()) as { readonly data: readonly string[] }).data
    await eventually(() => cached().catch((): readonly string[] => []), (kinds) => kinds.includes('v1/ConfigMap'), 30_000)
    if (said === undefined) expect(service.lines).toEqual([])
    else await eventually(() => service.lines, (all) => all.some((line) => said.test(line)), 5000)
    await service.kill()
  })

  it('is found where CONFIG_FILE_PATH says, ~ being the home folder', async () => {
    const { get } = await start({ k8sClientConfig: { authType: 'KubeConfig' }, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'Secret' }] }, { CONFIG_FILE_PATH: '~/elsewhere.json' }, 'elsewhere.json')
    await eventually(() => get('/manage/cachedResourcesList'), ({ data }) => data[0] === 'v1/Secret')
  })

  it.each(watchOptions)('limits a watch to %s', async (_sentence, watchOptions, cached) => {
    const { get, names } = await start({ k8sClientConfig: { authType: 'KubeConfig' }, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'ConfigMap', watchOptions }] })
    // The real one has ConfigMaps of its own.
    const found = (await names(configMaps)) as string[]
    expect(found.filter((name) => /^(shop|lab)\//.test(name))).toEqual(cached)
    expect((await get(`/manage/cacheSize?${configMaps}`)).data).toBe(found.length)
    if (watchOptions !== null) expect(found).toHaveLength(cached.length)
  })

  it('has every initial kind watched from the start, in the version that it names', async () => {
    const { get } = await start({ k8sClientConfig: { authType: 'KubeConfig' }, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'Pod' }, { group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler' }, { group: 'networking.istio.io', version: 'v1beta1', kind: 'Gateway' }] })
    const kinds = ['v1/Pod', 'autoscaling/v1/HorizontalPodAutoscaler', 'networking.istio.io/v1beta1/Gateway']
    expect((await eventually(() => get('/manage/cachedResourcesList'), ({ data }) => data.length === 3)).data.toSorted()).toEqual(kinds.toSorted())
  })

  it('follows the token file when it is rotated', async () => {
    await writeFile(at('rotated'), plane.token())
    const { get, names } = await start({ k8sClientConfig: { authType: 'BearerToken', apiServerUrl: plane.url, tokenFilePath: '~/rotated', caCertPath: '~/ca.crt' } })
    expect(await names(configMaps, '&namespace=lab')).toEqual(['lab/web'])
    /** Which is noticed within 5 seconds. */
    const rotate = async (token: string) => {
      await writeFile(at('rotated'), token)
      await new Promise((resolve) => setTimeout(resolve, 6000))
    }
    await rotate(plane.token('nobody'))
    expect((await get('/resources/k8sObjects?group=apps&version=v1&kind=StatefulSet')).code).toBe(403)
    await rotate(plane.token())
    expect(await names('group=apps&version=v1&kind=Deployment')).toEqual(['shop/dns', 'shop/proxy'])
  })

  it('watches no other kinds than the initial ones where that is switched off', async () => {
    const { get, names } = await start({ k8sClientConfig: { authType: 'KubeConfig' }, initialWatchingResources: [{ group: 'core', version: 'v1', kind: 'ConfigMap', watchOptions: { namespace: 'lab' } }], watch: { onDemand: false } })
    expect(await names(configMaps)).toEqual(['lab/web'])
    expect(await get('/resources/k8sObjects?group=core&version=v1&kind=Pod')).toMatchObject({ code: 409, data: null })
  })

  it.each([
    ['every so many seconds', { enableSyncApiGroups: true, apiGroupsSyncIntervalSecond: 1 }, 'early'],
    ['only when it is asked to, where the interval is switched off', { enableSyncApiGroups: false, apiGroupsSyncIntervalSecond: 1 }, 'late'],
  ])('looks at the served groups %s, where it may not watch definitions', async (_sentence, sync, name) => {
    await writeFile(at('viewer'), plane.token('viewer'))
    const { get } = await start({ k8sClientConfig: { authType: 'BearerToken', apiServerUrl: plane.url, tokenFilePath: at('viewer'), caCertPath: at('ca.crt') }, ...sync })
    const group = `${name}.example.com`
    const groups = async (query = '') => (await get(`/resources/apiGroups${query}`)).data.groups.map((found: { name: string }) => found.name) as string[]
    expect(await groups()).not.toContain(group)
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }]
    await client.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { metadata: { name: `relics.${group}` }, spec: { group, scope: 'Namespaced', names: { kind: 'Relic', plural: 'relics', singular: 'relic', listKind: 'RelicList' }, versions } })
    if (sync.enableSyncApiGroups) await eventually(() => groups(), (found) => found.includes(group), 15_000)
    else {
      await new Promise((resolve) => setTimeout(resolve, 4000))
      expect(await groups()).not.toContain(group)
      await eventually(() => groups('?forceUpdate=true'), (found) => found.includes(group), 15_000)
      expect(await groups()).toContain(group)
    }
    expect((await get(`/resources/apiGroupResources?group=${group}&version=v1`)).data.resources).toMatchObject([{ name: 'relics', kind: 'Relic', namespaced: true }])
  })
})
