/** The shop company whose cluster the sample is. Versions, sizes and prices are made up. */
export interface App {
  readonly namespace: string
  readonly name: string
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  readonly component: string
  readonly image: string
  readonly version: string
  readonly replicas: number
  readonly port: number
  readonly cpu: string
  readonly memory: string
  /** Reached from outside under this host. */
  readonly host?: string
  /** Size of the volume that each replica has. */
  readonly volume?: string
  /** Scaled by load, up to so many replicas. */
  readonly maxReplicas?: number
}

const app = (namespace: string, name: string, component: string, version: string, replicas: number, more: Partial<App> = {}): App => ({
  namespace,
  name,
  kind: 'Deployment',
  component,
  image: `registry.example.com/${namespace}/${name}`,
  version,
  replicas,
  port: 8080,
  cpu: '250m',
  memory: '256Mi',
  ...more,
})

/** What the company sells with: a larger sample has more of these. */
const business: readonly App[] = [
  app('shop', 'storefront', 'web', '3.14.2', 4, { host: 'www.shop.example.com', cpu: '500m', memory: '512Mi', maxReplicas: 12 }),
  app('shop', 'catalog', 'api', '2.8.0', 3, { host: 'api.shop.example.com', maxReplicas: 9 }),
  app('shop', 'cart', 'api', '1.22.5', 3, { maxReplicas: 9 }),
  app('shop', 'checkout', 'api', '1.9.1', 2, { cpu: '500m', maxReplicas: 6 }),
  app('shop', 'recommendations', 'ml', '0.7.3', 2, { cpu: '1', memory: '2Gi' }),
  app('payments', 'gateway', 'api', '5.1.0', 3, { host: 'pay.shop.example.com', maxReplicas: 8 }),
  app('payments', 'ledger', 'api', '4.0.8', 2, { memory: '1Gi' }),
  app('payments', 'fraud-check', 'ml', '2.3.1', 2, { cpu: '2', memory: '4Gi' }),
  app('data', 'postgres', 'database', '17.2', 3, { kind: 'StatefulSet', port: 5432, cpu: '2', memory: '8Gi', volume: '100Gi' }),
  app('data', 'redis', 'cache', '7.4.1', 3, { kind: 'StatefulSet', port: 6379, memory: '1Gi', volume: '10Gi' }),
  app('data', 'kafka', 'queue', '4.1.0', 3, { kind: 'StatefulSet', port: 9092, cpu: '1', memory: '4Gi', volume: '200Gi' }),
]

const operations: readonly App[] = [
  app('monitoring', 'prometheus', 'metrics', '3.5.0', 1, { kind: 'StatefulSet', port: 9090, cpu: '1', memory: '4Gi', volume: '50Gi' }),
  app('monitoring', 'grafana', 'dashboard', '12.1.0', 1, { port: 3000, host: 'grafana.shop.example.com' }),
  app('monitoring', 'node-exporter', 'metrics', '1.9.1', 0, { kind: 'DaemonSet', port: 9100, cpu: '100m', memory: '64Mi' }),
  app('kube-system', 'coredns', 'dns', '1.12.3', 2, { port: 53, cpu: '100m', memory: '70Mi' }),
  app('kube-system', 'kube-proxy', 'network', '1.37.2', 0, { kind: 'DaemonSet', port: 10256, cpu: '100m', memory: '64Mi' }),
  app('ingress', 'ingress-controller', 'network', '1.13.1', 2, { port: 8443 }),
]

/** At scale 1 the company as it is; each further unit is a branch with namespaces of its own and more replicas. */
export function appsAt(scale: number): readonly App[] {
  const branches = Array.from({ length: Math.max(0, Math.floor(scale) - 1) }, (_, index) => index + 2)
  return [...business, ...operations, ...branches.flatMap((branch) => business.map((app) => inBranch(app, branch)))]
}

function inBranch({ host: _onlyAtHome, ...app }: App, branch: number): App {
  const more = app.kind === 'Deployment' ? 4 : 1
  const { maxReplicas } = app
  return { ...app, namespace: `${app.namespace}-${branch}`, replicas: app.replicas * more, ...(maxReplicas === undefined ? {} : { maxReplicas: maxReplicas * more }) }
}

export interface Batch {
  readonly name: string
  readonly schedule: string
  /** How long a run takes, in steps of the sample's life. */
  readonly steps: number
}

export const batches: readonly Batch[] = [
  { name: 'nightly-report', schedule: '0 3 * * *', steps: 4 },
  { name: 'invoice-run', schedule: '*/15 * * * *', steps: 2 },
  { name: 'search-reindex', schedule: '30 * * * *', steps: 3 },
]

export const zones = ['zone-a', 'zone-b', 'zone-c']

/** Who answers for a namespace. */
export const teams: Readonly<Record<string, string>> = { shop: 'storefront', payments: 'money', data: 'platform', monitoring: 'platform', ingress: 'platform', batch: 'storefront' }
