import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { everything } from '../src/model/predicate.ts'
import type { KubeObject } from '../src/model/object.ts'
import { startApiServer } from '../src/playground/api-server/api-server.ts'
import type { Draft } from '../src/playground/api-server/store/draft.ts'
import type { Lister } from '../src/store/lister.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { median } from './support/median.ts'
import { podAt } from './support/pods.ts'

const deployments = 1000
const podsEach = 3
const nodes = 100
/** Pods that have nothing to do with it, of the large cluster. */
const others = 50_000
const warmUp = 30
const asks = 60

const query = `{ deployments(namespace: "picked", first: ${deployments}) { nodes {
  metadata { name }
  relations {
    pods { nodes { metadata { name } status { phase } relations { node { object { metadata { name } } } } } }
    services { nodes { metadata { name } spec { clusterIP } } }
  }
} } }`

export const benchmark: Benchmark = {
  about: `${deployments} Deployments with their Pods, Nodes and Services in one query, against the same join written by hand in plain loops over the stores and served by node:http; and among ${others} other Pods`,
  rounds: 3,
  start,
  sides: { watchql: measure },
  goals: [
    { about: 'the query as a multiple of the loop by hand', value: ({ watchql }) => (watchql?.['queryMs'] ?? Number.NaN) / (watchql?.['byHandMs'] ?? Number.NaN), atMost: 3 },
    { about: 'the query in the large cluster as a multiple of that in the small one', value: ({ watchql }) => (watchql?.['queryInLargeMs'] ?? Number.NaN) / (watchql?.['queryMs'] ?? Number.NaN), atMost: 1.3 },
  ],
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const [small, large] = await Promise.all([startApiServer(), startApiServer()])
  for (const { store } of [small, large]) {
    const create = (plural: string, draft: Draft) => store.create(store.resource(plural), draft.metadata?.namespace, draft)
    for (let node = 0; node < nodes; node += 1) create('nodes', { metadata: { name: `node-${node}` } })
    for (let index = 0; index < deployments; index += 1) {
      const name = `app-${index}`
      const metadata = { name, namespace: 'picked', labels: { app: name } }
      const owner = (kind: string, { metadata: { uid = '' } }: KubeObject) => ({ ...metadata, ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }] })
      const deployment = create('deployments', { metadata, spec: { selector: { matchLabels: { app: name } } } })
      const set = create('replicasets', { metadata: owner('Deployment', deployment), spec: {} })
      for (let pod = 0; pod < podsEach; pod += 1) {
        const draft = podAt(index * podsEach + pod)
        create('pods', { ...draft, metadata: { ...owner('ReplicaSet', set), name: `${name}-${pod}` }, spec: { ...(draft['spec'] as object), nodeName: `node-${(index + pod) % nodes}` } })
      }
      create('services', { metadata: { name, namespace: 'picked' }, spec: { clusterIP: '10.0.0.1', selector: { app: name } } })
    }
  }
  for (let index = 0; index < others; index += 1) {
    const pod: Draft = podAt(index)
    large.store.create(large.store.resource('pods'), pod.metadata?.namespace, pod)
  }
  return {
    parameters: { small: small.url, large: large.url },
    stop: async () => {
      await Promise.all([small.close(), large.close()])
    },
  }
}

/** The loop, the query and the query in the large cluster by turns: what the machine does meanwhile meets them alike. */
async function measure({ small, large }: Parameters): Promise<Figures> {
  const [one, other] = [await open(String(small)), await open(String(large))]
  const hand = createServer((request, response) => request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(joinByHand(one.lister))))
  const { port } = await new Promise<AddressInfo>((resolve) => hand.listen(0, '127.0.0.1', () => resolve(hand.address() as AddressInfo)))
  const times = { byHandMs: [] as number[], queryMs: [] as number[], queryInLargeMs: [] as number[] }
  const take = async (name: keyof typeof times, round: number, work: () => Promise<string>): Promise<string> => {
    const startedAt = performance.now()
    const text = await work()
    if (round >= warmUp) times[name].push(performance.now() - startedAt)
    return text
  }
  for (let round = 0; round < warmUp + asks; round += 1) {
    const byHand = await take('byHandMs', round, () => ask(`http://127.0.0.1:${port}`))
    const answer = await take('queryMs', round, one.ask)
    const inLarge = await take('queryInLargeMs', round, other.ask)
    if (answer !== byHand) throw new Error(`The query answers otherwise than the loop: ${answer.slice(0, 1000)} and not ${byHand.slice(0, 1000)}`)
    if (inLarge !== answer) throw new Error('The two clusters answer differently.')
  }
  hand.close()
  await Promise.all([one.stop(), other.stop()])
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
}

async function ask(url: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
  return response.text()
}

async function open(server: string) {
  const { startGateway } = (await import(new URL('../dist/gateway.js', import.meta.url).href)) as typeof import('../src/gateway.ts')
  const { parseConfig } = await import('../src/config/load.ts')
  const { silentLogger } = await import('../src/base/logging.ts')
  const { allSeeing } = await import('../src/access/scope.ts')
  const standard = parseConfig(JSON.stringify({ listenPort: 0, watch: { syncTimeoutMs: 120_000 }, limits: { requestTimeoutMs: 120_000 } }), 'the benchmark', { env: {}, home: '/' })
  const gateway = await startGateway({ ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous', server } } }, { logger: silentLogger, surroundings: { env: {}, home: '/' } })
  const askGateway = () => ask(`${gateway.url}/graphql`)
  while (!(await askGateway()).startsWith('{"data"')) await new Promise((resolve) => setTimeout(resolve, 200))
  const [cluster] = gateway.clusters
  const lister = (group: string, kind: string): Lister => {
    const resource = cluster?.discovery.find({ group, kind })
    const informer = resource === undefined ? undefined : cluster?.informers.get(resource)
    if (informer === undefined) throw new Error(`${kind} is not watched.`)
    return informer.lister(allSeeing)
  }
  return { ask: askGateway, lister, stop: () => gateway.stop() }
}

/** The same answer, as one would write it for this one question. */
function joinByHand(lister: (group: string, kind: string) => Lister): string {
  const all = (group: string, kind: string) => lister(group, kind).select(everything)
  const ownerOf = ({ metadata }: KubeObject) => metadata.ownerReferences?.[0]?.uid ?? ''
  const setsByOwner = Map.groupBy(all('apps', 'ReplicaSet'), ownerOf)
  const podsByOwner = Map.groupBy(all('', 'Pod'), ownerOf)
  const nodesByName = new Map(all('', 'Node').map((node) => [node.metadata.name, node]))
  const services = all('', 'Service')
  const servicesByApp = Map.groupBy(services, ({ metadata, ...service }) => `${metadata.namespace ?? ''}/${(service['spec'] as { selector?: { app?: string } }).selector?.app ?? ''}`)
  const answer = all('apps', 'Deployment').filter(({ metadata }) => metadata.namespace === 'picked').map((deployment) => {
    const pods = (setsByOwner.get(deployment.metadata.uid ?? '') ?? []).flatMap((set) => podsByOwner.get(set.metadata.uid ?? '') ?? [])
    const selecting = new Set(pods.flatMap(({ metadata }) => servicesByApp.get(`${metadata.namespace ?? ''}/${metadata.labels?.['app'] ?? ''}`) ?? []))
    return {
      metadata: { name: deployment.metadata.name },
      relations: {
        pods: {
          nodes: pods.map((pod) => {
            const node = nodesByName.get((pod['spec'] as { nodeName?: string }).nodeName ?? '')
            return { metadata: { name: pod.metadata.name }, status: { phase: (pod['status'] as { phase?: string } | undefined)?.phase ?? null }, relations: { node: { object: node === undefined ? null : { metadata: { name: node.metadata.name } } } } }
          }),
        },
        services: { nodes: [...selecting].map((service) => ({ metadata: { name: service.metadata.name }, spec: { clusterIP: (service['spec'] as { clusterIP?: string }).clusterIP ?? null } })) },
      },
    }
  })
  return `${JSON.stringify({ data: { deployments: { nodes: answer } } })}\n`
}
