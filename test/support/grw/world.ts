import { eventually, type ApiClient, type Document } from '../../contract/api-client.ts'

const istio = 'networking.istio.io'
const configMap = (namespace: string, name: string, labels: object, annotations: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels, annotations }, data: { of: name } })
const deployment = (name: string, replicas: number, app: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { replicas, selector: { matchLabels: { 'k8s-app': app } }, template: { metadata: { labels: { 'k8s-app': app, tier: 'system' } }, spec: { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] } } },
})
const pod = (name: string, nodeName: string | undefined) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { schedulerName: 'none', hostNetwork: true, containers: [{ name: 'main', image: 'registry.example.com/main:1' }], ...(nodeName === undefined ? { enableServiceLinks: false } : { nodeName }) } })
const gateway = (namespace: string, name: string, hosts: readonly string[]) => ({ apiVersion: `${istio}/v1`, kind: 'Gateway', metadata: { name, namespace }, spec: { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }] } })
const virtualService = (namespace: string, name: string, hosts: readonly string[], gateways: readonly string[], labels: object = {}) => ({ apiVersion: `${istio}/v1`, kind: 'VirtualService', metadata: { name, namespace, labels }, spec: { hosts, gateways } })

const definition = (kind: string) => {
  const singular = kind.toLowerCase()
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  const versions = [{ name: 'v1', served: true, storage: true, schema }, { name: 'v1beta1', served: true, storage: false, schema }]
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${singular}s.${istio}` }, spec: { group: istio, scope: 'Namespaced', names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` }, versions } }
}

const collections: Readonly<Record<string, string>> = { ConfigMap: 'configmaps', Deployment: 'deployments', Pod: 'pods', Gateway: 'gateways', VirtualService: 'virtualservices' }

/** What the table of k8s-generic-watcher's promises is about, in an API server that is empty. */
export async function makeWorld(client: ApiClient): Promise<void> {
  for (const name of ['shop', 'lab']) await client.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name } } })
  for (const kind of ['Gateway', 'VirtualService']) await client.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(kind))
  for (const kind of ['Gateway', 'VirtualService']) for (const version of ['v1', 'v1beta1']) await eventually(() => client.get(`/apis/${istio}/${version}/${collections[kind]}`))
  const objects = [
    configMap('shop', 'web', { app: 'web', tier: 'front' }, { 'example.com/owner': 'anna, bert' }),
    configMap('shop', 'api', { app: 'api', tier: 'back' }, { 'example.com/owner': 'carl' }),
    configMap('lab', 'web', { app: 'web', tier: 'front' }),
    deployment('dns', 3, 'kube-dns'),
    deployment('proxy', 0, 'proxy'),
    pod('placed', 'node-1'),
    pod('pending', undefined),
    gateway('shop', 'public', ['*.example.com', 'shop/shop.example.org']),
    gateway('shop', 'narrow', ['deep.in.example.net']),
    gateway('lab', 'inner', ['./lab.example.com', 'other/secret.example.com']),
    virtualService('shop', 'web', ['www.example.com', 'www.elsewhere.com'], ['public'], { app: 'web' }),
    virtualService('shop', 'wide', ['*.example.net', 'shop.example.org'], ['narrow', 'public', 'mesh']),
    virtualService('lab', 'remote', ['lab.example.com', 'shop.example.org', 'secret.example.com'], ['shop/public', 'lab/inner', 'nowhere']),
  ]
  for (const object of objects) {
    const { namespace } = object.metadata
    const root = object.apiVersion.includes('/') ? 'apis' : 'api'
    await client.create(`/${root}/${object.apiVersion}/namespaces/${namespace}/${collections[object.kind]}`, object)
  }
}

/** Objects of the world as the API server tells them, without what is not cached. */
export async function objectsOf(client: ApiClient, path: string, { apiVersion, kind }: { apiVersion: string; kind: string }): Promise<Document[]> {
  const { items } = (await client.get(path)) as { items: Document[] }
  return items.map(({ metadata, ...item }) => ({ apiVersion, kind, ...item, metadata: Object.fromEntries(Object.entries(metadata as object).filter(([member]) => member !== 'managedFields')) }))
}
