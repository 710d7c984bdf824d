import type { SampleCluster } from '../cluster.ts'
import type { App } from '../company.ts'
import { labelsOf } from '../pods.ts'

type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const texts: Schema = { type: 'array', items: text }
const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({ type: 'object', properties, ...(required.length === 0 ? {} : { required }) })
const list = (items: Schema): Schema => ({ type: 'array', items })
const map: Schema = { type: 'object', additionalProperties: text }

interface Definition {
  readonly group: string
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  /** The first one is stored. */
  readonly versions: readonly string[]
  readonly spec: Schema
  readonly scope?: 'Cluster'
}

const port = object({ number: { type: 'integer', format: 'int32' }, name: text, protocol: text })
const istio = { group: 'networking.istio.io', versions: ['v1', 'v1beta1'] }
const shop = { group: 'shop.example.com', versions: ['v1', 'v1alpha1'] }

/** Kinds in the manner of Istio's, as far as the sample uses them, and two of the company's own. */
const definitions: readonly Definition[] = [
  { ...istio, kind: 'Gateway', plural: 'gateways', shortNames: ['gw'], spec: object({ selector: map, servers: list(object({ port, hosts: texts, tls: anything })) }) },
  { ...istio, kind: 'VirtualService', plural: 'virtualservices', shortNames: ['vs'], spec: object({ hosts: texts, gateways: texts, exportTo: texts, http: list(anything) }) },
  { ...istio, kind: 'DestinationRule', plural: 'destinationrules', shortNames: ['dr'], spec: object({ host: text, trafficPolicy: anything, subsets: list(object({ name: text, labels: map })) }) },
  {
    ...shop,
    kind: 'Promotion',
    plural: 'promotions',
    shortNames: ['promo'],
    spec: object({ discountPercent: { type: 'integer', minimum: 1, maximum: 90 }, products: texts, endsAt: { type: 'string', format: 'date-time' } }, ['discountPercent']),
  },
  { ...shop, versions: ['v1'], kind: 'Campaign', plural: 'campaigns', shortNames: [], scope: 'Cluster', spec: object({ title: text, budget: { 'x-kubernetes-int-or-string': true }, promotions: list(object({ namespace: text, name: text })) }) },
]

export function defineCustomKinds(cluster: SampleCluster): void {
  for (const { group, kind, plural, shortNames, versions, spec, scope = 'Namespaced' } of definitions) {
    const openAPIV3Schema = object({ spec, status: anything })
    cluster.create(
      'customresourcedefinitions',
      undefined,
      {
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          scope,
          names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames },
          versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema: { openAPIV3Schema }, subresources: { status: {} } })),
        },
      },
      'deploy',
    )
  }
}

/** The way in from outside: one Gateway, and per application what is routed where. */
export function createMesh(cluster: SampleCluster, apps: readonly App[]): void {
  cluster.create('gateways', 'istio-system', {
    metadata: { name: 'public' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*.shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'public-tls' } }] },
  }, 'deploy')
  for (const app of apps.filter(({ kind, namespace }) => kind === 'Deployment' && namespace !== 'kube-system')) {
    const { name, namespace, host, port: number } = app
    const internal = `${name}.${namespace}.svc.cluster.local`
    const metadata = { name, labels: labelsOf(app) }
    if (host !== undefined)
      cluster.create('virtualservices', namespace, { metadata, spec: { hosts: [host], gateways: ['istio-system/public'], http: [{ match: [{ uri: { prefix: '/' } }], route: [{ destination: { host: internal, port: { number } } }], timeout: '10s' }] } }, 'deploy')
    cluster.create('destinationrules', namespace, { metadata, spec: { host: internal, trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' }, outlierDetection: { consecutive5xxErrors: 5 } } } }, 'deploy')
  }
}

const promotions = [
  { name: 'black-friday', discountPercent: 30, products: ['coats', 'boots'] },
  { name: 'clearance', discountPercent: 60, products: ['sandals'] },
  { name: 'newcomer', discountPercent: 10, products: ['all'] },
]

export function createPromotions(cluster: SampleCluster): void {
  for (const { name, ...spec } of promotions)
    cluster.create('promotions', 'shop', { metadata: { name, labels: { season: name === 'newcomer' ? 'all' : 'winter' } }, spec: { ...spec, endsAt: '2030-01-01T00:00:00Z' }, status: { active: name !== 'clearance' } }, 'deploy')
  cluster.create('campaigns', undefined, { metadata: { name: 'winter' }, spec: { title: 'Warm feet', budget: '25k', promotions: promotions.slice(0, 2).map(({ name }) => ({ namespace: 'shop', name })) } }, 'deploy')
}
