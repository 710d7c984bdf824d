/** The shop company whose cluster the sample is. */
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
}

const app = (namespace: string, name: string, component: string, version: string, replicas: number, more: Partial<App> = {}): App => ({
  namespace,
  name,
  kind: 'Deployment',
  component,
  image: `images.example.com/${namespace}/${name}`,
  version,
  replicas,
  port: 8080,
  cpu: '250m',
  memory: '256Mi',
  ...more,
})

export const apps: readonly App[] = [
  app('shop', 'storefront', 'web', '3.14.2', 4, { host: 'www.shop.example.com', cpu: '500m', memory: '512Mi' }),
  app('shop', 'catalog', 'api', '2.8.0', 3, { host: 'api.shop.example.com' }),
  app('shop', 'cart', 'api', '1.22.5', 3),
  app('shop', 'checkout', 'api', '1.9.1', 2, { cpu: '500m' }),
  app('shop', 'recommendations', 'ml', '0.7.3', 2, { cpu: '1', memory: '2Gi' }),
  app('payments', 'gateway', 'api', '5.1.0', 3, { host: 'pay.shop.example.com' }),
  app('payments', 'ledger', 'api', '4.0.8', 2, { memory: '1Gi' }),
  app('payments', 'fraud-check', 'ml', '2.3.1', 2, { cpu: '2', memory: '4Gi' }),
  app('data', 'postgres', 'database', '17.2', 3, { kind: 'StatefulSet', port: 5432, cpu: '2', memory: '8Gi', volume: '100Gi' }),
  app('data', 'redis', 'cache', '7.4.1', 3, { kind: 'StatefulSet', port: 6379, memory: '1Gi', volume: '10Gi' }),
  app('data', 'kafka', 'queue', '4.1.0', 3, { kind: 'StatefulSet', port: 9092, cpu: '1', memory: '4Gi', volume: '200Gi' }),
  app('monitoring', 'prometheus', 'metrics', '3.5.0', 1, { kind: 'StatefulSet', port: 9090, cpu: '1', memory: '4Gi', volume: '50Gi' }),
  app('monitoring', 'grafana', 'dashboard', '12.1.0', 1, { port: 3000, host: 'grafana.shop.example.com' }),
  app('monitoring', 'node-exporter', 'metrics', '1.9.1', 0, { kind: 'DaemonSet', port: 9100, cpu: '100m', memory: '64Mi' }),
  app('kube-system', 'coredns', 'dns', '1.12.3', 2, { port: 53, cpu: '100m', memory: '70Mi' }),
  app('kube-system', 'kube-proxy', 'network', '1.37.2', 0, { kind: 'DaemonSet', port: 10256, cpu: '100m', memory: '64Mi' }),
  app('ingress', 'ingress-controller', 'network', '1.13.1', 2, { port: 8443 }),
]

export const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'shop', 'payments', 'data', 'monitoring', 'ingress', 'batch']

export const zones = ['zone-a', 'zone-b', 'zone-c']
