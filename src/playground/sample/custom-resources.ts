import type { SampleStore } from './cluster.ts'
import { apps } from './company.ts'

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

function define(store: SampleStore, group: string, kind: string, plural: string, versions: readonly string[], spec: object = anything, shortNames: readonly string[] = []): void {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: anything } } }
  store.create('customresourcedefinitions', undefined, {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames },
      versions: versions.map((name, i) => ({ name, served: true, storage: i === 0, schema })),
    },
  })
}

/** A mesh in the manner of Istio, and the shop's own kind of promotions. */
export function createCustomResources(store: SampleStore): void {
  for (const [kind, plural, short] of [['Gateway', 'gateways', 'gw'], ['VirtualService', 'virtualservices', 'vs'], ['DestinationRule', 'destinationrules', 'dr']] as const)
    define(store, 'networking.istio.io', kind, plural, ['v1', 'v1beta1'], anything, [short])
  define(store, 'shop.example.com', 'Promotion', 'promotions', ['v1', 'v1alpha1'], {
    type: 'object',
    required: ['discountPercent'],
    properties: { discountPercent: { type: 'integer', minimum: 1, maximum: 90 }, products: { type: 'array', items: { type: 'string' } }, endsAt: { type: 'string', format: 'date-time' } },
  })

  const exposed = apps.filter((app) => app.host !== undefined)
  store.create('gateways', 'ingress', {
    metadata: { name: 'public', labels: { 'app.kubernetes.io/part-of': 'ingress' } },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*.shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'public-tls' } }],
    },
  })
  for (const { name, namespace, host, port } of exposed) {
    const internal = `${name}.${namespace}.svc.cluster.local`
    store.create('virtualservices', namespace, {
      metadata: { name, labels: { 'app.kubernetes.io/name': name } },
      spec: { hosts: [host], gateways: ['ingress/public'], http: [{ route: [{ destination: { host: internal, port: { number: port } } }] }] },
    })
    store.create('destinationrules', namespace, { metadata: { name }, spec: { host: internal, trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' } } } })
  }
  for (const [name, discountPercent, products] of [['black-friday', 30, ['coats', 'boots']], ['clearance', 60, ['sandals']], ['newcomer', 10, ['all']]] as const)
    store.create('promotions', 'shop', { metadata: { name }, spec: { discountPercent, products, endsAt: '2030-01-01T00:00:00Z' }, status: { active: name !== 'clearance' } })
}
